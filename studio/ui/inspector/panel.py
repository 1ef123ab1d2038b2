"""The inspector: one page for each number of selected layers."""

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from studio.ui.binding import follow
from studio.ui.inspector.network_page import NetworkPage
from studio.ui.inspector.node_page import NodePage
from studio.ui.inspector.several_page import SeveralPage
from studio.ui.kit import scrolled
from studio.wording import _
from studio.workspace import Workspace


class InspectorPanel(QWidget):
    """Facts and settings of what is selected."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.setAccessibleName(_("Inspector"))
        self.setMinimumWidth(260)
        self.node = NodePage(workspace)
        self.several = SeveralPage(workspace)
        self.network = NetworkPage(workspace)
        self._stack = QStackedWidget()
        for page in (self.network, self.node, self.several):
            self._stack.addWidget(scrolled(page))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)
        follow(self, workspace.selection_changed, lambda _selection: self._show())
        follow(self, workspace.report_changed, lambda _report: self._show())
        follow(self, workspace.title_changed, lambda _title: self._show())
        self._show()

    def _show(self) -> None:
        chosen = self._workspace.selection
        if len(chosen) == 1:
            self.node.show_node(next(iter(chosen)))
            self._stack.setCurrentIndex(1)
        elif chosen:
            self.several.show_nodes(chosen)
            self._stack.setCurrentIndex(2)
        else:
            self.network.show_network(self._workspace.report)
            self._stack.setCurrentIndex(0)
