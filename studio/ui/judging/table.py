"""Texts and rows beside what was answered: a table, one sample in each row."""

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
_OWN = 3
"""Columns before those of the sample itself."""


class AnswerModel(QAbstractTableModel):
    """Some samples of a judgment; every cell is worked out when it is drawn."""

    def __init__(self) -> None:
        super().__init__()
        self._judgment: Judgment | None = None
        self.cells: Cells | None = None
        self._samples: Indices = np.zeros(0, np.int64)
        self._columns: tuple[str, ...] = ()

    def show_samples(self, judgment: Judgment, samples: Indices) -> None:
        """Show these samples, in this order."""
        self.beginResetModel()
        self._judgment, self._samples = judgment, samples
        self.cells = Cells(judgment.dataset, as_found=True)
        sure = _("Share") if judgment.found.classes else _("Off by")
        self._columns = (_("True"), _("Answered"), sure, *self.cells.columns[1:])
        self.endResetModel()

    @property
    def columns(self) -> tuple[str, ...]:
        """What the columns are called."""
        return self._columns

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
        sample, column = int(self._samples[index.row()]), index.column()
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if self._is_number(column) else LEFT
        if role == Qt.ItemDataRole.FontRole:
            return theme.font(12, 500 if column < _OWN else 400, tabular=True)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.cells.hint(sample, max(0, column - _OWN + 1))
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if column < _OWN:
            said = (wording.truth, wording.answer, wording.confidence)[column]
            return said(self._judgment, sample)
        return self.cells.text(sample, column - _OWN + 1)

    def _is_number(self, column: int) -> bool:
        if self._judgment is None or self.cells is None or column < _OWN:
            return self._judgment is not None and not self._judgment.found.classes
        return self.cells.is_number(column - _OWN + 1)


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

    def show_samples(self, judgment: Judgment, samples: Indices) -> None:
        """Show these samples, in this order; columns that stay the same keep their widths."""
        before = self.samples.columns
        self.samples.show_samples(judgment, samples)
        if self.samples.columns != before:
            wide = self.samples.cells.wide if self.samples.cells is not None else ()
            fit(self, [column + _OWN - 1 for column in wide])
