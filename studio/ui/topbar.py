"""The bar at the top: what is open, which page is shown, and the one button that trains."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QMenu, QPushButton, QWidget

from studio.ui import theme
from studio.ui.binding import follow
from studio.ui.icons import icon, pixmap
from studio.ui.kit import PrimaryButton, Segmented, ToolButton
from studio.wording import _, marked
from studio.workspace import State, Workspace

HEIGHT = 52
PAGES = (
    ("design", marked("Design")),
    ("data", marked("Data")),
    ("train", marked("Train")),
    ("runs", marked("Runs")),
    ("understand", marked("Understand")),
)


class TopBar(QWidget):
    """Project on the left, pages in the middle, commands on the right."""

    page_chosen = Signal(str)

    def __init__(
        self, workspace: Workspace, actions: Mapping[str, QAction], menu: QMenu, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._actions = actions
        self.setFixedHeight(HEIGHT)
        self.pages = Segmented(
            [(key, _(text)) for key, text in PAGES],
            _("Pages"),
            icon_names=[key for key, _text in PAGES],
        )
        self.pages.chosen.connect(self.page_chosen)
        self.train = PrimaryButton(_("Train"), "play")
        self.train.clicked.connect(actions["start"].trigger)
        self.queue = ToolButton("queue_add", actions["enqueue"].toolTip(), side=30)
        self.queue.clicked.connect(actions["enqueue"].trigger)
        row = QGridLayout(self)
        row.setContentsMargins(16, 0, 16, 0)
        row.addLayout(self._left(menu), 0, 0, Qt.AlignmentFlag.AlignLeft)
        row.addWidget(self.pages, 0, 1, Qt.AlignmentFlag.AlignCenter)
        row.addLayout(self._right(), 0, 2, Qt.AlignmentFlag.AlignRight)
        row.setColumnStretch(0, 1)
        row.setColumnStretch(2, 1)
        follow(self, workspace.title_changed, self._show_title)
        follow(self, workspace.state_changed, self._show_state)
        follow(self, workspace.report_changed, lambda _report: self._show_title(workspace.name))
        self._show_title(workspace.name)
        self._show_state(workspace.state)

    def _left(self, menu: QMenu) -> QHBoxLayout:
        mark = QLabel()
        mark.setPixmap(pixmap("layerwise", 26, "accent"))
        self._name = QPushButton()
        self._name.setProperty("role", "title")
        self._name.setFont(theme.font(14, 600))
        self._name.setToolTip(_("Menu: open, save, and every other command"))
        self._name.setAccessibleName(_("Project menu"))
        self._name.setIcon(icon("chevron_down", "text3"))
        self._name.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the arrow behind the name
        self._name.clicked.connect(
            lambda: menu.popup(self._name.mapToGlobal(self._name.rect().bottomLeft()))
        )
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(mark)
        row.addWidget(self._name)
        return row

    def _right(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(6)
        for key, name in (("language", "language"), ("scheme", "moon")):
            action = self._actions[key]
            button = ToolButton(name, action.text())
            button.setToolTip(action.toolTip())
            button.clicked.connect(action.trigger)
            row.addWidget(button)
        row.addWidget(self.queue)
        row.addWidget(self.train)
        return row

    def _show_title(self, name: str) -> None:
        mark = " •" if self._workspace.is_modified else ""
        self._name.setText(f"{name}{mark}")

    def _show_state(self, state: State) -> None:
        words = {
            State.IDLE: (_("Train"), "play"),
            State.STARTING: (_("Starting…"), "clock"),
            State.RUNNING: (_("Pause"), "pause"),
            State.PAUSED: (_("Resume"), "play"),
            State.STOPPING: (_("Stopping…"), "clock"),
        }
        text, name = words[state]
        self.train.setText(text)
        self.train.set_icon(name)
        self.train.setEnabled(state not in {State.STARTING, State.STOPPING})
        self.train.setToolTip(self._actions["start"].toolTip())
