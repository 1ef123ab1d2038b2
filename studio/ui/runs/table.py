"""The runs as rows: what each is called, how it went and what it came from."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QTableView, QWidget

from studio.runs.history import History
from studio.runs.store import RunSummary
from studio.ui import icons, theme
from studio.ui.tables import calm
from studio.ui.training.naming import ending_name, metric_name, metric_text, time_text
from studio.wording import _, full

Place = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
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
_LEAST_NEEDED = (7, 3, 4, 2)
"""Columns that a narrow table leaves out: where it starts from, steps, time, beginning."""


class RunModel(QAbstractTableModel):
    """The summaries of runs; `running` is the folder of the one under way."""

    def __init__(self) -> None:
        super().__init__()
        self.runs: tuple[RunSummary, ...] = ()
        self.running: Path | None = None
        self._names = _columns()

    def show_runs(self, runs: tuple[RunSummary, ...], running: Path | None) -> None:
        """Show these runs, in this order."""
        self.beginResetModel()
        self.runs, self.running = runs, running
        self.endResetModel()

    def status(self, run: RunSummary) -> str:
        """Return how a run stands; one without an end is running or was interrupted."""
        return "running" if run.folder == self.running else run.status

    def rowCount(self, parent: Place = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.runs)

    def columnCount(self, parent: Place = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._names)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return self._names[section]
        return None

    def data(self, index: Place, role: int = 0) -> Any:
        run = self.runs[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._texts(run)[index.column()]
            case Qt.ItemDataRole.DecorationRole if index.column() == 1:
                return icons.icon(*_SIGNS[self.status(run)])
            case Qt.ItemDataRole.ForegroundRole:
                return self._tone(run, index.column())
            case Qt.ItemDataRole.FontRole:
                return theme.font(13, 500 if not index.column() else 400, tabular=True)
            case Qt.ItemDataRole.ToolTipRole:
                return run.message or "\n".join(self._told(run))
        return None

    def _texts(self, run: RunSummary) -> tuple[str, ...]:
        part, metric = mark_of(run)
        loss = run.metrics.get(part, {}).get("loss")
        value = run.metrics.get(part, {}).get(metric)
        return (
            run.name,
            status_name(self.status(run)),
            when(run.created),
            full(run.steps) if run.steps else "–",
            time_text(run.seconds) if run.seconds else "–",
            "–" if loss is None else _marked(metric_text("loss", loss), part),
            "–" if value is None else _marked(_value_text(metric, value), part),
            run.parent or "–",
        )

    def _told(self, run: RunSummary) -> list[str]:
        """Return every column with its name."""
        text = _("{name}: {value}")
        pairs = zip(self._names, self._texts(run), strict=True)
        return [text.format(name=name, value=value) for name, value in pairs]

    def follow(self, history: History) -> None:
        """Show how far the run under way is."""
        for row, run in enumerate(self.runs):
            if run.folder == self.running and history.started is not None:
                seconds = float(history.elapsed[-1]) if len(history.curve) else 0.0
                now = replace(run, steps=history.step, seconds=seconds, metrics=history.metrics)
                self.runs = (*self.runs[:row], now, *self.runs[row + 1 :])
                self.dataChanged.emit(self.index(row, 0), self.index(row, len(self._names) - 1))

    def _tone(self, run: RunSummary, column: int) -> QColor:
        look = theme.current()
        if column == 1:
            return look.color(_SIGNS[self.status(run)][1])
        return look.text if column == 0 else look.text2


class RunTable(QTableView):
    """One row for each run; `opened` tells which one the user wants to see."""

    opened = Signal(object)
    """The folder of the run."""
    picked = Signal()
    """Another row was selected by hand."""
    removed = Signal()
    """The Delete key was pressed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shown = RunModel()
        self._filling = False
        self.setModel(self.shown)
        self.setAccessibleName(_("Runs"))
        calm(self, row_height=36)
        self.setSelectionMode(self.SelectionMode.SingleSelection)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setMinimumSectionSize(64)
        header.setStretchLastSection(True)
        self.activated.connect(lambda _index: self._open())
        self.selectionModel().selectionChanged.connect(lambda *_parts: self._say_picked())

    @property
    def chosen(self) -> RunSummary | None:
        """The selected run."""
        rows = self.selectionModel().selectedRows()
        return self.shown.runs[rows[0].row()] if rows else None

    def show_runs(self, runs: tuple[RunSummary, ...], running: Path | None) -> None:
        """Show these runs; the selected one stays selected."""
        kept = self.chosen
        self._filling = True
        self.shown.show_runs(runs, running)
        for row, run in enumerate(runs):
            if kept is not None and run.folder == kept.folder:
                self.selectRow(row)
        self._filling = False
        self._fit_columns()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_columns()

    def _fit_columns(self) -> None:
        """Leave out what matters least until the rest fits; the tooltip of a run has all of it."""
        room, count = self.viewport().width(), self.shown.columnCount()
        wanted = [max(64, self.sizeHintForColumn(place) + 8) for place in range(count)]
        wanted = [max(width, self._header_width(place)) for place, width in enumerate(wanted)]
        for place in range(count):
            self.showColumn(place)
        for place in _LEAST_NEEDED:
            if sum(wanted) <= room:
                break
            wanted[place] = 0
            self.hideColumn(place)

    def _header_width(self, place: int) -> int:
        return self.horizontalHeader().sectionSizeFromContents(place).width()

    def _say_picked(self) -> None:
        if not self._filling:
            self.picked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self.removed.emit()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._open()
        else:
            super().keyPressEvent(event)

    def _open(self) -> None:
        if self.chosen is not None:
            self.opened.emit(self.chosen.folder)


def mark_of(run: RunSummary) -> tuple[str, str]:
    """Return the part of the data and the metric by which a run is compared with others."""
    part = next((name for name in ("test", "validation", "train") if name in run.metrics), "test")
    known = run.metrics.get(part, {})
    return part, next((name for name in ("accuracy", "r2", "mae") if name in known), "accuracy")


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


def _columns() -> tuple[str, ...]:
    return (
        _("Run"),
        _("Status"),
        _("Started"),
        _("Steps"),
        _("Time"),
        _("Loss"),
        _("Result"),
        _("Starts from"),
    )
