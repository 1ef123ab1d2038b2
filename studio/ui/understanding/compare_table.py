"""Totals and types of layers of several networks in one table; what differs stands out."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from studio.analysis.compare import TOTALS, Total, TypeRow, totals, types
from studio.analysis.report import Report
from studio.analysis.shares import Row
from studio.ui import icons, theme
from studio.ui.binding import follow
from studio.ui.tables import calm
from studio.ui.tokens import Theme
from studio.ui.understanding.curve_card import changed
from studio.wording import Plural, _, byte_size, full, humanized

_NAMES, _WIDTH = 178, 132
_CHANGE = int(Qt.ItemDataRole.UserRole)
"""Where a cell keeps how it compares with the first network."""


class CompareTable(QTableWidget):
    """One column for each network; the first is what the others are measured against."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("Totals and types of layers"))
        calm(self, 32)
        self.verticalHeader().hide()
        self.setItemDelegate(_Cell(self))
        self.setSelectionMode(self.SelectionMode.SingleSelection)
        self._shown: tuple[tuple[str, ...], tuple[Report, ...]] = ((), ())
        follow(self, theme.changed, self._wear)

    def show_reports(self, names: Sequence[str], reports: Sequence[Report]) -> None:
        """Compare these networks."""
        self._shown = tuple(names), tuple(reports)
        counted, kinds = totals(reports), types(reports)
        self.clear()
        self.setColumnCount(len(reports) + 1)
        self.setRowCount(len(counted) + 1 + len(kinds))
        self.setHorizontalHeaderItem(0, QTableWidgetItem(""))
        for row, total in enumerate(counted):
            self._fill_total(row, total)
        self._fill_caption(len(counted))
        for row, kind in enumerate(kinds, len(counted) + 1):
            self._fill_type(row, kind)
        self._lay_out(names)

    @property
    def wanted_width(self) -> int:
        """How wide the table is where all its columns are read with ease."""
        return _NAMES + _WIDTH * (self.columnCount() - 1) + 16

    def _lay_out(self, names: Sequence[str]) -> None:
        head = self.horizontalHeader()
        head.setMinimumSectionSize(72)
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
        self.setColumnWidth(0, _NAMES)
        for column in range(1, len(names) + 1):
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
            item = QTableWidgetItem(names[column - 1])
            item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            item.setToolTip(item.text())
            self.setHorizontalHeaderItem(column, item)

    def _fill_total(self, row: int, total: Total) -> None:
        self._put(row, 0, _(TOTALS[total.key]), differs=total.differs)
        spell = byte_size if total.key == "activation_bytes" else humanized
        for column, value in enumerate(total.values, 1):
            much = changed(value, total.values[0])
            item = self._put(row, column, spell(value), differs=value != total.values[0])
            item.setData(_CHANGE, much)
            item.setToolTip(f"{full(value)}  {much}".strip())

    def _fill_caption(self, row: int) -> None:
        item = self._put(row, 0, _("Types of layers"), differs=False)
        item.setFont(theme.font(11, 600))
        item.setForeground(theme.current().text3)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        for column in range(1, self.columnCount()):
            other = self._put(row, column, "", differs=False)
            other.setFlags(Qt.ItemFlag.NoItemFlags)

    def _fill_type(self, row: int, kind: TypeRow) -> None:
        item = self._put(row, 0, _(kind.name), differs=kind.differs)
        key = next(one.key for one in kind.rows if one is not None)
        item.setIcon(icons.icon(icons.layer_icon(key, kind.group), theme.hue(kind.group)))
        first = _of_type(kind.rows[0])
        for column, one in enumerate(kind.rows, 1):
            item = self._put(row, column, _of_type(one), differs=_of_type(one) != first)
            if one is not None:
                item.setToolTip(
                    Plural(
                        "{count} layer with {parameters} parameters",
                        "{count} layers with {parameters} parameters",
                    ).of(one.copies, parameters=full(one.parameters))
                )

    def _put(self, row: int, column: int, text: str, *, differs: bool) -> QTableWidgetItem:
        item = QTableWidgetItem(text)
        item.setFont(theme.font(13, 500 if differs else 400, tabular=column > 0))
        item.setForeground(_tone(theme.current(), differs=differs, head=column == 0))
        side = Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignRight
        item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
        self.setItem(row, column, item)
        return item

    def _wear(self, _look: Theme) -> None:
        if self._shown[1]:
            self.show_reports(*self._shown)


class _Cell(QStyledItemDelegate):
    """Paints beside a number, where there is room, how it compares with that of the first."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        super().paint(painter, option, index)
        change = index.data(_CHANGE)
        if not change:
            return
        box: QRect = option.rect
        fonts = QFontMetrics(theme.font(13, 500, tabular=True))
        room = box.adjusted(6, 0, -20 - fonts.horizontalAdvance(index.data()), 0)
        painter.save()
        painter.setFont(theme.font(11, tabular=True))
        if painter.fontMetrics().horizontalAdvance(change) <= room.width():
            painter.setPen(theme.current().text3)
            painter.drawText(
                room, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), change
            )
        painter.restore()


def _tone(look: Theme, *, differs: bool, head: bool) -> QColor:
    if head:
        return look.text if differs else look.text2
    return look.accent if differs else look.text2


def _of_type(row: Row | None) -> str:
    if row is None:
        return "–"
    if not row.parameters:
        return f"{full(row.copies)} ×"
    return f"{full(row.copies)} × · {humanized(row.parameters)}"
