"""Layer by layer, how large outputs and gradients were in the step that broke."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QWidget

from studio.training.events import Broken
from studio.ui import theme
from studio.ui.kit.rows import PaintedRows
from studio.ui.tokens import faded, mixed
from studio.ui.training.broken_words import size_text
from studio.wording import _

ROW = 22
_LOW, _HIGH = -6.0, 12.0
"""Powers of ten at the ends of a bar."""
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


@dataclass(frozen=True)
class Size:
    """The largest absolute numbers of one layer; None where there was none."""

    path: str
    output: float | None
    gradient: float | None


class BrokenBars(PaintedRows):
    """A row for each layer; picking one tells its path."""

    picked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(ROW, parent)
        self.rows: tuple[Size, ...] = ()
        self.culprit = ""
        self.setAccessibleName(_("Largest numbers of each layer"))

    def show_break(self, broken: Broken) -> None:
        """Show the layers of a step, in the order in which they ran."""
        self.rows, self.culprit = sizes(broken.outputs, broken.gradients), broken.layer
        places = [row.path for row in self.rows]
        at = places.index(self.culprit) if self.culprit in places else 0
        self.lay_rows(len(self.rows), at)
        QTimer.singleShot(0, self, self._show_culprit)

    def _show_culprit(self) -> None:
        self.walked.emit(QRectF(0, self.at * ROW, 1, ROW))

    def pick(self, index: int) -> None:
        self.picked.emit(self.rows[index].path)

    def told(self, index: int) -> str:
        row = self.rows[index]
        return _("{layer}: output up to {output}, gradient up to {gradient}").format(
            layer=row.path.replace("/", " › "), output=_spelled(row.output),
            gradient=_spelled(row.gradient),
        )  # fmt: skip

    def tip(self, index: int) -> str:
        return "\n".join((self.told(index), _("Click to show the layer.")))

    def paint_row(self, painter: QPainter, index: int) -> None:
        look, row = theme.current(), self.rows[index]
        room = QRectF(0, index * ROW, self.width(), ROW)
        guilty, held = row.path == self.culprit, self.hasFocus() and index == self.at
        if guilty or index == self.over or held:
            painter.setPen(look.accent if held else Qt.PenStyle.NoPen)
            painter.setBrush(faded(look.error, 0.12) if guilty else look.bg3)
            painter.drawRoundedRect(room.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        name = QRectF(8, room.top(), room.width() * 0.3 - 8, ROW)
        painter.setFont(theme.font(12, 600 if guilty else 400))
        painter.setPen(look.error if guilty else look.text2)
        shown = painter.fontMetrics().elidedText(
            row.path.replace("/", " › "), Qt.TextElideMode.ElideMiddle, round(name.width() - 6)
        )
        painter.drawText(name, _LEFT, shown)
        half = room.width() * 0.35
        for place, value, color in (
            (name.right(), row.output, look.accent),
            (name.right() + half, row.gradient, look.warn),
        ):
            self._paint_size(painter, QRectF(place, room.top(), half - 8, ROW), value, color)

    def _paint_size(
        self, painter: QPainter, room: QRectF, value: float | None, color: QColor
    ) -> None:
        look = theme.current()
        broken = value is not None and not math.isfinite(value)
        track = QRectF(room.left() + 4, room.center().y() - 2.5, room.width() - 66, 5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(mixed(look.bg1, look.line2, 0.5))
        painter.drawRoundedRect(track, 2.5, 2.5)
        painter.setBrush(look.error if broken else color)
        wide = track.width() * share(value)
        if wide:
            painter.drawRoundedRect(QRectF(track.left(), track.top(), max(4.0, wide), 5), 2.5, 2.5)
        painter.setFont(theme.font(11, 600 if broken else 400, tabular=True))
        painter.setPen(look.error if broken else look.text3)
        painter.drawText(room, _RIGHT, _spelled(value))


def sizes(outputs: Mapping[str, float], gradients: Mapping[str, float]) -> tuple[Size, ...]:
    """Return the layers in the order in which they ran."""
    paths = dict.fromkeys((*outputs, *gradients))
    return tuple(Size(path, outputs.get(path), gradients.get(path)) for path in paths)


def share(value: float | None) -> float:
    """Return how full a bar is, from 0 to 1 over powers of ten; full where it is not finite."""
    if value is None or value == 0:
        return 0.0
    if not math.isfinite(value):
        return 1.0
    return min(1.0, max(0.0, (math.log10(value) - _LOW) / (_HIGH - _LOW)))


def _spelled(value: float | None) -> str:
    return "–" if value is None else size_text(value)
