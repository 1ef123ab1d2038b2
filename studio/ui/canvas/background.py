"""The quiet dots behind the network."""

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPixmap, QTransform

from studio.ui import theme
from studio.ui.canvas.detail import DOTS
from studio.ui.tokens import mixed

_STEP = 24.0
_TILES = 8
"""Dots on each side of the picture that is laid like tiles."""


def paint_ground(painter: QPainter, area: QRectF, zoom: float, ratio: float) -> None:
    """Paint the canvas with a dot about every 24 units; without dots below 40 %.

    The dots stand on whole pixels, so that they are tiles that lie still while the page scrolls.
    """
    if zoom < DOTS:
        painter.fillRect(area, theme.current().bg0)
        return
    place = painter.worldTransform()
    seen = place.mapRect(area)
    tile = _tile(round(_STEP * zoom * ratio), ratio, theme.current().name)
    painter.save()
    painter.setWorldTransform(QTransform())
    painter.drawTiledPixmap(seen, tile, seen.topLeft() - QPointF(place.dx(), place.dy()))
    painter.restore()


@lru_cache(maxsize=64)
def _tile(step: int, ratio: float, _theme: str) -> QPixmap:
    """Return a square of dots that are `step` device pixels apart."""
    look = theme.current()
    tile = QPixmap(step * _TILES, step * _TILES)
    tile.fill(look.bg0)
    painter = QPainter(tile)
    color = mixed(look.bg0, look.text3, 0.26 if look.is_dark else 0.36)
    side = max(1, round(1.4 * ratio))
    for row in range(_TILES):
        for column in range(_TILES):
            painter.fillRect(column * step, row * step, side, side, color)
    painter.end()
    tile.setDevicePixelRatio(ratio)
    return tile
