"""The runs as rows of a table: what each is called, how it went and what it came from."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from studio.runs.history import History
from studio.runs.overview.finding import Key
from studio.runs.overview.ranking import mark_of
from studio.runs.overview.tree import Row
from studio.runs.store import RunSummary
from studio.ui import icons, theme
from studio.ui.training.naming import ending_name, metric_name, metric_text, time_text
from studio.wording import _, full

Place = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
TREE = int(Qt.ItemDataRole.UserRole)
"""The role under which a cell gives its row of the tree."""
STATUS, ORIGIN, TAGS = 1, 7, 8
KEYS: tuple[Key, ...] = (
    *("name", "status", "created", "steps", "seconds", "loss", "result", "parent", "tags"),
)
"""By what each column sorts."""
_SIGNS = {
    "finished": ("check_circle", "ok"),
    "finished early": ("check_circle", "ok"),
    "running": ("play", "accent"),
    "stopped": ("stop", "warn"),
    "interrupted": ("warning", "warn"),
    "failed": ("error", "error"),
    "broken": ("error", "error"),
}
"""Icon and color of each status."""


class RunModel(QAbstractTableModel):
    """The summaries of runs; `running` is the folder of the one under way."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: tuple[Row[RunSummary], ...] = ()
        self.running: Path | None = None
        self._labels: dict[str, str] = {}
        self._names = _columns()

    @property
    def runs(self) -> tuple[RunSummary, ...]:
        """The runs, row by row."""
        return tuple(row.run for row in self.rows)

    def show_rows(self, rows: tuple[Row[RunSummary], ...], running: Path | None) -> None:
        """Show these rows."""
        self.beginResetModel()
        self.rows, self.running = rows, running
        self._labels = {row.run.name: row.run.label for row in rows}
        self.endResetModel()

    def status(self, run: RunSummary) -> str:
        """Return how a run stands; one without an end is running or was interrupted."""
        return "running" if run.folder == self.running else run.status

    def rowCount(self, parent: Place = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Place = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._names)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return self._names[section]
        return None

    def data(self, index: Place, role: int = 0) -> Any:
        row = self.rows[index.row()]
        run = row.run
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._texts(run)[index.column()]
            case Qt.ItemDataRole.DecorationRole if index.column() == STATUS:
                return icons.icon(*_SIGNS[self.status(run)])
            case Qt.ItemDataRole.ForegroundRole:
                return self._tone(run, index.column())
            case Qt.ItemDataRole.FontRole:
                return theme.font(13, 500 if not index.column() else 400, tabular=True)
            case Qt.ItemDataRole.ToolTipRole:
                return run.message or "\n".join(self._told(run))
            case Qt.ItemDataRole.AccessibleTextRole if not index.column():
                return _spoken(row)
        return row if role == TREE else None

    def _texts(self, run: RunSummary) -> tuple[str, ...]:
        part, metric = mark_of(run)
        loss = run.metrics.get(part, {}).get("loss")
        value = run.metrics.get(part, {}).get(metric)
        return (
            run.label,
            status_name(self.status(run)),
            when(run.created),
            full(run.steps) if run.steps else "–",
            time_text(run.seconds) if run.seconds else "–",
            "–" if loss is None else _marked(metric_text("loss", loss), part),
            "–" if value is None else _marked(_value_text(metric, value), part),
            origin(run, self._labels.get(run.parent, run.parent)),
            ", ".join(run.notes.tags),
        )

    def _told(self, run: RunSummary) -> list[str]:
        """Return every column with its name, and the note."""
        text = _("{name}: {value}")
        pairs = zip(self._names, self._texts(run), strict=True)
        lines = [text.format(name=name, value=value) for name, value in pairs if value]
        if run.notes.name:
            lines.append(text.format(name=_("Folder"), value=run.name))
        return [*lines, *([run.notes.note] if run.notes.note else [])]

    def follow(self, history: History) -> None:
        """Show how far the run under way is."""
        for place, row in enumerate(self.rows):
            if row.run.folder == self.running and history.started is not None:
                seconds = float(history.elapsed[-1]) if len(history.curve) else 0.0
                now = replace(row.run, steps=history.step, seconds=seconds, metrics=history.metrics)
                self.rows = (*self.rows[:place], replace(row, run=now), *self.rows[place + 1 :])
                self.dataChanged.emit(self.index(place, 0), self.index(place, len(KEYS) - 1))

    def _tone(self, run: RunSummary, column: int) -> QColor:
        look = theme.current()
        if column == STATUS:
            return look.color(_SIGNS[self.status(run)][1])
        return look.text if column == 0 else look.text2


def origin(run: RunSummary, parent: str) -> str:
    """Return from where a run branched, its parent being called so: "Wide, best, step 120"."""
    if not run.parent:
        return "–"
    if not run.checkpoint:  # of an older version
        return parent
    text = _("{run}, {checkpoint}, step {step}")
    name = checkpoint_name(run.checkpoint)
    return text.format(run=parent, checkpoint=name, step=full(run.parent_step))


def checkpoint_name(name: str) -> str:
    """Return the name of a checkpoint for people."""
    return {"best": _("best"), "last": _("last")}.get(name, name)


def when(created: str) -> str:
    """Return a time in ISO 8601 as it is read here: in local time, without seconds."""
    try:
        moment = datetime.fromisoformat(created)
    except ValueError:
        return created or "–"
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone().strftime("%Y-%m-%d %H:%M")


def status_name(status: str) -> str:
    """Return how a run stands, for people."""
    more = {"interrupted": _("Interrupted"), "broken": _("Cannot be read")}
    return more.get(status) or ending_name(status)


def _spoken(row: Row[RunSummary]) -> str:
    """Return what a screen reader says for a run: its name, and where it hangs in the tree."""
    if not row.depth:
        return row.run.label
    return _("{run}, branch of {parent}, level {level}").format(
        run=row.run.label, parent=row.run.parent, level=row.depth
    )


def _marked(value: str, part: str) -> str:
    """Return a value with the part of the data it was measured on."""
    texts = {
        "test": _("{value} test"),
        "validation": _("{value} validation"),
        "train": _("{value} training"),
    }
    return texts[part].format(value=value)


def _value_text(metric: str, value: float) -> str:
    """Return a value that says which metric it is; percent can only be the accuracy."""
    text = metric_text(metric, value)
    return text if metric == "accuracy" else f"{metric_name(metric)} {text}"


def _columns() -> tuple[str, ...]:
    return (
        *(_("Run"), _("Status"), _("Started"), _("Steps"), _("Time"), _("Loss"), _("Result")),
        *(_("Starts from"), _("Tags")),
    )
