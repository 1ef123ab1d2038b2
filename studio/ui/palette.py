"""Which layers can be placed: by family, found by typing, added by a double click or a drag."""

import json
from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import QEvent, QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QDrag, QKeyEvent, QPixmap
from PySide6.QtWidgets import QApplication, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

import studio.graph.block  # noqa: F401  files the block in the catalogue
from studio.catalogue import CATALOGUE, Layer
from studio.families import written
from studio.graph import edits
from studio.ui import icons, theme
from studio.ui.kit import Note, SearchField
from studio.ui.palette_rows import COUNT, GROUP, HINT, ICON, PaletteDelegate
from studio.ui.words import sentence_of, title_of
from studio.wording import _
from studio.workspace import Workspace

MIME = "application/x-layerwise-layer"
KEY = Qt.ItemDataRole.UserRole
_TILE = 36


class PalettePanel(QWidget):
    """The layers to build with; what is added follows the selected layer."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.search = SearchField(_("Search layers"))
        self.search.setToolTip(_("Find a layer by its name or a word for it, then press Enter."))
        self.list = _LayerList()
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

    def add(self, key: str) -> None:
        """Put a new layer of the type `key` behind the selected one, and select it."""
        layer = CATALOGUE[key]()
        page = self._workspace.page
        name = edits.fresh_name(page, layer)
        after = self._after()
        label = _("Add {layer}").format(layer=title_of(type(layer)))
        if self._workspace.edit(label, lambda graph: edits.add(graph, layer, after=after)):
            self._workspace.select({name})

    def _after(self) -> str | None:
        selected = self._workspace.selection
        if len(selected) == 1:
            return next(iter(selected))
        return None

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


class _LayerList(QTreeWidget):
    """The families, each with its layers."""

    chosen = Signal(str)
    """The key of the layer type to add."""
    typed = Signal(str)
    """Letters typed while the list has the keyboard; they belong into the search field."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(_("Layers"))
        self.setHeaderHidden(True)
        self.setIndentation(0)
        self.setRootIsDecorated(False)
        self.setMouseTracking(True)
        self.setExpandsOnDoubleClick(False)
        self.setDragEnabled(True)
        self.setDragDropMode(QTreeWidget.DragDropMode.DragOnly)
        self.setVerticalScrollMode(QTreeWidget.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setItemDelegate(PaletteDelegate(self))
        self.setObjectName("painted")
        self.itemDoubleClicked.connect(self._activate)
        self.itemClicked.connect(self._fold)
        self._fill()

    def _fill(self) -> None:
        for group, classes in _by_family():
            head = QTreeWidgetItem(self, [_(group)])
            head.setData(0, GROUP, group)
            head.setData(0, COUNT, len(classes))
            head.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            for cls in classes:
                head.addChild(_item(cls))
            head.setExpanded(True)

    def items(self) -> Iterator[QTreeWidgetItem]:
        """Yield the layers that are not hidden, in order."""
        for head in self._heads():
            yield from (item for item in _children(head) if not item.isHidden())

    def show_matches(self, text: str) -> int:
        """Show only layers known by a word that contains `text`; return how many."""
        wanted = text.strip().casefold()
        for head in self._heads():
            for item in _children(head):
                item.setHidden(not _matches(item, wanted))
            head.setHidden(all(item.isHidden() for item in _children(head)))
            head.setExpanded(True)
        found = sorted(self.items(), key=lambda item: _rank(item, wanted))
        if found and wanted:
            self.setCurrentItem(found[0])
        return len(found)

    def move_current(self, step: int) -> None:
        """Go to the next layer (1) or the one before (-1)."""
        shown = [item for item in self.items() if not self.visualItemRect(item).isNull()]
        if shown:
            current = self.currentItem()
            at = shown.index(current) if current in shown else -1
            self.setCurrentItem(shown[max(0, min(len(shown) - 1, at + step))])

    def add_current(self) -> None:
        """Choose the layer that is marked."""
        current = self.currentItem()
        if current is not None:
            self._activate(current)

    def _heads(self) -> list[QTreeWidgetItem]:
        found = (self.topLevelItem(index) for index in range(self.topLevelItemCount()))
        return [head for head in found if head is not None]

    def _activate(self, item: QTreeWidgetItem, _column: int = 0) -> None:
        key = item.data(0, KEY)
        if key:
            self.chosen.emit(key)

    def _fold(self, item: QTreeWidgetItem, _column: int = 0) -> None:
        if item.data(0, KEY) is None:
            item.setExpanded(not item.isExpanded())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        text = event.text()
        plain = event.modifiers() in {
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.ShiftModifier,
        }
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.add_current()
        elif text.strip() and text.isprintable() and plain:
            self.typed.emit(text)
        else:
            super().keyPressEvent(event)

    def startDrag(self, _actions: Qt.DropAction) -> None:
        item = self.currentItem()
        if item is None or not item.data(0, KEY):
            return
        drag = QDrag(self)
        drag.setMimeData(_payload(item.data(0, KEY)))
        drag.setPixmap(_tile(item.data(0, KEY)))
        drag.setHotSpot(drag.pixmap().rect().center() / drag.pixmap().devicePixelRatio())
        drag.exec(Qt.DropAction.CopyAction)
        self.rest()

    def rest(self) -> None:
        """Mark no row: a drag is over, and the mouse is elsewhere."""
        self.clearSelection()
        QApplication.sendEvent(self.viewport(), QEvent(QEvent.Type.Leave))


def _children(head: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    found = (head.child(index) for index in range(head.childCount()))
    return [item for item in found if item is not None]


def _payload(key: str) -> QMimeData:
    """Return what a drag carries: the JSON of a new layer."""
    data = QMimeData()
    data.setData(MIME, json.dumps(written(CATALOGUE[key]())).encode())
    return data


def _tile(key: str) -> QPixmap:
    cls = CATALOGUE[key]
    return icons.pixmap(icons.layer_icon(key, cls.group), _TILE, theme.hue(cls.group))


def _by_family() -> list[tuple[str, list[type[Layer]]]]:
    found: dict[str, list[type[Layer]]] = {}
    for cls in CATALOGUE:
        found.setdefault(cls.group, []).append(cls)
    return list(found.items())


def _item(cls: type[Layer]) -> QTreeWidgetItem:
    item = QTreeWidgetItem([title_of(cls)])
    words = (cls.key, *cls.aliases)
    item.setData(0, KEY, cls.key)
    item.setData(0, GROUP, cls.group)
    item.setData(0, ICON, icons.layer_icon(cls.key, cls.group))
    item.setData(0, HINT, min(words, key=len))
    item.setToolTip(
        0,
        _("{sentence}\n\nDrag it onto the canvas, or double-click it.\nType: {words}").format(
            sentence=sentence_of(cls), words=", ".join(words)
        ),
    )
    item.setData(0, Qt.ItemDataRole.AccessibleTextRole, title_of(cls))
    item.setData(0, Qt.ItemDataRole.AccessibleDescriptionRole, sentence_of(cls))
    item.setSizeHint(0, QSize(0, 36))
    return item


def _names(item: QTreeWidgetItem) -> list[str]:
    cls = CATALOGUE[item.data(0, KEY)]
    own = [cls.title, item.text(0), cls.key, *cls.aliases]
    return [word.casefold() for word in own]


def _matches(item: QTreeWidgetItem, wanted: str) -> bool:
    group = item.data(0, GROUP)
    words = (*_names(item), group.casefold(), _(group).casefold())
    return not wanted or any(wanted in word for word in words)


def _rank(item: QTreeWidgetItem, wanted: str) -> int:
    names = _names(item)
    if wanted in names:
        return 0
    if any(name.startswith(wanted) for name in names):
        return 1
    return 2 if any(wanted in name for name in names) else 3
