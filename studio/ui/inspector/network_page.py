"""What the inspector shows when nothing is selected: the network as a whole."""

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.analysis.report import Report
from studio.catalogue.inputs import Input, Output
from studio.catalogue.shape import Shape
from studio.ui.inspector.page import Page, Remarks
from studio.ui.inspector.shapes import ShapeBoxes
from studio.ui.kit import Elided, Heading, Note, Tile
from studio.wording import Plural, _
from studio.workspace import Workspace

_HINTS = 5


class NetworkPage(Page):
    """Nothing is selected: what the network takes and gives, and what would make it better."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        head = self._head()
        self.shapes = ShapeBoxes()
        self.remarks = Remarks(workspace)
        self.tip = Note(_("Click a layer to see its settings, its shapes and what it costs."))
        self.add(head, self.shapes)
        self.line()
        self.add(self.remarks, self.tip)
        self.column.addStretch(1)

    def _head(self) -> QWidget:
        self.tile = Tile(side=40)
        self.tile.show_icon("layers", "Structure")
        self.name = Heading()
        self.count = Elided()
        self.count.set_tone("text2")
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.name)
        words.addWidget(self.count)
        head = QWidget()
        row = QHBoxLayout(head)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.tile)
        row.addLayout(words, 1)
        return head

    def show_network(self, report: Report) -> None:
        """Show the whole network."""
        self.name.setText(self.workspace.name)
        self.count.setText(Plural("{count} layer", "{count} layers").of(len(report.graph)))
        self.shapes.show_shapes(_shapes(report, Input), _shapes(report, Output))
        self.remarks.show_findings(report.findings[:_HINTS])


def _shapes(report: Report, kind: type[Input] | type[Output]) -> list[Shape | None]:
    graph = report.graph
    return [report.nodes[name].output for name in graph if isinstance(graph[name].layer, kind)]
