"""How cards that were drawn once are kept as pictures, within a limit of memory."""

from collections import OrderedDict

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPixmap

from studio.ui import theme
from studio.ui.canvas.card import draw_brief, draw_card
from studio.ui.canvas.detail import Detail
from studio.ui.canvas.face import Face
from studio.ui.canvas.geometry import OUTER

LIMIT = 96 * 2**20
"""Bytes of pictures that are kept."""
_Key = tuple[Face, float, bool, str]


class CardCache:
    """Pictures of cards by face, scale and theme; the longest unused go first."""

    def __init__(self) -> None:
        self._pictures: OrderedDict[_Key, QPixmap] = OrderedDict()
        self._bytes = 0
        self._latest: dict[Face, _Key] = {}

    def has(self, face: Face, detail: Detail) -> bool:
        """Return whether there is a picture of a card at the scale of `detail`."""
        return _key(face, detail) in self._pictures

    def latest(self, face: Face) -> QPixmap | None:
        """Return the picture of a card that was used last, at whatever scale, if there is one."""
        key = self._latest.get(face)
        return self._pictures.get(key) if key else None

    def picture(self, face: Face, detail: Detail) -> QPixmap:
        """Return the picture of a card at the scale of `detail`, drawing it if needed."""
        key = _key(face, detail)
        found = self._pictures.get(key)
        if found is None:
            found = _drawn(face, detail)
            self._keep(key, found)
        else:
            self._pictures.move_to_end(key)
        self._latest[face] = key
        return found

    def clear(self) -> None:
        """Forget all pictures."""
        self._pictures.clear()
        self._latest.clear()
        self._bytes = 0

    def _keep(self, key: _Key, picture: QPixmap) -> None:
        self._pictures[key] = picture
        self._bytes += _size(picture)
        while self._bytes > LIMIT and len(self._pictures) > 1:
            old, dropped = self._pictures.popitem(last=False)
            if self._latest.get(old[0]) == old:
                del self._latest[old[0]]
            self._bytes -= _size(dropped)


def _size(picture: QPixmap) -> int:
    return picture.width() * picture.height() * 4


def _key(face: Face, detail: Detail) -> _Key:
    return face, detail.scale, detail.brief, theme.current().name


def _drawn(face: Face, detail: Detail) -> QPixmap:
    scale = detail.scale
    picture = QPixmap(round(OUTER.width() * scale), round(OUTER.height() * scale))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(scale, scale)
    painter.translate(-OUTER.topLeft())
    draw = draw_brief if detail.brief else draw_card
    draw(painter, face, scale)
    painter.end()
    picture.setDevicePixelRatio(detail.ratio)
    return picture
