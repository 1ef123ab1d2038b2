"""With whom a layer shares its weights, and the button that changes it."""

from html import escape

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.analysis.lenders import partners
from studio.ui.kit import Button, IconLabel, Label, Note
from studio.ui.sharing import can_share, share_menu
from studio.wording import _
from studio.workspace import Workspace


class SharingRow(QWidget):
    """The weights that one layer shares, by name."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._name = ""
        title = Label(_("Shared weights"))
        title.set_tone("text")
        self.note = Note()
        self.choose = Button(_("Share weights with…"), "link")
        self.choose.setToolTip(
            _("Let this layer use a weight of the same shape that another layer owns. Key: W")
        )
        self.choose.clicked.connect(self._ask)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(IconLabel("link", 18, "text3"))
        row.addWidget(title, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(row)
        column.addWidget(self.note)
        column.addWidget(self.choose)

    def show_node(self, name: str) -> bool:
        """Show what a layer of the page shares; returns whether there is anything to show."""
        self._name = name
        shared = partners(self._workspace.page, name)
        can_choose = can_share(self._workspace, name)
        lines = [
            _("{weight} is shared with {others}.").format(weight=weight, others=", ".join(others))
            for weight, others in shared.items()
        ]
        self.note.setText("<br>".join(map(escape, lines)))
        self.note.setVisible(bool(lines))
        self.choose.setVisible(can_choose)
        return bool(lines or can_choose)

    def _ask(self) -> None:
        menu = share_menu(self._workspace, self._name, self)
        menu.popup(self.choose.mapToGlobal(QPoint(0, self.choose.height() + 2)))
