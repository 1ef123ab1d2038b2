"""What a picture of a page shows: every card, wire and link, wherever the window looks."""

from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from studio.analysis.lenders import lent
from studio.analysis.report import Report
from studio.graph.layout import placed
from studio.ui import theme
from studio.ui.canvas.card import draw_card
from studio.ui.canvas.card_grid import CardGrid
from studio.ui.canvas.detail import Detail
from studio.ui.canvas.edge_item import EdgeItem
from studio.ui.canvas.face import Face, face_of
from studio.ui.canvas.geometry import CARD, OUTER, input_port, output_port
from studio.ui.canvas.labels import Labels
from studio.ui.canvas.route import route
from studio.ui.canvas.ties import arc, pairs, tie_color, tie_pen
from studio.ui.tokens import Theme

_MARGIN = 24.0


class Drawing:
    """A page in the colors of `look`, ready to be painted; made of the report of that page."""

    def __init__(self, report: Report, look: Theme) -> None:
        self.look = look
        self._report = report
        self._places = {name: QPointF(*at) for name, at in placed(report.graph).items()}
        self._grid = CardGrid()
        for name, corner in self._places.items():
            self._grid.put(name, CARD.translated(corner))
        with theme.worn(look):
            lenders = {owner.partition(".")[0] for owner in lent(report.graph)}
            self._faces = {name: self._face(name, name in lenders) for name in report.graph}
            self._wires = self._laid()
        self.area = self._covered()
        """The rectangle that the picture shows, in units of the canvas."""

    def __len__(self) -> int:
        return len(self._faces)

    def paint(self, painter: QPainter, scale: float) -> None:
        """Paint everything in units of the canvas; `scale` is pixels per unit."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        with theme.worn(self.look):
            self._paint_links(painter)
            for wire in self._wires:
                wire.paint_line(painter)
            for name, face in self._faces.items():
                painter.save()
                painter.translate(self._places[name])
                draw_card(painter, face, scale)
                painter.restore()
            for wire in self._wires:
                wire.paint_label(painter)

    def _paint_links(self, painter: QPainter) -> None:
        painter.setPen(tie_pen(tie_color()))
        for borrower, lender in pairs(self._report.graph):
            ends = (CARD.translated(self._places[name]) for name in (borrower, lender))
            painter.drawPath(arc(*ends))

    def _face(self, name: str, lends: bool) -> Face:  # noqa: FBT001
        face = face_of(name, self._report.graph[name], self._report.nodes.get(name), ())
        return replace(face, lends=lends)

    def _laid(self) -> list[EdgeItem]:
        detail, found = Detail(), []
        labels = Labels(detail)
        for name, node in self._report.graph.nodes.items():
            for slot, wire in enumerate(node.sources):
                if wire is None or wire.node not in self._faces:
                    continue
                edge = EdgeItem(wire, name, slot, detail, _nobody)
                source, target = self._faces[wire.node], self._faces[name]
                start = self._places[wire.node] + output_port(wire.output, source.outputs)
                end = self._places[name] + input_port(slot, target.inputs)
                edge.lay(route(start, end, self._grid.touching))
                edge.dress(self._label(edge), "", lit=False, frozen=False)
                labels.put(edge)
                found.append(edge)
        return found

    def _label(self, edge: EdgeItem) -> str:
        facts = self._report.nodes.get(edge.wire.node)
        shapes = facts.outputs if facts else ()
        return str(shapes[edge.wire.output]) if edge.wire.output < len(shapes) else ""

    def _covered(self) -> QRectF:
        around = QRectF()
        for corner in self._places.values():
            around |= OUTER.translated(corner)
        for wire in self._wires:
            around |= wire.boundingRect()
        for borrower, lender in pairs(self._report.graph):
            ends = (CARD.translated(self._places[name]) for name in (borrower, lender))
            around |= arc(*ends).boundingRect()
        return around.adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN)


def _nobody(_edge: EdgeItem) -> None:
    """A picture does not change."""
