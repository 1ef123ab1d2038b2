"""Which layers can be placed: by family, found by typing, added by a double click or a drag."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QVBoxLayout,
    QWidget,
)

from studio.catalogue import Shape
from studio.errors import StudioError
from studio.graph import edits
from studio.ui.binding import follow
from studio.ui.kit import Note, SearchField
from studio.ui.palette_list import LayerList
from studio.wording import _
from studio.workspace import Workspace
from studio.workspace.offers import offer


class PalettePanel(QWidget):
    """The layers to build with; what is added follows the selected layer."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.search = SearchField(_("Search layers"))
        self.search.setToolTip(_("Find a layer by its name or a word for it, then press Enter."))
        self.list = LayerList()
        self.nothing = Note(_("No layer is called like that."))
        self.nothing.setContentsMargins(16, 8, 16, 8)
        self.nothing.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(8)
        inset = QVBoxLayout()
        inset.setContentsMargins(12, 0, 12, 0)
        inset.addWidget(self.search)
        column.addLayout(inset)
        column.addWidget(self.nothing)
        column.addWidget(self.list, 1)
        self.search.textChanged.connect(self._filter)
        self.search.returnPressed.connect(self.list.add_current)
        self.search.installEventFilter(self)
        self.list.chosen.connect(self.add)
        self.list.typed.connect(self._type)
        self.list.forgotten.connect(workspace.forget_block)
        follow(self, workspace.blocks_changed, lambda _none: self._refill())

    def add(self, key: str) -> None:
        """Put a new layer of the type `key` behind the selected one, and select it."""
        chosen, after = offer(key), self._after()
        page = self._workspace.page
        try:
            layer = chosen.make(*self._arriving(after))
        except StudioError as refusal:
            self._workspace.refuse(refusal)
            return
        name = edits.fresh_name(page, layer)
        label = _("Add {layer}").format(layer=_(chosen.title))
        if self._workspace.edit(label, lambda graph: edits.add(graph, layer, after=after)):
            self._workspace.select({name})

    def _after(self) -> str | None:
        selected = self._workspace.selection
        if len(selected) == 1:
            return next(iter(selected))
        return None

    def _arriving(self, after: str | None) -> tuple[Shape, ...]:
        """Return the shape that a layer behind `after` will receive, if it is known."""
        facts = self._workspace.page_report.nodes.get(after or "")
        return facts.outputs[:1] if facts is not None else ()

    def _refill(self) -> None:
        self.list.fill()
        self._filter(self.search.text())

    def _filter(self, text: str) -> None:
        found = self.list.show_matches(text)
        self.nothing.setVisible(not found)
        self.list.setVisible(bool(found))

    def _type(self, text: str) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.insert(text)

    def eventFilter(self, watched: Any, event: Any) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QKeyEvent.Type.KeyPress:
            keys = (Qt.Key.Key_Down, Qt.Key.Key_Up)
            if watched is self.search and event.key() in keys:
                self.list.move_current(1 if event.key() == Qt.Key.Key_Down else -1)
                return True
        return super().eventFilter(watched, event)
