"""How the canvas speaks to screen readers: a list of layers, each with its name and facts."""

from functools import cache, partial
from typing import Any

from PySide6.QtCore import QObject, QRect, QRectF
from PySide6.QtGui import QAccessible, QAccessibleInterface, QColor
from PySide6.QtWidgets import QAccessibleWidget

from studio.ui.canvas.face import Face
from studio.ui.canvas.lens import Lens
from studio.ui.canvas.node_item import NodeItem
from studio.wording import _

_kept: dict[int, QAccessibleInterface] = {}
"""Qt holds no reference to interfaces made in Python, so they must be kept alive here."""


def spoken(face: Face) -> str:
    """Return what is said of a card: its name, its type, its numbers and its state."""
    parts = [
        _("{title} {name}").format(title=face.title, name=face.name),
        face.caption,
        _("output {shape}").format(shape=face.shape) if face.shape else _("output not known"),
        _("{count} parameters").format(count=face.parameters) if face.parameters else "",
        _("shares weights") if face.borrows or face.lends else "",
        _("frozen") if face.frozen else "",
        _("has an error") if face.severity == "error" else "",
    ]
    return ", ".join(part for part in parts if part)


@cache
def speak() -> None:
    """Let every canvas be read aloud; asking again changes nothing."""
    QAccessible.installFactory(_made)


def _made(_key: str, owner: QObject) -> QAccessibleInterface | None:
    if not isinstance(owner, Lens):
        return None
    interface = _Listing(owner)
    _kept[id(owner)] = interface
    owner.destroyed.connect(partial(_forget, id(owner)))
    return interface


def _forget(key: int, _owner: QObject | None = None) -> None:
    _kept.pop(key, None)


class _Listing(QAccessibleWidget):
    """The canvas as a list: its floating tools, then its cards."""

    def __init__(self, lens: Lens) -> None:
        super().__init__(lens, QAccessible.Role.List, _("Network"))
        self._lens = lens
        self._lines: dict[str, _Line] = {}

    def childCount(self) -> int:
        return super().childCount() + len(self._lens.canvas.nodes)

    def child(self, index: int) -> Any:
        tools = super().childCount()
        if index < tools:
            return super().child(index)
        names = list(self._lens.canvas.nodes)[index - tools : index - tools + 1]
        return next((self._line(name) for name in names), None)

    def _line(self, name: str) -> "_Line":
        if name not in self._lines:
            self._lines[name] = _Line(self, self._lens, name)
        return self._lines[name]


class _Line(QAccessibleInterface):
    """One card in the list."""

    def __init__(self, listing: _Listing, lens: Lens, name: str) -> None:
        super().__init__()
        self._listing, self._lens, self._name = listing, lens, name

    def _item(self) -> NodeItem | None:
        return self._lens.canvas.nodes.get(self._name)

    def isValid(self) -> bool:
        return self._item() is not None

    def object(self) -> Any:
        return None

    def window(self) -> Any:
        return self._lens.window().windowHandle()

    def parent(self) -> QAccessibleInterface:
        return self._listing

    def child(self, _index: int) -> Any:
        return None

    def childAt(self, _x: int, _y: int) -> Any:
        return None

    def childCount(self) -> int:
        return 0

    def indexOfChild(self, _child: QAccessibleInterface) -> int:
        return -1

    def role(self) -> QAccessible.Role:
        return QAccessible.Role.ListItem

    def state(self) -> QAccessible.State:
        return QAccessible.State()

    def text(self, which: QAccessible.Text) -> str:
        item = self._item()
        return spoken(item.face) if item and which == QAccessible.Text.Name else ""

    def setText(self, _which: QAccessible.Text, _text: str) -> None:
        """The text of a card cannot be set here."""

    def rect(self) -> QRect:
        item = self._item()
        box = self._lens.viewportTransform().mapRect(item.card if item else QRectF()).toRect()
        return QRect(self._lens.viewport().mapToGlobal(box.topLeft()), box.size())

    def backgroundColor(self) -> QColor:
        return QColor()

    def foregroundColor(self) -> QColor:
        return QColor()
