"""A table of values, one column for each run; the best of a row stand out."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from studio.ui import theme
from studio.ui.binding import follow
from studio.ui.tables import calm
from studio.wording import _

_NAMES, _VALUES = (200, 420), (140, 260)
"""The narrowest and widest that the column of the names, and one of values, begins with."""


@dataclass(frozen=True)
class Line:
    """One row: a name with a text for each run; without texts it is a heading."""

    name: str
    texts: tuple[str, ...] = ()
    best: Collection[int] = ()
    """Which of the texts are the best."""


class ValueTable(QTableWidget):
    """Rows that are only read; arrow keys walk through them."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        calm(self, 32)
        self.verticalHeader().hide()
        self.setSelectionMode(self.SelectionMode.SingleSelection)
        self._shown: tuple[tuple[str, ...], tuple[Line, ...]] = ((), ())
        follow(self, theme.changed, lambda _look: self.show_lines(*self._shown))

    def show_lines(self, names: Sequence[str], lines: Sequence[Line]) -> None:
        """Show these rows under the names of the runs."""
        self._shown = tuple(names), tuple(lines)
        self.clear()
        self.clearSpans()
        self.setColumnCount(len(names) + 1)
        self.setRowCount(len(lines))
        for column, name in enumerate(("", *names)):
            item = QTableWidgetItem(name)
            item.setToolTip(name)
            side = Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignRight
            item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
            self.setHorizontalHeaderItem(column, item)
        for row, line in enumerate(lines):
            self._fill(row, line)
        self._lay_out()

    def _lay_out(self) -> None:
        head = self.horizontalHeader()
        head.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for column in range(self.columnCount()):
            wide = max(self.sizeHintForColumn(column), head.sectionSizeHint(column)) + 16
            low, high = _NAMES if column == 0 else _VALUES
            self.setColumnWidth(column, max(low, min(high, wide)))

    def _fill(self, row: int, line: Line) -> None:
        look = theme.current()
        head = QTableWidgetItem(line.name)
        head.setToolTip(line.name)
        self.setItem(row, 0, head)
        if line.texts:
            head.setForeground(look.text2)
            for column, text in enumerate(line.texts, 1):
                self.setItem(row, column, _cell(text, best=column - 1 in line.best))
            return
        head.setFont(theme.font(11, 600))
        head.setForeground(look.text3)
        head.setFlags(Qt.ItemFlag.NoItemFlags)
        self.setSpan(row, 0, 1, self.columnCount())


def _cell(text: str, *, best: bool) -> QTableWidgetItem:
    look, item = theme.current(), QTableWidgetItem(f"✓ {text}" if best else text)
    item.setFont(theme.font(13, 600 if best else 400, tabular=True))
    item.setForeground(look.ok if best else look.text)
    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    item.setToolTip(text)
    if best:
        told = _("{value}, the best").format(value=text)
        item.setToolTip(told)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, told)
    return item
