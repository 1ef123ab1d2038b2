"""The page that explains the network: shares, explorer, comparison."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from studio.ui.kit import Hairline, Note, Segmented
from studio.ui.services import Services
from studio.ui.understanding.compare_tab import CompareTab
from studio.ui.understanding.explorer_tab import ExplorerTab
from studio.ui.understanding.shares_tab import SharesTab
from studio.wording import _, marked

TABS = (
    ("shares", marked("Shares"), marked("Where parameters, work and memory are.")),
    ("explorer", marked("Explorer"), marked("How the network grows when one of its numbers does.")),
    ("compare", marked("Compare"), marked("What differs from other networks.")),
)


class UnderstandPage(QWidget):
    """Three tabs; pressing a layer in them asks for the Design page."""

    revealed = Signal()
    """A layer was selected that the canvas should show."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = services.workspace
        self.tabs = Segmented([(key, _(word)) for key, word, _s in TABS], _("Views"), height=30)
        self.about = Note()
        self.about.setWordWrap(False)
        self.about.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.shares = SharesTab(self._workspace)
        self.explorer = ExplorerTab(self._workspace)
        self.compare = CompareTab(self._workspace)
        self._stack = QStackedWidget()
        for tab in (self.shares, self.explorer, self.compare):
            self._stack.addWidget(tab)
        head = QHBoxLayout()
        head.setContentsMargins(20, 10, 20, 10)
        head.setSpacing(14)
        head.addWidget(self.tabs)
        head.addWidget(self.about, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(Hairline())
        column.addWidget(self._stack, 1)
        self.tabs.chosen.connect(self.show_tab)
        for tab in (self.shares, self.compare):
            tab.jumped.connect(self._reveal)
        self.show_tab("shares")

    def show_tab(self, key: str) -> None:
        """Show one of "shares", "explorer", "compare"."""
        self.tabs.set_value(key)
        keys = [name for name, _word, _sentence in TABS]
        self._stack.setCurrentIndex(keys.index(key))
        self.about.setText(_(TABS[keys.index(key)][2]))

    def _reveal(self, path: str) -> None:
        self._workspace.reveal(path)
        self.revealed.emit()
