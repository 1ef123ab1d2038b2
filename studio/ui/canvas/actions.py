"""How the table of keys becomes actions for the keyboard and for menus."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from studio.ui import icons
from studio.ui.canvas.keys import KEYS, Key
from studio.ui.canvas.verbs import Verbs
from studio.wording import _

_MENU = (
    ("open", "rename", "look", "freeze", "share"),
    ("cut", "copy", "paste", "duplicate", "delete"),
    ("group", "ungroup"),
    ("search", "command"),
    ("select_all", "layout", "fit"),
)


def made(verbs: Verbs, widget: QWidget) -> dict[str, QAction]:
    """Return an action for each key, by id; they hear the keyboard while `widget` has it."""
    actions = {}
    for entry in KEYS:
        action = QAction(_(entry.text), widget)
        action.setObjectName(f"canvas.{entry.id}")
        if entry.icon:
            action.setIcon(icons.icon(entry.icon))
        action.setShortcuts([QKeySequence(text) for text in entry.shortcuts])
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(_caller(verbs, entry))
        widget.addAction(action)
        actions[entry.id] = action
    return actions


def wire_menu(actions: dict[str, QAction], parent: QWidget) -> QMenu:
    """Return the menu of the right mouse button on a wire, which is selected."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    insert = menu.addAction(icons.icon("plus"), _("Insert a layer…"))
    insert.triggered.connect(lambda _checked: actions["search"].trigger())
    menu.addAction(actions["delete"])
    return menu


def context_menu(actions: dict[str, QAction], parent: QWidget) -> QMenu:
    """Return the menu of the right mouse button."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for part in _MENU:
        menu.addActions([actions[name] for name in part])
        menu.addSeparator()
    return menu


def _caller(verbs: Verbs, entry: Key) -> Callable[[bool], None]:
    verb = getattr(verbs, entry.verb)
    return (lambda _checked: verb(entry.way)) if entry.way else (lambda _checked: verb())
