"""How the rows of the outline are painted: icon, name, parameters, snowflake."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from studio.ui import icons, theme
from studio.ui.tokens import faded

ROLE = Qt.ItemDataRole.UserRole
PATH, ICON, GROUP, NUMBER, FROZEN = (ROLE + offset for offset in range(5))
SNOWFLAKE = 32
"""Width at the right edge in which a click freezes."""
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
Index = QModelIndex | QPersistentModelIndex


class OutlineDelegate(QStyledItemDelegate):
    """Paints one layer in a line."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(0, 30)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        look, state = theme.current(), option.state
        over = bool(state & QStyle.StateFlag.State_MouseOver)
        body = QRectF(option.rect).adjusted(2, 1, -8, -1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & QStyle.StateFlag.State_Selected or over:
            chosen = bool(state & QStyle.StateFlag.State_Selected)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(faded(look.accent, 0.16) if chosen else look.bg3)
            painter.drawRoundedRect(body, 6, 6)
        _draw_icons(painter, body, index, over=over)
        _write(painter, body, index)
        painter.restore()


def _draw_icons(painter: QPainter, body: QRectF, index: Index, *, over: bool) -> None:
    look, middle, frozen = theme.current(), round(body.center().y()), index.data(FROZEN)
    drawn = icons.pixmap(str(index.data(ICON)), 16, look.hue(str(index.data(GROUP))))
    painter.drawPixmap(QPoint(round(body.left()) + 6, middle - 8), drawn)
    if frozen or over:
        tint = look.ice if frozen else faded(look.text3, 0.6)
        corner = QPoint(round(body.right()) - 22, middle - 7)
        painter.drawPixmap(corner, icons.pixmap("snowflake", 14, tint))


def _write(painter: QPainter, body: QRectF, index: Index) -> None:
    look, number = theme.current(), str(index.data(NUMBER) or "")
    painter.setFont(theme.font(11, tabular=True))
    painter.setPen(look.text3)
    painter.drawText(body.adjusted(0, 0, -SNOWFLAKE, 0), _RIGHT, number)
    wide = painter.fontMetrics().horizontalAdvance(number) + SNOWFLAKE + 8
    painter.setFont(theme.font(13))
    painter.setPen(look.ice if index.data(FROZEN) is True else look.text)
    space = body.adjusted(30, 0, -wide, 0)
    name = painter.fontMetrics().elidedText(
        str(index.data()), Qt.TextElideMode.ElideRight, round(space.width())
    )
    painter.drawText(space, _LEFT, name)
