"""Where the cards stand, found by place: what a wire has to keep clear of."""

from collections.abc import Iterator

from PySide6.QtCore import QRectF

_WIDE, _HIGH = 280.0, 160.0
_Cell = tuple[int, int]


class CardGrid:
    """Rectangles by name, sorted into the cells of a coarse grid."""

    def __init__(self) -> None:
        self._boxes: dict[str, QRectF] = {}
        self._cells: dict[_Cell, dict[str, None]] = {}

    def put(self, name: str, box: QRectF) -> None:
        """Place a card, or move it."""
        self.drop(name)
        self._boxes[name] = box
        for cell in _cells(box):
            self._cells.setdefault(cell, {})[name] = None

    def drop(self, name: str) -> None:
        """Take a card away, if it is there."""
        box = self._boxes.pop(name, None)
        if box is not None:
            for cell in _cells(box):
                self._cells[cell].pop(name)

    def touching(self, area: QRectF) -> list[QRectF]:
        """Return the cards that touch an area."""
        return [self._boxes[name] for name in self.names(area)]

    def names(self, area: QRectF) -> list[str]:
        """Return the names of the cards that touch an area."""
        near = dict.fromkeys(name for cell in _cells(area) for name in self._cells.get(cell, ()))
        return [name for name in near if self._boxes[name].intersects(area)]

    def cover(self) -> QRectF:
        """Return the rectangle around all cards."""
        boxes = self._boxes.values()
        if not boxes:
            return QRectF()
        left, top = min(box.left() for box in boxes), min(box.top() for box in boxes)
        right, bottom = max(box.right() for box in boxes), max(box.bottom() for box in boxes)
        return QRectF(left, top, right - left, bottom - top)


def _cells(area: QRectF) -> Iterator[_Cell]:
    for column in range(int(area.left() // _WIDE), int(area.right() // _WIDE) + 1):
        for row in range(int(area.top() // _HIGH), int(area.bottom() // _HIGH) + 1):
            yield column, row
