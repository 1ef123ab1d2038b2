"""The switch that gives each run a process of its own."""

from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.ui import isolating
from studio.ui.binding import follow
from studio.ui.kit import IconLabel, Label, Toggle
from studio.wording import _
from studio.workspace import Workspace


class IsolationRow(QWidget):
    """A name and a switch on one line; it counts from the next run."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.switch = Toggle(_("Run isolated"))
        self.switch.setChecked(workspace.is_isolating)
        self.switch.setAccessibleDescription(isolating.lesson())
        self.setToolTip(isolating.lesson())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(IconLabel("isolated", 16, "text3"))
        row.addWidget(Label(_("Run isolated")), 1)
        row.addWidget(self.switch)
        self.switch.clicked.connect(lambda on: isolating.choose(workspace, on=on))
        follow(self, isolating.changed, self.switch.setChecked)
