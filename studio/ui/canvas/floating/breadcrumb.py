"""Which block is open, and the way back out."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from studio.ui import theme
from studio.ui.binding import follow
from studio.ui.canvas.floating.float import floated
from studio.wording import _
from studio.workspace import Workspace


class Breadcrumb(QFrame):
    """Network › block_1 › …; hidden on the outermost page."""

    def __init__(self, workspace: Workspace, parent: QWidget) -> None:
        super().__init__(parent)
        floated(self, _("Open block"))
        self._workspace = workspace
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(6, 3, 10, 3)
        self._row.setSpacing(0)
        follow(self, workspace.location_changed, self._show)
        self._show(workspace.location)

    def _show(self, location: tuple[str, ...]) -> None:
        while (item := self._row.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for depth, name in enumerate((_("Network"), *location[:-1])):
            self._row.addWidget(self._link(name, depth))
            self._row.addWidget(self._quiet("›"))
        if location:
            here = self._quiet(location[-1])
            here.setProperty("tone", "text")
            here.setFont(theme.font(12, 600))
            here.setContentsMargins(8, 0, 0, 0)
            self._row.addWidget(here)
        self.setVisible(bool(location))
        self.adjustSize()

    def _link(self, name: str, depth: int) -> QPushButton:
        button = QPushButton(name, self)
        button.setProperty("role", "quiet")
        button.setFont(theme.font(12, 500))
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setToolTip(_("Back to {page} (Alt+Up)").format(page=name))
        button.clicked.connect(lambda _checked: self._workspace.leave(depth))
        return button

    def _quiet(self, text: str) -> QLabel:
        label = QLabel(text, self)
        label.setProperty("tone", "text3")
        label.setFont(theme.font(12))
        return label
