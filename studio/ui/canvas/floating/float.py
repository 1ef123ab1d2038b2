"""What makes a widget float: its surface, its name, and that clicks do not fall through it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame


def floated(frame: QFrame, name: str) -> None:
    """Let `frame` float over the canvas; `name` is what a screen reader calls it."""
    frame.setProperty("surface", "float")
    frame.setAccessibleName(name)
    frame.setAttribute(Qt.WidgetAttribute.WA_NoMousePropagation)
