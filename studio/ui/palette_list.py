"""The families of the palette, folded until they are needed: found by typing, dragged as a key."""

import json
from collections.abc import Iterator

from PySide6.QtCore import QEvent, QMimeData, QPointF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QDrag, QHoverEvent, QKeyEvent, QPixmap
from PySide6.QtWidgets import (
    QApplication,
    QMenu,
    QTreeWidget,
    QTreeWidgetItem,
)

from studio.ui import icons, preferences, theme
from studio.ui.palette_rows import COUNT, FAMILY, GROUP, HINT, ICON, WORDS, PaletteDelegate
from studio.wording import _
from studio.workspace.offers import BASICS, MINE, OF_MINE, READY, Offer, basics, offer, offers

MIME = "application/x-layerwise-layer"
KEY = Qt.ItemDataRole.UserRole
_TILE = 36


class LayerList(QTreeWidget):
    """The families, each with its layers; which are unfolded is remembered."""

    chosen = Signal(str)
    """The key of the layer type to add."""
    forgotten = Signal(str)
    """The name of a kept block to delete."""
    typed = Signal(str)
    """Letters typed while the list has the keyboard; they belong into the search field."""

    def __init__(self) -> None:
        super().__init__()
        self._wanted = ""
        self._unfolded = set(preferences.load().families)
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
        self.itemExpanded.connect(self._remember)
        self.itemCollapsed.connect(self._remember)
        self.fill()

    def fill(self) -> None:
        """List everything that is offered now."""
        self.clear()
        for group, members in _by_family():
            head = QTreeWidgetItem(self, [_(group)])
            head.setData(0, GROUP, group)
            head.setData(0, COUNT, len(members))
            head.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            for member in members:
                head.addChild(_item(member))
        self.show_matches(self._wanted)

    def items(self) -> Iterator[QTreeWidgetItem]:
        """Yield the layers that are not hidden, in order."""
        for head in self._heads():
            yield from (item for item in _children(head) if not item.isHidden())

    def show_matches(self, text: str) -> int:
        """Show only layers known by a word that contains `text`, unfolded; return how many."""
        wanted = self._wanted = text.strip().casefold()
        for head in self._heads():
            group = head.data(0, GROUP)
            for item in _children(head):
                item.setHidden(bool(wanted) and (group == BASICS or not _matches(item, wanted)))
            head.setHidden(all(item.isHidden() for item in _children(head)))
            head.setExpanded(bool(wanted) or group in self._unfolded)
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
        """Choose the layer that is marked; a family is folded or unfolded."""
        current = self.currentItem()
        if current is not None:
            self._fold(current)
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

    def _remember(self, head: QTreeWidgetItem) -> None:
        """Keep what was folded by hand; a search unfolds what it finds only while it lasts."""
        group = str(head.data(0, GROUP))
        if not self._wanted and head.isExpanded() != (group in self._unfolded):
            self._unfolded ^= {group}
            preferences.update(families=tuple(sorted(self._unfolded)))

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

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        item = self.itemAt(event.pos()) or self.currentItem()
        key = str(item.data(0, KEY) or "") if item is not None else ""
        if item is None or not key.startswith(OF_MINE):
            return
        menu = QMenu(self)
        name = key.removeprefix(OF_MINE)
        forget = menu.addAction(_("Forget {name}").format(name=name))
        forget.triggered.connect(lambda: self.forgotten.emit(name))
        place = event.globalPos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            place = self.viewport().mapToGlobal(self.visualItemRect(item).center())
        menu.popup(place)

    def startDrag(self, _actions: Qt.DropAction) -> None:
        item = self.currentItem()
        if item is None or not item.data(0, KEY):
            return
        drag = QDrag(self)
        drag.setMimeData(payload(item.data(0, KEY)))
        drag.setPixmap(_tile(item.data(0, KEY)))
        drag.setHotSpot(drag.pixmap().rect().center() / drag.pixmap().devicePixelRatio())
        drag.exec(Qt.DropAction.CopyAction)
        QTimer.singleShot(0, self.rest)  # the press that began the drag is over only then

    def rest(self) -> None:
        """Mark no row: a drag is over, and the mouse is elsewhere."""
        self.clearSelection()
        away = QPointF(-1, -1)
        left = QHoverEvent(QEvent.Type.HoverLeave, away, away, away)
        for event in (left, QEvent(QEvent.Type.Leave)):
            QApplication.sendEvent(self.viewport(), event)


def _children(head: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    found = (head.child(index) for index in range(head.childCount()))
    return [item for item in found if item is not None]


def payload(key: str) -> QMimeData:
    """Return what a drag carries: the key of what was chosen."""
    data = QMimeData()
    data.setData(MIME, json.dumps({"offer": key}).encode())
    return data


def _tile(key: str) -> QPixmap:
    kind, family = offer(key).look
    return icons.pixmap(icons.layer_icon(kind, family), _TILE, theme.hue(family))


def _by_family() -> list[tuple[str, list[Offer]]]:
    found: dict[str, list[Offer]] = {BASICS: list(basics()), MINE: [], READY: []}
    for one in offers():
        found.setdefault(one.group, []).append(one)
    return [(group, members) for group, members in found.items() if members]


def _item(one: Offer) -> QTreeWidgetItem:
    item = QTreeWidgetItem([_(one.title)])
    kind, family = one.look
    words = (*([] if ":" in one.key else [one.key]), *one.aliases)
    item.setData(0, KEY, one.key)
    item.setData(0, GROUP, one.group)
    item.setData(0, FAMILY, family)
    item.setData(0, ICON, icons.layer_icon(kind, family))
    item.setData(0, HINT, min(words, key=len, default=""))
    item.setData(0, WORDS, [one.title, item.text(0), *words])
    item.setToolTip(0, _tip(_(one.about), words))
    item.setData(0, Qt.ItemDataRole.AccessibleTextRole, item.text(0))
    item.setData(0, Qt.ItemDataRole.AccessibleDescriptionRole, _(one.about))
    item.setSizeHint(0, QSize(0, 36))
    return item


def _tip(sentence: str, words: tuple[str, ...]) -> str:
    how = _("{sentence}\n\nDrag it onto the canvas, or double-click it.").format(sentence=sentence)
    return how + ("\n" + _("Type: {words}").format(words=", ".join(words)) if words else "")


def _names(item: QTreeWidgetItem) -> list[str]:
    return [str(word).casefold() for word in item.data(0, WORDS)]


def _matches(item: QTreeWidgetItem, wanted: str) -> bool:
    group = item.data(0, GROUP)
    words = (*_names(item), group.casefold(), _(group).casefold())
    return any(wanted in word for word in words)


def _rank(item: QTreeWidgetItem, wanted: str) -> int:
    names = _names(item)
    if wanted in names:
        return 0
    if any(name.startswith(wanted) for name in names):
        return 1
    return 2 if any(wanted in name for name in names) else 3
