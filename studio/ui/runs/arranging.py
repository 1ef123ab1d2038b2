"""How the parts of the runs page lie beside and below each other."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget


def captioned(title: QWidget, *charts: QWidget) -> QWidget:
    """Return charts side by side below a title."""
    made = QWidget()
    row = QHBoxLayout()
    row.setSpacing(12)
    for chart in charts:
        row.addWidget(chart, 1)
    column = QVBoxLayout(made)
    column.setContentsMargins(12, 8, 12, 12)
    column.setSpacing(8)
    column.addWidget(title)
    column.addLayout(row, 1)
    return made


def split(orientation: Qt.Orientation, *widgets: QWidget) -> QSplitter:
    """Return widgets with lines between them that can be dragged."""
    made = QSplitter(orientation)
    made.setHandleWidth(1)
    made.setChildrenCollapsible(False)
    for widget in widgets:
        made.addWidget(widget)
    return made
