"""What came out of a run: the marks of each part, the confusion matrix, and the frozen proof."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from studio.runs.history import History
from studio.training.events import Ended, Metrics
from studio.ui.binding import follow
from studio.ui.kit import (
    Caption,
    Elided,
    EmptyState,
    Heading,
    IconLabel,
    Note,
    Segmented,
    ValueLabel,
)
from studio.ui.side_panel import SidePanel
from studio.ui.training.confusion import ConfusionMatrix, readings
from studio.ui.training.naming import metric_name, metric_text, part_name
from studio.wording import Plural, _
from studio.workspace import Workspace

_ORDER = (
    *("loss", "perplexity", "accuracy", "top5", "precision", "recall", "f1", "auroc"),
    *("r2", "mae", "mse", "support"),
)


class _RowName(Elided):
    """What a row is about; it is cut where the numbers need the room."""

    tone = "text3"
    px = 11
    weight = 500


class MetricTable(QWidget):
    """Numbers by row and column, with names at both sides."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(5)
        self._shown: object = None
        self._names: object = None
        self._values: list[ValueLabel] = []

    def show_rows(self, columns: Sequence[str], rows: Sequence[tuple[str, Sequence[str]]]) -> None:
        """Show one line for each row; nothing moves while the numbers are the same."""
        if (columns, rows) == self._shown:
            return
        self._shown = (columns, rows)
        names = [name for name, _values in rows]
        if (columns, names) != self._names:
            self._names = (columns, names)
            self._lay_out(columns, names)
        values = [value for _name, row in rows for value in row]
        for label, value in zip(self._values, values, strict=True):
            label.setText(value)
        self.setAccessibleDescription("; ".join(f"{name} {', '.join(row)}" for name, row in rows))

    def _lay_out(self, columns: Sequence[str], names: Sequence[str]) -> None:
        """Make labels for these columns and rows, which takes far longer than filling them."""
        while self._grid.count():
            item = self._grid.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        right = Qt.AlignmentFlag.AlignRight
        for place, column in enumerate(columns, 1):
            self._grid.addWidget(Caption(column), 0, place, right)
        self._values = []
        for line, name in enumerate(names, 1):
            self._grid.addWidget(_RowName(name), line, 0)
            for place in range(1, len(columns) + 1):
                self._values.append(ValueLabel(px=12))
                self._grid.addWidget(self._values[-1], line, place, right)


class ProofLine(QWidget):
    """Whether the frozen tensors are what they were, in one line."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = IconLabel("snowflake", 16, "ice")
        self.text = Note()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.text, 1)

    def show_end(self, ended: Ended | None) -> None:
        """Show what the hashes before and after say; nothing when nothing was frozen."""
        self.setVisible(ended is not None and ended.frozen_tensors > 0)
        if ended is None:
            return
        good = ended.frozen_unchanged
        said = (
            Plural("{count} tensor frozen, unchanged ✓", "{count} tensors frozen, all unchanged ✓")
            if good
            else Plural(
                "{count} tensor frozen, but it has changed",
                "{count} tensors frozen, but some have changed",
            )
        )
        self.text.setText(said.of(ended.frozen_tensors))
        self.text.set_tone("ice" if good else "error")
        self._icon.show_icon("snowflake", "ice" if good else "error")


class ResultsPanel(SidePanel):
    """The marks of a run; follows the last epoch while it trains, and the end once it is there."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(_("Results"), parent)
        self.failure = Note()
        self.failure.set_tone("error")
        self.proof = ProofLine()
        self.marks = MetricTable(_("Marks of each part"))
        self.matrix = ConfusionMatrix()
        self.caption = Heading(_("Confusion matrix"))
        self.unit = Segmented(readings(), _("What the cells show"), height=26)
        self.unit.chosen.connect(self.matrix.show_reading)
        self.classes_title = Heading(_("By class"))
        self.classes = MetricTable(_("Marks of each class"))
        self.empty = EmptyState(
            "target",
            _("No marks yet"),
            _("After the first epoch, accuracy and the confusion matrix appear here."),
        )
        self._arrange()
        follow(self, workspace.history_changed, self.show_history)
        self.show_history(workspace.history)

    def _arrange(self) -> None:
        over = QHBoxLayout()
        over.addWidget(self.caption)
        over.addStretch(1)
        over.addWidget(self.unit)
        self.body.addWidget(self.failure)
        self.body.addWidget(self.proof)
        self.body.addWidget(self.marks)
        self.body.addLayout(over)
        self.body.addWidget(self.matrix)
        self.body.addWidget(self.classes_title)
        self.body.addWidget(self.classes)
        self.body.addStretch(1)
        self.whole.addWidget(self.empty, 1)

    def show_history(self, history: History | None) -> None:
        """Show what came out of a run, or that there is nothing yet."""
        history = history or History()
        ended, metrics = history.ended, history.metrics
        failed = ended is not None and ended.reason == "failed"
        known = bool(metrics) or failed
        self.pane.setVisible(known)
        self.empty.setVisible(not known)
        self.failure.setVisible(failed)
        self.failure.setText(ended.message if ended is not None else "")
        self.proof.show_end(ended)
        self.marks.show_rows(*by_part(metrics))
        classes = history.started.classes if history.started else ()
        confusion = history.confusion
        for widget in (self.caption, self.unit, self.matrix):
            widget.setVisible(bool(confusion))
        self.matrix.show_counts(confusion, classes)
        marks = ended.per_class if ended is not None else ()
        for shown in (self.classes_title, self.classes):
            shown.setVisible(bool(marks))
        self.classes.show_rows(*by_class(marks, classes))


def by_part(metrics: Mapping[str, Metrics]) -> tuple[list[str], list[tuple[str, list[str]]]]:
    """Return columns and rows of a table: one row for each metric, one column for each part."""
    names = [name for name in _ORDER if any(name in values for values in metrics.values())]
    rows = [
        (
            metric_name(name),
            [
                metric_text(name, values[name]) if name in values else "–"
                for values in metrics.values()
            ],
        )
        for name in names
    ]
    return [part_name(part) for part in metrics], rows


def by_class(
    marks: Sequence[Metrics], classes: Sequence[str]
) -> tuple[list[str], list[tuple[str, list[str]]]]:
    """Return columns and rows of a table: one row for each class, one column for each metric."""
    names = [name for name in _ORDER if marks and name in marks[0]]
    rows = [
        (
            classes[place] if place < len(classes) else str(place),
            [metric_text(name, values[name]) for name in names],
        )
        for place, values in enumerate(marks)
    ]
    return [metric_name(name) for name in names], rows
