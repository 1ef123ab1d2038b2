"""What the inspector shows for several layers: their sum, and what can be done with all."""

from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.analysis.report import NodeFacts
from studio.graph import edits
from studio.graph.model import Graph
from studio.ui.inspector.freeze import FreezeRow
from studio.ui.inspector.page import Page
from studio.ui.inspector.summary import Summary
from studio.ui.kit import Button, Heading, Note
from studio.wording import _
from studio.workspace import Workspace


class SeveralPage(Page):
    """Several layers: what they cost together, and what can be done with all of them."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self.title = Heading()
        self.names = Note()
        self.group = Button(_("Group into a block"), "group")
        self.group.setToolTip(_("Put these layers into a block that can be opened and repeated."))
        self.group.clicked.connect(self._group)
        self.twice = Button(_("Duplicate"), "copy")
        self.twice.clicked.connect(self._duplicate)
        self.away = Button(_("Delete"), "trash")
        self.away.setToolTip(_("Remove these layers; the chain closes behind them."))
        self.away.clicked.connect(self._remove)
        pair = QWidget()
        row = QHBoxLayout(pair)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.twice, 1)
        row.addWidget(self.away, 1)
        self.freeze = FreezeRow(workspace)
        self.summary = Summary()
        self.add(self.title, self.names, self.group, pair)
        self.line()
        self.add(self.freeze)
        self.line()
        self.add(self.summary)
        self.column.addStretch(1)

    def show_nodes(self, names: frozenset[str]) -> None:
        """Show these layers of the visible page added up."""
        page = self.workspace.page
        ordered = [name for name in page if name in names]
        self.title.setText(_("{count} layers selected").format(count=len(ordered)))
        self.names.setText(", ".join(ordered[:12]) + ("…" if len(ordered) > 12 else ""))
        frozen = all(page[name].frozen is True for name in ordered)
        self.freeze.show_state(frozen, many=True)
        nodes = self.workspace.page_report.nodes
        facts = [nodes.get(name, NodeFacts()) for name in ordered]
        self.summary.show_sum(facts, self.workspace.report, frozen=frozen)

    def _group(self) -> None:
        names = self.workspace.selection
        self.workspace.edit(_("Group"), lambda graph: edits.group(graph, names))

    def _duplicate(self) -> None:
        names = self.workspace.selection
        made: list[str] = []

        def twice(graph: Graph) -> Graph:
            grown, copies = edits.duplicate(graph, names)
            made.extend(copies)
            return grown

        if self.workspace.edit(_("Duplicate"), twice):
            self.workspace.select(made)

    def _remove(self) -> None:
        names = self.workspace.selection
        self.workspace.edit(_("Delete"), lambda graph: edits.remove(graph, names))
