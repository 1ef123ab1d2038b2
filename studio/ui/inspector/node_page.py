"""What the inspector shows for one layer."""

from studio.analysis.report import NodeFacts
from studio.graph.block import Block
from studio.ui.canvas.problems import findings_on
from studio.ui.inspector.freeze import FreezeRow
from studio.ui.inspector.head import NodeHead
from studio.ui.inspector.inside import InsideSection
from studio.ui.inspector.page import Page, Remarks
from studio.ui.inspector.settings import SettingsSection
from studio.ui.inspector.shapes import ShapeBoxes
from studio.ui.inspector.sharing import SharingRow
from studio.ui.inspector.sight_row import SightRow
from studio.ui.inspector.summary import Summary
from studio.ui.kit import Button
from studio.wording import _
from studio.workspace import Workspace

_REMARKS = 3
"""A broken block says the first of its problems; the others often follow from them."""


class NodePage(Page):
    """One layer."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self.head = NodeHead(workspace)
        self.shapes = ShapeBoxes()
        self.remarks = Remarks(workspace)
        self.settings = SettingsSection(workspace)
        self.inside = Button(_("Open the block"), "enter")
        self.inside.setToolTip(
            _("Show the network inside. Double-clicking the block does the same.")
        )
        self.inside.clicked.connect(self._open)
        self.freeze = FreezeRow(workspace)
        self.summary = Summary()
        self.sight = SightRow()
        self.add(self.head, self.shapes, self.remarks)
        self.line()
        self.add(self.settings, self.inside)
        self.copies = InsideSection(workspace)
        self._copies_line = self.line()
        self._copies_section = self.add(self.copies)
        self._freeze_line = self.line()
        self._freeze_section = self.add(self.freeze)
        self.sharing = SharingRow(workspace)
        self._sharing_line = self.line()
        self._sharing_section = self.add(self.sharing)
        self.line()
        self.add(self.summary, self.sight)
        self.column.addStretch(1)
        self._name = ""

    def show_node(self, name: str) -> None:
        """Show the layer called `name` of the visible page."""
        self._name = name
        node = self.workspace.page[name]
        facts = self.workspace.page_report.nodes.get(name, NodeFacts())
        self.head.show_node(name, node)
        self.shapes.show_shapes(facts.inputs, facts.outputs)
        path = "/".join((*self.workspace.location, name))
        found = findings_on(self.workspace.report.findings, self.workspace.location)
        self.remarks.show_findings(found.get(name, ())[:_REMARKS], path)
        self.settings.show_layer(name, node.layer)
        is_block = isinstance(node.layer, Block)
        for widget in (self.inside, self._copies_line, self._copies_section):
            widget.setVisible(is_block)
        if isinstance(node.layer, Block):
            self.copies.show_block(name, node.layer)
        can_freeze = bool(facts.weights or facts.buffers or facts.parameters or node.frozen)
        self._freeze_line.setVisible(can_freeze)
        self._freeze_section.setVisible(can_freeze)
        statistics = bool(facts.buffer_shapes) or node.frozen == "statistics"
        self.freeze.show_state(node.frozen, has_statistics=statistics)
        shares = self.sharing.show_node(name)
        self._sharing_line.setVisible(shares)
        self._sharing_section.setVisible(shares)
        frozen = facts.parameters > 0 and facts.trainable == 0
        self.summary.show_node(facts, self.workspace.report, frozen=frozen)
        self.sight.show_node(path, self.workspace.report)

    def _open(self) -> None:
        self.workspace.enter(self._name)
