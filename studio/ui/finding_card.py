"""How one finding is shown: what is wrong, what would help, and the button that does it."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from studio.analysis.report import Finding
from studio.ui.kit import Caption, FixButton, IconLabel, Note
from studio.wording import _

LOOKS = {"error": ("error", "error"), "warning": ("warning", "warn"), "hint": ("hint", "accent")}
"""Icon and color token of each severity."""


class FindingCard(QFrame):
    """A finding; pressing it tells `picked`, the button applies its fix."""

    picked = Signal()

    def __init__(
        self,
        finding: Finding,
        fix: Callable[[Finding], object],
        parent: QWidget | None = None,
        *,
        names_node: bool = True,
    ) -> None:
        super().__init__(parent)
        self.finding = finding
        self.setProperty("surface", "finding")
        self.setProperty("severity", finding.severity)
        self.setAccessibleName(f"{finding.problem} {finding.remedy}".strip())
        column = QVBoxLayout()
        column.setSpacing(4)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(10, 10, 10, 10)
        whole.setSpacing(6)
        if names_node and finding.node:
            self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self.setCursor(Qt.CursorShape.PointingHandCursor)
            self.setToolTip(_("Show {layer}").format(layer=finding.node))
            column.addWidget(Caption(finding.node.replace("/", " › ")))
        problem = Note(finding.problem)
        problem.set_tone("text")
        column.addWidget(problem)
        if finding.remedy:
            column.addWidget(Note(finding.remedy))
        whole.addLayout(_beside(finding, column))
        if finding.fix is not None:
            self.button = FixButton(finding.fix.label, "check")
            self.button.setToolTip(_("Do it now; undo takes it back."))
            self.button.clicked.connect(lambda: fix(finding))
            whole.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.picked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self.picked.emit()
        else:
            super().keyPressEvent(event)


def _beside(finding: Finding, column: QVBoxLayout) -> QHBoxLayout:
    """Return the icon of the severity with the words beside it."""
    icon, token = LOOKS[finding.severity]
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addWidget(IconLabel(icon, 16, token), 0, Qt.AlignmentFlag.AlignTop)
    row.addLayout(column, 1)
    return row
