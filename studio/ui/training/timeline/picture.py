"""The part of the timeline that stays the same while a run moves on, painted once."""

from collections.abc import Sequence
from operator import is_

from PySide6.QtCore import QSizeF, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from studio.training.course.calendar import Calendar
from studio.training.course.preview import Preview
from studio.ui import theme
from studio.ui.training.timeline.painting import Flag, paint
from studio.ui.training.timeline.place import Place


class Picture:
    """Keeps what was painted of a preview until something else is to be seen.

    A run moves on twenty times a second, and whatever is painted then is taken from its speed.
    """

    def __init__(self, widget: QWidget) -> None:
        self._widget = widget
        self._place: Place | None = None
        self._placed: tuple[object, ...] = ()
        self._image = QPixmap()
        self._seen: tuple[object, ...] = ()
        self._state: tuple[object, ...] = ()

    def place(self, preview: Preview | None) -> Place:
        """Return where things lie now."""
        size = self._widget.size()
        known = (preview, theme.current())
        if self._place is None or self._placed[2:] != (size,) or not _same(known, self._placed):
            layers = preview.layers if preview else ()
            calendar = preview.course.calendar if preview else Calendar.even(1, 1, 1)
            self._place = Place.of(QSizeF(size), layers, calendar)
            self._placed = (*known, size)
        return self._place

    def shown(self, preview: Preview, flags: Sequence[Flag], chosen: int | None) -> QPixmap:
        """Return a preview with its flags as a picture of the whole widget."""
        seen = (preview, flags, theme.current())
        state = (chosen, self._widget.size(), self._widget.devicePixelRatioF())
        if state != self._state or not _same(seen, self._seen):
            self._seen, self._state = seen, state
            self._image = self._painted(preview, flags, chosen)
        return self._image

    def _painted(self, preview: Preview, flags: Sequence[Flag], chosen: int | None) -> QPixmap:
        ratio = self._widget.devicePixelRatioF()
        image = QPixmap((QSizeF(self._widget.size()) * ratio).toSize())
        image.setDevicePixelRatio(ratio)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        paint(painter, self.place(preview), preview, flags, chosen)
        painter.end()
        return image


def _same(values: Sequence[object], others: Sequence[object]) -> bool:
    """Whether the first values are the very objects that others are; to compare them is slow."""
    return all(map(is_, values, others))
