"""Texts and rows beside what was answered: a table, one sample in each row."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QHeaderView, QTableView, QWidget

from studio.runs.judging.answers import Indices
from studio.runs.judging.judgment import Judgment
from studio.ui import theme
from studio.ui.data.cells import Cells
from studio.ui.data.table import LEFT, RIGHT
from studio.ui.judging import wording
from studio.ui.tables import calm, fit
from studio.wording import _

Place = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_Own = tuple[tuple[str, Callable[[int], str]], ...]
"""Columns before those of the sample itself: what they are called, and what they say of it."""


class AnswerModel(QAbstractTableModel):
    """Some samples of a judgment; every cell is worked out when it is drawn."""

    def __init__(self) -> None:
        super().__init__()
        self._judgment: Judgment | None = None
        self.cells: Cells | None = None
        self._samples: Indices = np.zeros(0, np.int64)
        self._own: _Own = ()
        self._columns: tuple[str, ...] = ()

    def show_samples(
        self, judgment: Judgment, samples: Indices, before: Judgment | None = None
    ) -> None:
        """Show these samples, in this order, perhaps with what was answered `before`."""
        self.beginResetModel()
        self._judgment, self._samples = judgment, samples
        self.cells = Cells(judgment.dataset, as_found=True)
        self._own = _own(judgment, before)
        self._columns = (*(name for name, _said in self._own), *self.cells.columns[1:])
        self.endResetModel()

    @property
    def columns(self) -> tuple[str, ...]:
        """What the columns are called."""
        return self._columns

    @property
    def wide(self) -> list[int]:
        """The columns of texts, which want room."""
        own = len(self._own) - 1
        return [own + column for column in self.cells.wide] if self.cells is not None else []

    def rowCount(self, parent: Place = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._samples)

    def columnCount(self, parent: Place = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        across = orientation == Qt.Orientation.Horizontal
        if role == Qt.ItemDataRole.TextAlignmentRole and across:
            return RIGHT if self._is_number(section) else LEFT
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if across:
            return self._columns[section]
        return str(int(self._samples[section]))

    def data(self, index: Place, role: int = 0) -> Any:
        if self._judgment is None or self.cells is None:
            return None
        sample, column, own = int(self._samples[index.row()]), index.column(), len(self._own)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if self._is_number(column) else LEFT
        if role == Qt.ItemDataRole.FontRole:
            return theme.font(12, 500 if column < own else 400, tabular=True)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.cells.hint(sample, max(0, column - own + 1))
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if column < own:
            return self._own[column][1](sample)
        return self.cells.text(sample, column - own + 1)

    def _is_number(self, column: int) -> bool:
        own = len(self._own)
        if self._judgment is None or self.cells is None or column < own:
            return self._judgment is not None and not self._judgment.found.classes
        return self.cells.is_number(column - own + 1)


def _own(now: Judgment, before: Judgment | None) -> _Own:
    """Return the columns that say what is true and what was answered."""
    earlier: _Own = (
        ((_("Answered before"), partial(wording.answer, before)),) if before is not None else ()
    )
    return (
        (_("True"), partial(wording.truth, now)),
        *earlier,
        (_("Answered"), partial(wording.answer, now)),
        (_("Share") if now.found.classes else _("Off by"), partial(wording.confidence, now)),
    )


class AnswerTable(QTableView):
    """The rows; arrow keys walk through them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.samples = AnswerModel()
        self.setModel(self.samples)
        self.setAccessibleName(_("Samples and answers"))
        calm(self, row_height=28)
        self.setAlternatingRowColors(True)
        self.setSelectionMode(self.SelectionMode.SingleSelection)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setDefaultSectionSize(112)

    def show_samples(
        self, judgment: Judgment, samples: Indices, before: Judgment | None = None
    ) -> None:
        """Show these samples, in this order, perhaps with what was answered `before`.

        Columns that stay the same keep their widths.
        """
        former = self.samples.columns
        self.samples.show_samples(judgment, samples, before)
        if self.samples.columns != former:
            fit(self, self.samples.wide)
