"""Shared weights on the canvas: a dashed link from who borrows to who lends, which is no wire."""

from collections.abc import Iterable

from PySide6.QtCore import QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPainterPathStroker, QPen
from PySide6.QtWidgets import QGraphicsPathItem

from studio.graph.model import Graph
from studio.ui import theme
from studio.ui.binding import follow
from studio.ui.canvas.scene import CanvasScene
from studio.ui.tokens import mixed
from studio.workspace import Workspace

_DASHES = (1.0, 3.4)
_NEAREST, _FARTHEST = 36.0, 150.0
"""How far a link bulges beside the cards, at least and at most."""
Pair = tuple[str, str]
"""Who borrows, and who lends."""


class Tie(QGraphicsPathItem):
    """The link between two cards; it lies below wires and cards."""

    def __init__(self) -> None:
        super().__init__()
        self.lit = False
        self.setZValue(-1)
        self.restyle()

    def lay(self, borrower: QRectF, lender: QRectF, *, lit: bool) -> None:
        """Run between these two cards."""
        path = arc(borrower, lender)
        if path != self.path():
            self.setPath(path)
        if lit != self.lit:
            self.lit = lit
            self.restyle()

    def restyle(self) -> None:
        """Take the colors of the theme in use."""
        self.setPen(tie_pen(tie_color(lit=self.lit)))

    def passes(self, point: QPointF, reach: float) -> bool:
        """Return whether it passes within `reach` of a point."""
        stroker = QPainterPathStroker()
        stroker.setWidth(2 * reach)
        return stroker.createStroke(self.path()).contains(point)


class Ties(QObject):
    """The links of one page, kept in step with the workspace and with where the cards lie."""

    def __init__(self, workspace: Workspace, scene: CanvasScene) -> None:
        super().__init__(scene)
        self._workspace = workspace
        self._scene = scene
        self.links: dict[Pair, Tie] = {}
        self._lenders: set[str] = set()
        follow(self, workspace.page_changed, lambda change: self._show(change.after))
        follow(self, scene.arranged, lambda _none: self._lay())
        follow(self, workspace.selection_changed, lambda _names: self._lay())
        follow(self, theme.changed, lambda _theme: self._wear())
        self._show(workspace.page)

    def at(self, point: QPointF, reach: float = 5.0) -> Pair | None:
        """Return whose link passes a point."""
        return next((pair for pair, tie in self.links.items() if tie.passes(point, reach)), None)

    def paint(self, painter: QPainter) -> None:
        """Paint the links as they are seen from afar."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for tie in self.links.values():
            pen = QPen(tie.pen())
            pen.setWidthF(1)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.drawPath(tie.path())

    def _show(self, page: Graph) -> None:
        wanted = dict.fromkeys(pairs(page))
        for pair in [pair for pair in self.links if pair not in wanted]:
            self._scene.removeItem(self.links.pop(pair))
        for pair in wanted:
            if pair not in self.links:
                self.links[pair] = Tie()
                self._scene.addItem(self.links[pair])
        lenders = {lender for _borrower, lender in wanted}
        for name in lenders ^ self._lenders | lenders:
            item = self._scene.nodes.get(name)
            if item is not None:
                item.light(lends=name in lenders)
        self._lenders = lenders
        self._lay()

    def _lay(self) -> None:
        nodes, chosen = self._scene.nodes, self._workspace.selection
        for (borrower, lender), tie in self.links.items():
            if borrower in nodes and lender in nodes:
                lit = borrower in chosen or lender in chosen
                tie.lay(nodes[borrower].card, nodes[lender].card, lit=lit)

    def _wear(self) -> None:
        for tie in self.links.values():
            tie.restyle()


def pairs(page: Graph) -> Iterable[Pair]:
    """Yield who borrows from whom on a page; a weight inside a block is lent by the block."""
    for name, node in page.nodes.items():
        for owner in node.tied.values():
            lender = owner.partition(".")[0]
            if lender in page:
                yield name, lender


def arc(borrower: QRectF, lender: QRectF) -> QPainterPath:
    """Return a curve beside the cards, or between them where one stands beside the other."""
    left, right = sorted((borrower, lender), key=lambda box: box.left())
    start = QPointF(left.right(), left.center().y())
    apart = right.left() - left.right()
    end = QPointF(right.left() if apart > 0 else right.right(), right.center().y())
    path = QPainterPath(start)
    if apart > 0:
        bend = QPointF(max(apart / 2, _NEAREST), 0)
        across = apart > left.width() and abs(end.y() - start.y()) < left.height()
        rise = QPointF(0, -1.2 * left.height() if across else 0)  # over the cards in between
        path.cubicTo(start + bend + rise, end - bend + rise, end)
        return path
    bulge = min(max(abs(end.y() - start.y()) * 0.25, _NEAREST), _FARTHEST)
    outer = max(start.x(), end.x()) + bulge
    path.cubicTo(QPointF(outer, start.y()), QPointF(outer, end.y()), end)
    return path


def tie_color(*, lit: bool = False) -> QColor:
    """Return the color of a link: quiet, or bright beside a selected card."""
    look = theme.current()
    return look.accent if lit else mixed(look.bg0, look.hue("Embedding"), 0.75)


def tie_pen(color: QColor) -> QPen:
    """Return the dashes by which a link is told from a wire."""
    pen = QPen(color, 1.6)
    pen.setDashPattern(_DASHES)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    return pen
