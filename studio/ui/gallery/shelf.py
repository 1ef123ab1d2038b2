"""The cards of the gallery: a grid that is walked with the arrows and filled while one looks."""

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QListView, QWidget

from studio.errors import StudioError
from studio.gallery import Entry
from studio.ui.gallery.card import CardDelegate
from studio.ui.gallery.facts import Facts, facts
from studio.wording import _, full

ENTRY = Qt.ItemDataRole.UserRole
FACTS = Qt.ItemDataRole.UserRole + 1
_LEAST, _HEIGHT, _GAP = 224, 140, 12
Index = QModelIndex | QPersistentModelIndex


class CardModel(QAbstractListModel):
    """The entries that are shown, each with its facts once they are known."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._entries: tuple[Entry, ...] = ()
        self._known: dict[str, Facts | None] = {}
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._work_out_one)

    def show_entries(self, entries: tuple[Entry, ...]) -> None:
        """Show these entries and no others."""
        self.beginResetModel()
        self._entries = entries
        self.endResetModel()
        self._timer.start()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        entry = self._entries[index.row()]
        known = self._known.get(entry.name)
        answers: dict[int, object] = {
            Qt.ItemDataRole.DisplayRole: _(entry.title),
            Qt.ItemDataRole.AccessibleTextRole: _(entry.title),
            Qt.ItemDataRole.ToolTipRole: _(entry.about),
            Qt.ItemDataRole.AccessibleDescriptionRole: f"{_(entry.about)} {numbers(known)}",
            ENTRY: entry,
            FACTS: known,
        }
        return answers.get(role)

    def _work_out_one(self) -> None:
        """Work the facts of one more entry out; the window stays awake in between."""
        for row, entry in enumerate(self._entries):
            if entry.name not in self._known:
                try:
                    self._known[entry.name] = facts(entry.name)
                except StudioError:
                    self._known[entry.name] = None
                changed = self.index(row)
                self.dataChanged.emit(changed, changed)
                return
        self._timer.stop()


class Shelf(QListView):
    """The grid of cards."""

    turned = Signal(object)
    """The `Entry` that is marked now, or None."""
    taken = Signal()
    """Enter or a double click on a card."""
    typed = Signal(str)
    """Letters typed while the cards have the keyboard; they belong into the search field."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("painted")
        self.setAccessibleName(_("Networks"))
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setItemDelegate(CardDelegate(self))
        self.cards = CardModel(self)
        self.setModel(self.cards)
        self.selectionModel().currentChanged.connect(self._tell)
        self.doubleClicked.connect(lambda _index: self.taken.emit())

    def show_entries(self, entries: tuple[Entry, ...]) -> None:
        """Show these entries; the first is marked."""
        self.cards.show_entries(entries)
        if entries:
            self.setCurrentIndex(self.cards.index(0))
        else:
            self.turned.emit(None)

    def entry(self) -> Entry | None:
        """Return the entry that is marked."""
        found = self.currentIndex().data(ENTRY)
        return found if isinstance(found, Entry) else None

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        room = self._room()
        columns = max(1, room // _LEAST)
        self.setGridSize(QSize(room // columns, _HEIGHT + _GAP))

    def _room(self) -> int:
        """Return the width of the cards: Qt lays them out as if the scroll bar were shown."""
        bar = self.verticalScrollBar().sizeHint().width()
        return self.maximumViewportSize().width() - bar - 1

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.taken.emit()
        elif _is_letter(event):
            self.typed.emit(event.text())
        else:
            super().keyPressEvent(event)

    def _tell(self, index: QModelIndex) -> None:
        self.scrollTo(index)
        self.turned.emit(index.data(ENTRY))


def _is_letter(event: QKeyEvent) -> bool:
    plain = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
    text = event.text()
    return bool(text.strip()) and text.isprintable() and event.modifiers() in plain


def numbers(known: Facts | None) -> str:
    """Return the two numbers that distinguish a network."""
    if known is None or not known.graph.nodes:
        return ""
    return _("{parameters} parameters · depth {depth}").format(
        parameters=full(known.parameters), depth=known.depth
    )
