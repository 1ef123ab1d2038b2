"""What every page of the inspector is made of: sections, hairlines, and remarks."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.analysis.report import Finding
from studio.ui.finding_card import FindingCard
from studio.ui.kit import Hairline
from studio.workspace import Workspace


class Page(QWidget):
    """A column of sections with hairlines in between."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self.workspace = workspace
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 16, 0, 16)
        self.column.setSpacing(14)

    def add(self, *widgets: QWidget) -> QWidget:
        """Put widgets below each other with the margins of the panel; return what holds them."""
        section = QWidget()
        inner = QVBoxLayout(section)
        inner.setContentsMargins(16, 0, 16, 0)
        inner.setSpacing(12)
        for widget in widgets:
            inner.addWidget(widget)
        self.column.addWidget(section)
        return section

    def line(self) -> Hairline:
        """Put a hairline across."""
        made = Hairline()
        self.column.addWidget(made)
        return made


class Remarks(QWidget):
    """The findings of one place and of what is inside it, each with its fix."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self._place = ""
        self.cards: list[FindingCard] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)

    def show_findings(self, findings: tuple[Finding, ...], place: str = "") -> None:
        """Show these findings and no others; those of the node at `place` do not name it."""
        self._place = place
        for card in self.cards:
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards = [self._card(finding) for finding in findings]
        for card in self.cards:
            self._column.addWidget(card)
        self.setVisible(bool(findings))

    def _card(self, finding: Finding) -> FindingCard:
        elsewhere = finding.node != self._place
        card = FindingCard(finding, self._workspace.apply_fix, names_node=elsewhere)
        if elsewhere and finding.node:
            card.picked.connect(lambda: self._workspace.reveal(finding.node))
        return card
