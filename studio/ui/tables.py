"""How tables look in the program: no grid, quiet selection, room around the text."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QTableView

from studio.ui import theme
from studio.ui.binding import follow
from studio.ui.tokens import Theme, mixed

_INSET = 11
"""Where the text of a cell begins: its padding, and the margin Qt keeps around every item."""
_NARROWEST, _WIDEST = 104, 240
"""Pixels across a column to begin with."""
_FEW = 8
"""Columns that leave room for texts."""
_SHOWN = Qt.ItemDataRole.DisplayRole
_FITTED = 200
"""Columns that get a width of their own; no window shows more at once."""


def calm(view: QTableView, row_height: int) -> None:
    """Give a table the look of the program, in every theme to come."""
    view.setShowGrid(False)
    view.setEditTriggers(view.EditTrigger.NoEditTriggers)
    view.setSelectionBehavior(view.SelectionBehavior.SelectRows)
    view.setVerticalScrollMode(view.ScrollMode.ScrollPerPixel)
    view.setHorizontalScrollMode(view.ScrollMode.ScrollPerPixel)
    view.setTabKeyNavigation(False)
    view.setWordWrap(False)
    view.verticalHeader().setDefaultSectionSize(row_height)
    view.horizontalHeader().setHighlightSections(False)
    view.horizontalHeader().setTextElideMode(Qt.TextElideMode.ElideRight)
    view.horizontalHeader().setDefaultAlignment(
        Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    )
    follow(view, theme.changed, lambda look: _wear(view, look))
    _wear(view, theme.current())


def fit(view: QTableView, wide: Sequence[int] = ()) -> None:
    """Give columns the width of their heads; those that are `wide`, for texts, get what is left."""
    header, model = view.horizontalHeader(), view.model()
    metrics, count = QFontMetrics(header.font()), model.columnCount()
    for column in range(min(_FITTED, count)):
        stretches = column in wide and count <= _FEW
        mode = header.ResizeMode.Stretch if stretches else header.ResizeMode.Interactive
        header.setSectionResizeMode(column, mode)
        name = str(model.headerData(column, Qt.Orientation.Horizontal, _SHOWN))
        width = max(_NARROWEST, min(_WIDEST, metrics.horizontalAdvance(name) + 3 * _INSET))
        if not stretches:
            header.resizeSection(column, _WIDEST if column in wide else width)


def _wear(view: QTableView, look: Theme) -> None:
    chosen, text = mixed(look.bg1, look.accent, 0.16).name(), look.text.name()
    view.setStyleSheet(
        f"QTableView {{ selection-background-color: {chosen}; selection-color: {text}; }}"
        f"QTableView::item {{ padding: 0 8px; border: none; }}"
        f"QTableView::item:selected {{ background: {chosen}; }}"
        f"QHeaderView::section:horizontal {{ padding: 4px {_INSET}px; }}"
        f"QHeaderView::section:vertical {{ border: none; }}"
    )
