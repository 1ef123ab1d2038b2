"""A small window that finds a layer by a few letters, where the mouse or the selection is."""

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from studio.signals import Signal
from studio.ui import icons, theme
from studio.ui.canvas.floating.float import floated
from studio.ui.canvas.floating.ranking import ranked
from studio.ui.kit.search import SearchField
from studio.wording import _
from studio.workspace.offers import Offer, offer, offers

_KEY = Qt.ItemDataRole.UserRole
_SIZE = QSize(272, 316)
_MOVES = {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}
_TAKES = {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab}


class QuickSearch(QFrame):
    """Type, choose with the arrows, take with Enter; Escape or a click elsewhere closes."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._canvas = parent
        floated(self, _("Add a layer"))
        self.setFixedSize(_SIZE)
        self.chosen: Signal[Offer] = Signal()
        self.field = SearchField(_("Search layers"), self)
        self.list = QListWidget(self)
        self.list.setAccessibleName(_("Layers found"))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setIconSize(QSize(16, 16))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 6)
        column.setSpacing(6)
        column.addWidget(self.field)
        column.addWidget(self.list)
        self.field.textChanged.connect(self._show)
        self.field.installEventFilter(self)
        self.list.itemClicked.connect(lambda _item: self._take())
        self.hide()

    def open_at(self, corner: QPoint) -> None:
        """Open with the upper left corner as near to `corner` as the window allows."""
        room = self._canvas.rect().adjusted(8, 8, -8 - self.width(), -8 - self.height())
        self.move(
            max(room.left(), min(corner.x(), room.right())),
            max(room.top(), min(corner.y(), room.bottom())),
        )
        self.field.clear()
        self._show("")
        self.show()
        self.raise_()
        self.field.setFocus()

    def close_up(self) -> None:
        """Close and give the keyboard back to the canvas."""
        if self.isVisible():
            self.hide()
            self._canvas.setFocus()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(event)
        if event.type() == QEvent.Type.FocusOut:
            self.hide()
        return False

    def _key(self, event: QKeyEvent) -> bool:
        if event.key() in _MOVES:
            self.list.keyPressEvent(event)
        elif event.key() in _TAKES:
            self._take()
        elif event.key() == Qt.Key.Key_Escape:
            self.close_up()
        else:
            return False
        return True

    def _show(self, text: str) -> None:
        self.list.clear()
        for one in ranked(offers(), text):
            kind, family = one.look
            entry = QListWidgetItem(_(one.title))
            entry.setIcon(icons.icon(icons.layer_icon(kind, family), theme.hue(family)))
            entry.setToolTip(_(one.about))
            entry.setData(_KEY, one.key)
            self.list.addItem(entry)
        self.list.setCurrentRow(0)

    def _take(self) -> None:
        entry = self.list.currentItem()
        if entry is not None:
            self.close_up()
            self.chosen.emit(offer(str(entry.data(_KEY))))
