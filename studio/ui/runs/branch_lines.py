"""How the first cell of a run is painted: the lines of the tree, then its name; tags as chips."""

from PySide6.QtCore import (
    QLineF,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QFontMetrics, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from studio.runs.overview.tree import Row
from studio.runs.store import RunSummary
from studio.ui import theme
from studio.ui.runs.model import TREE
from studio.ui.tokens import mixed

Place = QModelIndex | QPersistentModelIndex
INDENT = 20
"""Pixels that a branch stands right of its parent."""
_DEEPEST = 8
"""Deeper branches stand no further to the right."""
_MARGIN, _DOT = 12, 3.5


class BranchLines(QStyledItemDelegate):
    """Names with the tree they hang in."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Place) -> QSize:
        return super().sizeHint(option, index) + QSize(_room(index.data(TREE)), 0)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Place) -> None:
        row: Row[RunSummary] = index.data(TREE)
        left = QRect(option.rect)
        shifted = QStyleOptionViewItem(option)
        shifted.rect = option.rect.adjusted(_room(row), 0, 0, 0)
        if option.state & QStyle.StateFlag.State_Selected:
            ground = mixed(theme.current().bg1, theme.current().accent, 0.16)
            painter.fillRect(left.adjusted(0, 0, _room(row) - left.width(), 0), ground)
        super().paint(painter, shifted, index)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.current().line2, 1.4))
        _paint_rails(painter, QRectF(left), row)
        painter.restore()


class TagChips(QStyledItemDelegate):
    """Tags as small rounded words; those that do not fit are only in the tooltip."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Place) -> QSize:
        metrics = QFontMetrics(theme.font(11, 500))
        tags = _tags(index)
        wide = sum(metrics.horizontalAdvance(tag) + 20 for tag in tags) + 12
        return QSize(min(wide, 240), super().sizeHint(option, index).height())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Place) -> None:
        bare = QStyleOptionViewItem(option)
        self.initStyleOption(bare, index)
        bare.text = ""
        bare.widget.style().drawControl(
            QStyle.ControlElement.CE_ItemViewItem, bare, painter, bare.widget
        )
        look, box = theme.current(), option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font(11, 500))
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        left = box.left() + 8
        for tag in _tags(index):
            wide = painter.fontMetrics().horizontalAdvance(tag) + 14
            if left + wide > box.right():
                break
            chip = QRectF(left, box.center().y() - 9, wide, 19)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(mixed(look.bg1, look.accent, 0.32 if is_selected else 0.14))
            painter.drawRoundedRect(chip, 9, 9)
            painter.setPen(look.text2)
            painter.drawText(chip, int(Qt.AlignmentFlag.AlignCenter), tag)
            left += wide + 6
        painter.restore()


def _paint_rails(painter: QPainter, box: QRectF, row: Row[RunSummary]) -> None:
    """Paint a line down for each level that goes on, and the bend to this run."""
    middle = box.center().y()
    first = max(0, row.depth - _DEEPEST)
    for level, goes_on in enumerate(row.rails[first:]):
        x = box.left() + _MARGIN + level * INDENT
        is_own = level == len(row.rails[first:]) - 1
        if goes_on:
            painter.drawLine(QLineF(x, box.top(), x, box.bottom() + 1))
        if is_own:
            bend = QPainterPath(QPointF(x, box.top()))
            bend.lineTo(x, middle - 5)
            bend.quadTo(x, middle, x + 5, middle)
            bend.lineTo(x + INDENT - 8, middle)
            painter.drawPath(bend)
    if row.branches and row.depth < _DEEPEST:
        x = box.left() + _MARGIN + row.depth * INDENT
        painter.drawLine(QLineF(x, middle + _DOT, x, box.bottom() + 1))
    if row.depth or row.branches:
        x = box.left() + _MARGIN + min(row.depth, _DEEPEST) * INDENT
        painter.setBrush(theme.current().accent)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawEllipse(QPointF(x, middle), _DOT, _DOT)


def _room(row: Row[RunSummary]) -> int:
    """Return how far right the name of a run stands."""
    return min(row.depth, _DEEPEST) * INDENT + _MARGIN


def _tags(index: Place) -> tuple[str, ...]:
    row: Row[RunSummary] = index.data(TREE)
    return row.run.notes.tags
