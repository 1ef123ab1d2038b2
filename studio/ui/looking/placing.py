"""Where the card lies: beside the layer it is about, inside the canvas."""

from PySide6.QtCore import QPoint, QRect, QSize

_GAP, _EDGE = 14, 8


def beside(layer: QRect, card: QSize, room: QRect) -> QPoint:
    """Return the upper left corner of a card: right of a layer, else left of it, inside `room`.

    Where neither side has room it lies at that edge of the room that is farther from the layer.
    """
    room = room.adjusted(_EDGE, _EDGE, -_EDGE, -_EDGE)
    right, left = layer.right() + _GAP, layer.left() - _GAP - card.width()
    if right + card.width() <= room.right():
        x = right
    elif left >= room.left():
        x = left
    elif layer.center().x() < room.center().x():
        x = room.right() - card.width()
    else:
        x = room.left()
    x = max(room.left(), min(x, room.right() - card.width()))
    y = max(room.top(), min(layer.top(), room.bottom() - card.height()))
    return QPoint(x, y)


def scroll_for(layer: QRect, card: QSize, room: QRect) -> int:
    """Return how far to scroll to the right so that a layer and a card beside it are both seen.

    0 where there is no room for both.
    """
    spare = room.width() - 2 * _EDGE - layer.width() - _GAP - card.width()
    if spare < 0:
        return 0
    on_the_left = layer.left() - (room.left() + _EDGE + spare)
    on_the_right = layer.right() - (room.right() - _EDGE - spare)
    return min(on_the_left, on_the_right, key=abs)
