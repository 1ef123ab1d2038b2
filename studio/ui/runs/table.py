"""The table of runs: sorted by its head, several rows at once, branches below their parents."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QTableView, QWidget

from studio.runs.overview.arrangement import Arrangement
from studio.runs.store import RunSummary
from studio.ui.runs.branch_lines import BranchLines, TagChips
from studio.ui.runs.model import KEYS, ORIGIN, TAGS, RunModel
from studio.ui.tables import calm
from studio.wording import _

_LEAST_NEEDED = (ORIGIN, 3, 4, 2, TAGS)
"""Columns that a narrow table leaves out: where it starts from, steps, time, beginning, tags."""
_WIDEST_NAME, _LEAST_ORIGIN = 320, 130


class RunTable(QTableView):
    """One row for each run; `opened` tells which one the user wants to see."""

    opened = Signal(object)
    """The folder of the run."""
    picked = Signal()
    """Other rows were selected by hand."""
    removed = Signal()
    """The Delete key was pressed."""
    renaming = Signal()
    """F2 was pressed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shown = RunModel()
        self.arrangement = Arrangement()
        self._every: tuple[RunSummary, ...] = ()
        self._filling = False
        self.setModel(self.shown)
        self.setAccessibleName(_("Runs"))
        calm(self, row_height=36)
        self.setSelectionMode(self.SelectionMode.ExtendedSelection)
        self.setItemDelegateForColumn(0, BranchLines(self))
        self.setItemDelegateForColumn(TAGS, TagChips(self))
        self._prepare_head()
        self.activated.connect(lambda _index: self._open())
        self.selectionModel().selectionChanged.connect(lambda *_parts: self._say_picked())

    def _prepare_head(self) -> None:
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setMinimumSectionSize(64)
        header.setMaximumSectionSize(_WIDEST_NAME)
        header.setStretchLastSection(True)
        header.moveSection(TAGS, 1)
        header.setSectionsClickable(True)
        header.setSortIndicatorShown(True)
        header.setSortIndicator(KEYS.index("created"), Qt.SortOrder.DescendingOrder)
        header.sortIndicatorChanged.connect(self._sort)

    @property
    def chosen(self) -> RunSummary | None:
        """The selected run; None where several are selected."""
        runs = self.marked
        return runs[0] if len(runs) == 1 else None

    @property
    def marked(self) -> tuple[RunSummary, ...]:
        """All selected runs, from the top."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        runs = self.shown.runs
        return tuple(runs[row] for row in rows if row < len(runs))

    def show_runs(self, runs: tuple[RunSummary, ...], running: Path | None) -> None:
        """Show those of these runs that are wanted; the selected ones stay selected.

        A run that has just begun takes over from the only one: its curves are shown from now on.
        """
        self._every = runs
        kept = {run.folder for run in self.marked}
        if running not in {None, self.shown.running} and len(kept) == 1:
            kept = {run.folder for run in runs if run.folder == running}
        self._filling = True
        self.shown.show_rows(self.arrangement.rows(runs), running)
        self.select_runs(kept)
        self._filling = False
        self._fit_columns()

    def arrange(self, arrangement: Arrangement) -> None:
        """Show the runs in another order, or others of them."""
        self.arrangement = arrangement
        self.show_runs(self._every, self.shown.running)

    def select_runs(self, folders: set[Path]) -> None:
        """Select the rows of these runs and no others."""
        self.clearSelection()
        mode = self.selectionMode()
        self.setSelectionMode(self.SelectionMode.MultiSelection)
        for row, run in enumerate(self.shown.runs):
            if run.folder in folders:
                self.selectRow(row)
        self.setSelectionMode(mode)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_columns()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        signals = {Qt.Key.Key_Delete: self.removed, Qt.Key.Key_F2: self.renaming}
        signal = signals.get(Qt.Key(event.key()))
        if signal is not None:
            signal.emit()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._open()
        else:
            super().keyPressEvent(event)

    def _sort(self, column: int, order: Qt.SortOrder) -> None:
        descending = order == Qt.SortOrder.DescendingOrder
        self.arrange(replace(self.arrangement, key=KEYS[column], descending=descending))

    def _fit_columns(self) -> None:
        """Leave out what matters least until the rest fits; the tooltip of a run has all of it."""
        room, count = self.viewport().width(), self.shown.columnCount()
        wanted = [max(64, self.sizeHintForColumn(place) + 8) for place in range(count)]
        wanted = [max(width, self._header_width(place)) for place, width in enumerate(wanted)]
        for place in range(count):
            self.showColumn(place)
        wanted[ORIGIN] = min(wanted[ORIGIN], _LEAST_ORIGIN)  # the last column takes what is left
        if not any(run.notes.tags for run in self.shown.runs):
            wanted[TAGS] = 0
            self.hideColumn(TAGS)
        for place in _LEAST_NEEDED:
            if sum(wanted) <= room:
                break
            wanted[place] = 0
            self.hideColumn(place)

    def _header_width(self, place: int) -> int:
        return self.horizontalHeader().sectionSizeFromContents(place).width()

    def _say_picked(self) -> None:
        if not self._filling:
            self.picked.emit()

    def _open(self) -> None:
        if self.chosen is not None:
            self.opened.emit(self.chosen.folder)
