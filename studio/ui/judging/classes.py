"""How well each class is told from the others: a table that sorts by a click on its head."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from studio.runs.judging.figures import Marks
from studio.ui.tables import calm
from studio.ui.training.naming import metric_name, metric_text
from studio.wording import _

_MARKS = ("precision", "recall", "f1", "support")
_WIDEST = 860
"""Pixels across."""
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class ClassTable(QTableWidget):
    """One row for each class."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 1 + len(_MARKS), parent)
        self.setAccessibleName(_("Marks of each class"))
        calm(self, 32)
        self.setMaximumWidth(_WIDEST)  # else nobody could follow a line from end to end
        self.verticalHeader().hide()
        self.setSelectionMode(self.SelectionMode.SingleSelection)
        self.setHorizontalHeaderLabels([_("Class"), *map(metric_name, _MARKS)])
        for column in range(1, 1 + len(_MARKS)):
            item = self.horizontalHeaderItem(column)
            if item is not None:
                item.setTextAlignment(_RIGHT)
        head = self.horizontalHeader()
        head.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        head.setDefaultSectionSize(128)
        head.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)  # as the classes are numbered
        head.setSortIndicatorClearable(True)

    def show_marks(self, classes: tuple[str, ...], marks: tuple[Marks, ...]) -> None:
        """Show how well each class is known; the order that somebody chose is kept."""
        self.setSortingEnabled(False)
        self.setRowCount(len(classes))
        for row, (name, mark) in enumerate(zip(classes, marks, strict=True)):
            self.setItem(row, 0, QTableWidgetItem(name))
            for column, metric in enumerate(_MARKS, 1):
                self.setItem(row, column, _Number(metric, getattr(mark, metric)))
        self.setSortingEnabled(True)


class _Number(QTableWidgetItem):
    """A cell that is sorted by its value, not by its text."""

    def __init__(self, metric: str, value: float) -> None:
        super().__init__(metric_text(metric, value))
        self._value = value
        self.setTextAlignment(_RIGHT)

    def __lt__(self, other: QTableWidgetItem) -> bool:
        assert isinstance(other, _Number)
        return self._value < other._value
