"""What an empty canvas says: three ways to start."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from studio.graph.change import Change
from studio.ui import theme
from studio.ui.binding import follow
from studio.ui.canvas.verbs import Verbs
from studio.ui.kit.buttons import Button
from studio.ui.kit.pill import IconLabel
from studio.wording import _
from studio.workspace import Workspace


class FirstSteps(QFrame):
    """A hint in the middle of the canvas; it goes when the first layer comes."""

    def __init__(self, workspace: Workspace, verbs: Verbs, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("Three ways to start"))
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 22, 28, 22)
        column.setSpacing(12)
        column.addWidget(_label(_("Build your network here"), 18, 600, "text"))
        column.addWidget(_label(_("Three ways to start:"), 13, 400, "text2"))
        column.addSpacing(4)
        search = Button(_("Search (Tab)"), "search", self)
        command = Button(_("Type (Ctrl+K)"), "command", self)
        search.clicked.connect(lambda _checked: verbs.search())
        command.clicked.connect(lambda _checked: verbs.command())
        drag = _("Drag a layer from the list on the left onto the canvas.")
        find = _("Double-click the canvas and type a few letters of a layer.")
        type_ = _("Type a whole chain, such as conv 32 3 → relu → pool 2.")
        column.addLayout(_row("pointer", drag, None))
        column.addLayout(_row("search", find, search))
        column.addLayout(_row("command", type_, command))
        follow(self, workspace.page_changed, self._show)
        self.setVisible(not workspace.page.nodes)

    def _show(self, change: Change) -> None:
        self.setVisible(not change.after.nodes)


def _label(text: str, px: int, weight: int, tone: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("tone", tone)
    label.setFont(theme.font(px, weight))
    return label


def _row(icon: str, text: str, button: Button | None) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(12)
    row.addWidget(IconLabel(icon, 18, "accent"), 0, Qt.AlignmentFlag.AlignVCenter)
    row.addWidget(_label(text, 13, 400, "text"), 1)
    if button is not None:
        row.addWidget(button)
    return row
