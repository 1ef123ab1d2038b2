"""How what is taller than its place scrolls: up and down only, as wide as there is room."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from studio.ui.kit.rows import PaintedRows


def scrolled(content: QWidget) -> QScrollArea:
    """Return an area in which `content` scrolls."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(content)
    return area


def scrolled_rows(rows: PaintedRows, *, above: int = 0, below: int = 12) -> QScrollArea:
    """Return an area in which rows scroll, with so many free pixels around them.

    The row of the keyboard is always brought into view.
    """
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, above, 0, below)
    column.addWidget(rows)
    column.addStretch(1)
    area = scrolled(holder)

    def show(row: QRectF) -> None:
        area.ensureVisible(0, round(row.center().y()), 0, round(row.height()))

    rows.walked.connect(show)
    return area
