"""The menu behind the project's name: every command of the window, by kind."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from studio.ui import preferences
from studio.ui.actions import ACTIONS, EDIT, FILE, HELP, RUN, VIEW
from studio.ui.files import Files
from studio.wording import _


def project_menu(
    actions: Mapping[str, QAction], editing: Iterable[QAction], files: Files, parent: QWidget
) -> QMenu:
    """Return the menu: the file commands first, then the others and those of the canvas."""
    menu = QMenu(parent)
    menu.setToolTipsVisible(True)
    _fill(menu, FILE, actions)
    menu.insertMenu(actions["save"], _recent_menu(files, menu))
    menu.insertSeparator(actions["export_picture"])
    menu.insertSeparator(actions["quit"])
    for kind in (EDIT, VIEW, RUN, HELP):
        inner = QMenu(_(kind), menu)
        _fill(inner, kind, actions)
        menu.insertMenu(actions["quit"], inner)
        if kind == EDIT:
            network = QMenu(_("Network"), menu)
            network.addActions(list(editing))
            menu.insertMenu(actions["quit"], network)
    menu.insertSeparator(actions["quit"])
    return menu


def _fill(menu: QMenu, kind: str, actions: Mapping[str, QAction]) -> None:
    for entry in ACTIONS:
        if entry.menu == kind:
            menu.addAction(actions[entry.id])


def _recent_menu(files: Files, parent: QWidget) -> QMenu:
    menu = QMenu(_("Open recent"), parent)

    def fill() -> None:
        menu.clear()
        for name in preferences.load().recent:
            path = Path(name)
            action = menu.addAction(path.stem)
            action.setToolTip(name)
            action.setEnabled(path.exists())
            action.triggered.connect(lambda _checked=False, path=path: files.open(path))
        if menu.isEmpty():
            menu.addAction(_("Nothing yet")).setEnabled(False)

    menu.aboutToShow.connect(fill)
    fill()
    return menu
