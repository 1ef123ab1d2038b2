"""One wire on the canvas, with the shape it carries written on it."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import pairwise

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPainterPathStroker, QPen
from PySide6.QtWidgets import QGraphicsPathItem, QStyleOptionGraphicsItem, QWidget

from studio.graph.model import Wire
from studio.ui import theme
from studio.ui.canvas.detail import FULL, Detail
from studio.ui.canvas.route import middle, rounded
from studio.ui.tokens import Theme, mixed

_PILL = 15.0


class EdgeItem(QGraphicsPathItem):
    """The wire from one output to one input; `target` and `slot` name it."""

    def __init__(
        self,
        wire: Wire,
        target: str,
        slot: int,
        detail: Detail,
        changed: Callable[["EdgeItem"], object],
    ) -> None:
        """Begin without a place; `changed` is told when the wire looks different."""
        super().__init__()
        self._changed = changed
        self.wire = wire
        self.target = target
        self.slot = slot
        self.corners: list[QPointF] = []
        self.pieces: list[QLineF] = []
        """The straight lines between its corners."""
        self.problem = ""
        self._detail = detail
        self.label = ""
        """The shape written on it."""
        self._lit = False
        self._frozen = False
        self._offered = False
        self._chosen = False
        self._spot = QPointF()
        self._around: QRectF | None = None
        self.setZValue(0)
        self.restyle()

    def lay(self, corners: list[QPointF]) -> None:
        """Run through these corners."""
        if corners != self.corners:
            self.prepareGeometryChange()
            self.corners = corners
            self._spot, _upright = middle(corners)
            self.pieces = [QLineF(start, end) for start, end in pairwise(corners)]
            self.setPath(rounded(corners))
            self._around = None

    def dress(self, label: str, problem: str, *, lit: bool, frozen: bool) -> None:
        """Show the shape it carries, what is wrong with it, and its state."""
        state = (label, problem, lit, frozen)
        if state != (self.label, self.problem, self._lit, self._frozen):
            self.prepareGeometryChange()
            self.label, self.problem, self._lit, self._frozen = state
            self._around = None
            self.restyle()

    def offer(self, *, offered: bool) -> None:
        """Light up while a layer that would be inserted here hovers over the wire."""
        if offered != self._offered:
            self._offered = offered
            self.restyle()

    def choose(self, *, chosen: bool) -> None:
        """Light up while this wire is the selected one."""
        if chosen != self._chosen:
            self._chosen = chosen
            self.restyle()

    @property
    def spot(self) -> QPointF:
        """Where its middle lies."""
        return self._spot

    def spots(self) -> Iterator[QPointF]:
        """Yield where its label may be written, the best first: the middles of long pieces."""
        long = sorted(self.pieces, key=QLineF.length, reverse=True)
        for share in (0.5, 0.3, 0.7):
            yield from (piece.pointAt(share) for piece in long)

    def write_at(self, spot: QPointF) -> None:
        """Write the label there."""
        if spot != self._spot:
            self.prepareGeometryChange()
            self._spot = spot
            self._around = None

    @property
    def chosen(self) -> bool:
        """Whether this wire is the selected one."""
        return self._chosen

    def passes(self, point: QPointF, reach: float) -> bool:
        """Return whether it passes within `reach` of a point, or its shape is written there."""
        written = bool(self.label) and self._detail.zoom >= FULL and self.pill().contains(point)
        return written or any(
            _wider(QRectF(start, end).normalized(), reach).contains(point)
            for start, end in pairwise(self.corners)
        )

    def _measured(self) -> QRectF:
        around = _wider(self.path().controlPointRect(), 3)
        return around.united(_wider(self.pill(), 2)) if self.label else around

    def restyle(self) -> None:
        """Take the colors of the theme in use."""
        look = theme.current()
        self._shade = self._color(look)
        self.setPen(_pen(self._shade.rgba(), self._width()))
        self.setZValue(1 if self._lit or self._bright or self.problem else 0)
        self.update()
        self._changed(self)

    @property
    def _bright(self) -> bool:
        return self._offered or self._chosen

    def _width(self) -> float:
        return 3.0 if self._bright else 1.9 if self._lit or self.problem else 1.5

    def _color(self, look: Theme) -> QColor:
        if self.problem and not self._chosen:
            return look.error
        if self._lit or self._bright:
            return look.accent
        return _quiet(self._frozen, look.name)

    @property
    def color(self) -> QColor:
        """The color the wire has at this moment."""
        return self._shade

    def boundingRect(self) -> QRectF:
        if self._around is None:
            self._around = self._measured()
        return self._around

    def shape(self) -> QPainterPath:
        stroker = QPainterPathStroker()
        stroker.setWidth(16)
        return stroker.createStroke(self.path())

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        if self._detail.brief and not self._detail.exact:
            painter.setPen(self.pen())
            painter.drawLines(self.pieces)
            return
        self.paint_line(painter)

    def paint_line(self, painter: QPainter) -> None:
        """Paint the wire without what is written on it."""
        painter.setPen(self.pen())
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(self.path())

    def pill(self) -> QRectF:
        """Return where the shape is written."""
        width = _label_width(self.label) + 12
        return QRectF(self._spot.x() - width / 2, self._spot.y() - _PILL / 2, width, _PILL)

    def paint_label(self, painter: QPainter) -> None:
        """Paint the shape that is written on the wire, if it is known."""
        if not self.label:
            return
        look, box = theme.current(), self.pill()
        painter.setPen(QPen(mixed(look.bg0, self.color, 0.45), 1))
        painter.setBrush(look.bg0)
        painter.drawRoundedRect(box, _PILL / 2, _PILL / 2)
        painter.setFont(theme.font(10, 500, tabular=True))
        painter.setPen(self.color if self.problem or self._lit or self._chosen else look.text2)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self.label)


def _wider(box: QRectF, margin: float) -> QRectF:
    return box.adjusted(-margin, -margin, margin, margin)


@lru_cache(maxsize=64)
def _pen(color: int, width: float) -> QPen:
    pen = QPen(QColor.fromRgba(color), width)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    return pen


@lru_cache(maxsize=8)
def _quiet(frozen: bool, _theme: str) -> QColor:  # noqa: FBT001
    look = theme.current()
    return mixed(look.bg0, look.ice, 0.4) if frozen else mixed(look.bg0, look.text3, 0.72)


@lru_cache(maxsize=512)
def _label_width(label: str) -> float:
    return QFontMetricsF(theme.font(10, 500, tabular=True)).horizontalAdvance(label)
