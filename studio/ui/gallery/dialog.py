"""The window in which a network is chosen to begin with."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from studio import gallery
from studio.gallery import Entry
from studio.ui import theme
from studio.ui.gallery.details import Details
from studio.ui.gallery.shelf import Shelf
from studio.ui.kit import Heading, Note, SearchField
from studio.wording import _, full

_SIZE = QSize(1080, 700)
_SMALLEST = QSize(860, 520)
_AREA = Qt.ItemDataRole.UserRole
_ALL = ""


class GalleryDialog(QDialog):
    """Lets the user pick a network and its size; `chosen` is its name afterwards."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chosen = ""
        self.setWindowTitle(_("Gallery"))
        self.setMinimumSize(_SMALLEST)
        room = parent.size() if parent is not None else _SIZE
        self.resize(_SIZE.boundedTo(room).expandedTo(_SMALLEST))
        self._entries = (gallery.entry(gallery.EMPTY), *gallery.entries())
        self.search = SearchField(_("Search networks"))
        self.areas = self._area_list()
        self.shelf = Shelf()
        self.details = Details()
        self._lay_out()
        self.search.textChanged.connect(lambda _text: self._search())
        self.search.installEventFilter(self)
        self.areas.itemSelectionChanged.connect(self._filter)
        self.shelf.turned.connect(self.details.show_entry)
        self.shelf.taken.connect(self.details.take)
        self.shelf.typed.connect(self._type)
        self.details.opened.connect(self._choose)
        self._filter()
        self.shelf.setFocus()

    def _area_list(self) -> QListWidget:
        areas = QListWidget()
        areas.setObjectName("areas")
        areas.setAccessibleName(_("Areas"))
        areas.setFrameShape(QListWidget.Shape.NoFrame)
        areas.setFont(theme.font(13))
        areas.setFixedWidth(172)
        known = dict.fromkeys(entry.area for entry in self._entries if entry.area)
        for area in (_ALL, *known):
            count = sum(area in {_ALL, entry.area} for entry in self._entries)
            title = _(area) if area else _("All networks")
            item = QListWidgetItem(f"{title}  {full(count)}")
            item.setData(_AREA, area)
            item.setSizeHint(QSize(0, 32))
            areas.addItem(item)
        areas.setCurrentRow(0)
        return areas

    def _lay_out(self) -> None:
        title = Heading(_("Begin with a network"))
        title.setFont(theme.font(18, 600))
        about = Note(_("Each one can be taken apart, changed, and opened in another size."))
        about.set_tone("text2")
        side = QVBoxLayout()
        side.setSpacing(8)
        side.addWidget(self.search)
        side.addWidget(self.areas, 1)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addLayout(side)
        row.addWidget(self.shelf, 1)
        self.details.setFixedWidth(300)
        row.addWidget(self.details)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 20)
        column.setSpacing(6)
        column.addWidget(title)
        column.addWidget(about)
        column.addSpacing(6)
        column.addLayout(row, 1)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.search and isinstance(event, QKeyEvent):
            pressed = event.type() == QEvent.Type.KeyPress
            if pressed and event.key() in {Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                self.shelf.setFocus()
                return True
        return super().eventFilter(watched, event)

    def _type(self, text: str) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.insert(text)

    def _search(self) -> None:
        """Look in every area for the words; an area chosen afterwards narrows what was found."""
        self.areas.setCurrentRow(0)
        self._filter()

    def _filter(self) -> None:
        """Show what the area and the words ask for."""
        chosen = self.areas.selectedItems()
        area = str(chosen[0].data(_AREA)) if chosen else _ALL
        wanted = self.search.text().split()
        found = (entry for entry in self._entries if area in {_ALL, entry.area})
        self.shelf.show_entries(tuple(one for one in found if _matches(one, wanted)))

    def _choose(self, name: str) -> None:
        self.chosen = name
        self.accept()


def _matches(entry: Entry, wanted: list[str]) -> bool:
    """Return whether every word is somewhere in what is said of a network."""
    parts = (entry.name, entry.title, _(entry.title), entry.reference, _(entry.about), entry.area)
    said = " ".join((*parts, _(entry.area), str(entry.year or ""))).casefold()
    return all(word.casefold() in said for word in wanted)
