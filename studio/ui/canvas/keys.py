"""Which keys the canvas knows: one table for its actions, its menus and its tooltips."""

from dataclasses import dataclass
from typing import Literal

from studio.ui.canvas.neighbors import Way
from studio.wording import marked

Place = Literal["edit", "network", "view", "walk"]


@dataclass(frozen=True)
class Key:
    """One verb of the canvas; its shortcuts are in Qt's spelling."""

    id: str
    text: str
    shortcuts: tuple[str, ...]
    verb: str
    """The method of `Verbs` that it calls."""
    place: Place
    icon: str = ""
    way: Way | None = None
    """What the method is told, if it goes in a direction."""


KEYS: tuple[Key, ...] = (
    Key("cut", marked("Cut"), ("Ctrl+X",), "cut", "edit", "cut"),
    Key("copy", marked("Copy"), ("Ctrl+C",), "copy", "edit", "copy"),
    Key("paste", marked("Paste"), ("Ctrl+V",), "paste", "edit", "paste"),
    Key("duplicate", marked("Duplicate"), ("Ctrl+D",), "duplicate", "edit", "copy"),
    Key("delete", marked("Delete"), ("Delete", "Backspace"), "delete", "edit", "trash"),
    Key("rename", marked("Rename"), ("F2",), "rename", "edit"),
    Key("select_all", marked("Select all"), ("Ctrl+A",), "select_all", "edit", "select"),
    Key("clear", marked("Clear the selection"), ("Esc",), "clear", "edit"),
    Key("search", marked("Add a layer…"), ("Tab", "A"), "search", "network", "plus"),
    Key(
        "command",
        marked("Type a chain of layers…"),
        ("Ctrl+K", "/"),
        "command",
        "network",
        "command",
    ),
    Key("freeze", marked("Freeze or thaw"), ("F",), "freeze", "network", "snowflake"),
    Key("group", marked("Group into a block"), ("Ctrl+G",), "group", "network", "group"),
    Key(
        "ungroup",
        marked("Take the block apart"),
        ("Ctrl+Shift+G",),
        "ungroup",
        "network",
        "ungroup",
    ),
    Key("share", marked("Share weights with…"), ("W",), "share", "network", "link"),
    Key(
        "open",
        marked("Open the block, or edit the layer"),
        ("Return", "Enter"),
        "open",
        "network",
        "enter",
    ),
    Key("leave", marked("Leave the block"), ("Alt+Up",), "leave", "network", "arrow_left"),
    Key("look", marked("Look inside"), ("I",), "look", "network", "eye"),
    Key("look_closer", marked("Go into what is inside"), ("Shift+I",), "look_closer", "network"),
    Key("layout", marked("Lay out automatically"), ("L",), "layout", "network", "layout"),
    Key("fit", marked("Show the whole network"), ("0", "Ctrl+0"), "fit", "view", "fit"),
    Key("zoom_in", marked("Zoom in"), ("+", "=", "Ctrl++", "Ctrl+="), "zoom_in", "view", "plus"),
    Key("zoom_out", marked("Zoom out"), ("-", "Ctrl+-"), "zoom_out", "view", "minus"),
    Key("zoom_full", marked("Zoom to 100 %"), ("1",), "zoom_full", "view"),
    Key("walk_up", marked("Go to the layer above"), ("Up",), "walk", "walk", way="up"),
    Key("walk_down", marked("Go to the layer below"), ("Down",), "walk", "walk", way="down"),
    Key("walk_left", marked("Go to the layer on the left"), ("Left",), "walk", "walk", way="left"),
    Key(
        "walk_right",
        marked("Go to the layer on the right"),
        ("Right",),
        "walk",
        "walk",
        way="right",
    ),
    Key("nudge_up", marked("Move up"), ("Ctrl+Up",), "nudge", "walk", way="up"),
    Key("nudge_down", marked("Move down"), ("Ctrl+Down",), "nudge", "walk", way="down"),
    Key("nudge_left", marked("Move left"), ("Ctrl+Left",), "nudge", "walk", way="left"),
    Key("nudge_right", marked("Move right"), ("Ctrl+Right",), "nudge", "walk", way="right"),
)


def key(name: str) -> Key:
    """Return the entry of that id."""
    return next(entry for entry in KEYS if entry.id == name)
