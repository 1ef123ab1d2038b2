"""How tables look in the program: no grid, quiet selection, room around the text."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTableView

from studio.ui import theme
from studio.ui.binding import follow
from studio.ui.tokens import Theme, mixed

_INSET = 11
"""Where the text of a cell begins: its padding, and the margin Qt keeps around every item."""


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
    view.horizontalHeader().setDefaultAlignment(
        Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    )
    follow(view, theme.changed, lambda look: _wear(view, look))
    _wear(view, theme.current())


def _wear(view: QTableView, look: Theme) -> None:
    chosen, text = mixed(look.bg1, look.accent, 0.16).name(), look.text.name()
    view.setStyleSheet(
        f"QTableView {{ selection-background-color: {chosen}; selection-color: {text}; }}"
        f"QTableView::item {{ padding: 0 8px; border: none; }}"
        f"QTableView::item:selected {{ background: {chosen}; }}"
        f"QHeaderView::section:horizontal {{ padding-left: {_INSET}px; }}"
        f"QHeaderView::section:vertical {{ border: none; }}"
    )
