"""How the rows of the palette are painted."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from studio.ui import icons, theme
from studio.ui.tokens import faded
from studio.wording import full

GROUP = Qt.ItemDataRole.UserRole + 1
ICON = Qt.ItemDataRole.UserRole + 2
HINT = Qt.ItemDataRole.UserRole + 3
COUNT = Qt.ItemDataRole.UserRole + 4
FAMILY = Qt.ItemDataRole.UserRole + 5
WORDS = Qt.ItemDataRole.UserRole + 6
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
Index = QModelIndex | QPersistentModelIndex


class PaletteDelegate(QStyledItemDelegate):
    """Paints a family as a caption with its count, and a layer as a tinted tile with its name."""

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, 34 if index.data(ICON) else 32)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if index.data(ICON):
            _paint_layer(painter, option, index)
        else:
            _paint_family(painter, option, index)
        painter.restore()


def _paint_family(painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
    look, room = theme.current(), QRectF(option.rect)
    state = option.state
    opened = bool(state & QStyle.StateFlag.State_Open)
    tone = look.text2 if state & QStyle.StateFlag.State_MouseOver else look.text3
    name = "chevron_down" if opened else "chevron_right"
    middle = round(room.center().y())
    painter.drawPixmap(14, middle - 5, icons.pixmap(name, 12, tone))
    painter.setPen(tone)
    painter.setFont(theme.font(12, 500))
    painter.drawText(room.adjusted(32, 0, -40, 0), int(_LEFT), str(index.data()))
    painter.setFont(theme.font(11, 400, tabular=True))
    painter.setPen(look.text3)
    painter.drawText(room.adjusted(0, 0, -18, 0), int(_RIGHT), full(int(index.data(COUNT) or 0)))


def _paint_layer(painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
    look, room = theme.current(), QRectF(option.rect)
    state = option.state
    body = room.adjusted(8, 1, -8, -1)
    chosen = bool(state & QStyle.StateFlag.State_Selected)
    lit = chosen or bool(state & QStyle.StateFlag.State_MouseOver)
    painter.setPen(Qt.PenStyle.NoPen)
    if lit:
        painter.setBrush(look.bg3)
        painter.drawRoundedRect(body, 7, 7)
    hue = look.hue(str(index.data(FAMILY)))
    tile = QRectF(body.left() + 6, body.center().y() - 12, 24, 24)
    painter.setBrush(faded(hue, 0.16 if look.is_dark else 0.12))
    painter.drawRoundedRect(tile, 6, 6)
    corner = tile.topLeft().toPoint() + QPoint(4, 4)
    painter.drawPixmap(corner, icons.pixmap(str(index.data(ICON)), 16, hue))
    hint = str(index.data(HINT)) if lit else ""
    painter.setFont(theme.font(11))
    wide = painter.fontMetrics().horizontalAdvance(hint) + 12 if hint else 0
    painter.setPen(look.text3)
    painter.drawText(body.adjusted(0, 0, -10, 0), int(_RIGHT), hint)
    painter.setFont(theme.font(13))
    painter.setPen(look.text)
    space = body.adjusted(40, 0, -8 - wide, 0)
    text = painter.fontMetrics().elidedText(
        str(index.data()), Qt.TextElideMode.ElideRight, round(space.width())
    )
    painter.drawText(space, int(_LEFT), text)
