"""What is wrong with the network, or could be better: the list, worst first."""

from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from studio.analysis.report import Finding, Report
from studio.ui.binding import follow
from studio.ui.finding_card import FindingCard
from studio.ui.kit import EmptyState, Note, scrolled
from studio.wording import _
from studio.workspace import Workspace

_ORDER = {"error": 0, "warning": 1, "hint": 2}
_MOST = 60
"""More cards than this help nobody, and cost time at every edit."""


class FindingsPanel(QWidget):
    """The findings of the whole network; pressing one shows its layer."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._shown: tuple[Finding, ...] | None = None
        self.cards: list[FindingCard] = []
        self.empty = EmptyState(
            "check_circle",
            _("Ready to train"),
            _("Every layer fits the next. Press Train when you like."),
            token="ok",
        )
        self._more = Note()
        self._list = QVBoxLayout()
        self._list.setContentsMargins(12, 12, 12, 12)
        self._list.setSpacing(8)
        self._list.addWidget(self._more)
        self._list.addStretch(1)
        inner = QWidget()
        inner.setLayout(self._list)
        self._area = scrolled(inner)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self._area)
        self.setAccessibleName(_("Problems"))
        follow(self, workspace.report_changed, self._show)
        self._show(workspace.report)

    def _show(self, report: Report) -> None:
        findings = tuple(sorted(report.findings, key=lambda finding: _ORDER[finding.severity]))
        if self._shown is not None and _same(findings, self._shown):
            self._shown = findings
            for card, finding in zip(self.cards, findings, strict=False):
                card.finding = finding
            return
        self._shown = findings
        for card in self.cards:
            self._list.removeWidget(card)
            card.deleteLater()
        self.cards = [self._card(finding) for finding in findings[:_MOST]]
        for index, card in enumerate(self.cards):
            self._list.insertWidget(index, card)
        rest = len(findings) - len(self.cards)
        self._more.setText(_("And {count} more.").format(count=rest))
        self._more.setVisible(rest > 0)
        self._stack.setCurrentWidget(self._area if findings else self.empty)

    def _card(self, finding: Finding) -> FindingCard:
        card = FindingCard(finding, lambda _finding: self._workspace.apply_fix(card.finding))
        if finding.node:
            card.picked.connect(lambda: self._workspace.reveal(finding.node))
        return card


def _same(findings: tuple[Finding, ...], others: tuple[Finding, ...]) -> bool:
    return [_words(one) for one in findings] == [_words(other) for other in others]


def _words(finding: Finding) -> tuple[str, ...]:
    label = finding.fix.label if finding.fix else ""
    return finding.severity, finding.node, finding.problem, finding.remedy, label
