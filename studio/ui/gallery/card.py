"""How one card of the gallery is painted: picture, name, year and numbers."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from studio.gallery import Entry
from studio.ui import icons, theme
from studio.ui.gallery.facts import Facts
from studio.ui.gallery.thumbnail import draw_thumbnail
from studio.wording import _, humanized

_ENTRY = Qt.ItemDataRole.UserRole
_FACTS = Qt.ItemDataRole.UserRole + 1
_PICTURE = 84
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
Index = QModelIndex | QPersistentModelIndex


class CardDelegate(QStyledItemDelegate):
    """Paints cards; their pictures are drawn once for each look."""

    def __init__(self, parent: object = None) -> None:
        super().__init__(parent)  # type: ignore[arg-type]
        self._pictures: dict[tuple[object, ...], QPixmap] = {}

    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(option.rect.width(), option.rect.height())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry, known = index.data(_ENTRY), index.data(_FACTS)
        room = QRectF(option.rect).adjusted(4, 4, -8, -8)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _paint_ground(painter, option, room)
        if isinstance(entry, Entry):
            picture = QRectF(room.left() + 1, room.top() + 1, room.width() - 2, _PICTURE)
            self._paint_picture(painter, entry, known, picture)
            _write(painter, entry, known, room.adjusted(14, _PICTURE + 4, -12, -8))
        painter.restore()

    def _paint_picture(self, painter: QPainter, entry: Entry, known: object, room: QRectF) -> None:
        if not isinstance(known, Facts):
            return
        if not known.graph.nodes:
            corner = room.center().toPoint() - QPoint(14, 14)
            painter.drawPixmap(corner, icons.pixmap("plus", 28, "text3"))
            return
        ratio = painter.device().devicePixelRatioF()
        key = entry.name, room.size().toSize().toTuple(), ratio, theme.current().is_dark
        if key not in self._pictures:
            self._pictures[key] = _pictured(known, room, ratio)
        painter.drawPixmap(room.topLeft(), self._pictures[key])


def _pictured(known: Facts, room: QRectF, ratio: float) -> QPixmap:
    picture = QPixmap((room.size() * ratio).toSize())
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    draw_thumbnail(painter, known.graph, QRectF(16, 12, room.width() - 32, room.height() - 24))
    painter.end()
    return picture


def _paint_ground(painter: QPainter, option: QStyleOptionViewItem, room: QRectF) -> None:
    look = theme.current()
    chosen = bool(option.state & QStyle.StateFlag.State_Selected)
    lit = bool(option.state & QStyle.StateFlag.State_MouseOver)
    painter.setPen(QPen(look.accent if chosen else look.line2, 1.6 if chosen else 1))
    painter.setBrush(look.bg3 if lit or chosen else look.bg2)
    painter.drawRoundedRect(room, 10, 10)


def _write(painter: QPainter, entry: Entry, known: object, room: QRectF) -> None:
    look = theme.current()
    line = QRectF(room.left(), room.top(), room.width(), 22)
    year = str(entry.year) if entry.year else ""
    painter.setFont(theme.font(12, tabular=True))
    painter.setPen(look.text3)
    painter.drawText(line, int(_RIGHT), year)
    taken = painter.fontMetrics().horizontalAdvance(year) + 8
    painter.setFont(theme.font(14, 600))
    painter.setPen(look.text)
    _line(painter, line.adjusted(0, 0, -taken, 0), _(entry.title))
    if isinstance(known, Facts) and known.graph.nodes:
        painter.setFont(theme.font(12, tabular=True))
        painter.setPen(look.text2)
        said = _("{parameters} parameters · depth {depth}").format(
            parameters=humanized(known.parameters), depth=known.depth
        )
        _line(painter, line.translated(0, 23), said)


def _line(painter: QPainter, room: QRectF, words: str) -> None:
    elided = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(room.width()))
    painter.drawText(room, int(_LEFT), elided)
