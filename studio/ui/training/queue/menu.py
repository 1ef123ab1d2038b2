"""The menu of a run in the queue: all that can be done with it, with the keys for it."""

from collections.abc import Callable

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from studio.ui.icons import icon
from studio.wording import _
from studio.workspace.queue import Entry


def entry_menu(
    entry: Entry, place: int, count: int, ask: Callable[[str], None], parent: QWidget
) -> QMenu:
    """Return the menu of the run at `place` of `count`; `ask` is called with the chosen verb."""
    still = entry.state != "running"
    menu = QMenu(parent)
    for verb, text, sign, keys, able in (
        ("open", _("Show its curves"), "chart", "Return", still and bool(entry.run)),
        ("again", _("Run again"), "refresh", "", entry.state == "failed"),
        ("rename", _("Rename"), "pencil", "F2", True),
        ("duplicate", _("Duplicate"), "copy", "Ctrl+D", True),
        ("up", _("Move up"), "chevron_up", "Alt+Up", place > 0),
        ("down", _("Move down"), "chevron_down", "Alt+Down", place < count - 1),
        ("remove", _("Take out of the queue"), "trash", "Delete", still),
    ):
        action = menu.addAction(icon(sign), text)
        action.setObjectName(verb)
        action.setShortcut(QKeySequence(keys))
        action.setEnabled(able)
        action.triggered.connect(lambda _on=False, verb=verb: ask(verb))
    menu.insertSeparator(menu.actions()[-1])
    return menu
