"""What the window is built from: small widgets that know the theme."""

from studio.ui.kit.bar import Bar
from studio.ui.kit.buttons import Button, FixButton, PrimaryButton, QuietButton, ToolButton
from studio.ui.kit.dot import StateDot
from studio.ui.kit.empty import EmptyState
from studio.ui.kit.labels import Caption, Elided, Heading, Label, Note, ValueLabel
from studio.ui.kit.number import NumberField
from studio.ui.kit.pill import IconLabel, StatPill
from studio.ui.kit.scrolled import scrolled, scrolled_rows
from studio.ui.kit.search import SearchField
from studio.ui.kit.segmented import Segmented
from studio.ui.kit.surfaces import Card, Hairline
from studio.ui.kit.tile import Tile
from studio.ui.kit.toggle import Toggle

__all__ = [
    "Bar",
    "Button",
    "Caption",
    "Card",
    "Elided",
    "EmptyState",
    "FixButton",
    "Hairline",
    "Heading",
    "IconLabel",
    "Label",
    "Note",
    "NumberField",
    "PrimaryButton",
    "QuietButton",
    "SearchField",
    "Segmented",
    "StatPill",
    "StateDot",
    "Tile",
    "Toggle",
    "ToolButton",
    "ValueLabel",
    "scrolled",
    "scrolled_rows",
]
