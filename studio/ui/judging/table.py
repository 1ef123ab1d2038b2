"""Texts and rows beside what was answered: a table, one sample in each row."""

from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QHeaderView, QTableView, QWidget

from studio.runs.judging.answers import Indices
from studio.runs.judging.judgment import Judgment
from studio.ui import theme
from studio.ui.data.table import cell, columns_of, hint
from studio.ui.judging import wording
from studio.ui.tables import calm
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
        self._samples: Indices = np.zeros(0, np.int64)
        self._columns: tuple[str, ...] = ()

    def show_samples(self, judgment: Judgment, samples: Indices) -> None:
        """Show these samples, in this order."""
        self.beginResetModel()
        self._judgment, self._samples = judgment, samples
        sure = _("Share") if judgment.found.classes else _("Off by")
        self._columns = (_("True"), _("Answered"), sure, *columns_of(judgment.dataset)[1:])
        self.endResetModel()

    def rowCount(self, parent: Place = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._samples)

    def columnCount(self, parent: Place = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation == Qt.Orientation.Horizontal:
            return self._columns[section]
        return str(int(self._samples[section]))

    def data(self, index: Place, role: int = 0) -> Any:
        if self._judgment is None:
            return None
        sample, column = int(self._samples[index.row()]), index.column()
        if role == Qt.ItemDataRole.FontRole:
            return theme.font(12, 500 if column < _OWN else 400, tabular=True)
        if role == Qt.ItemDataRole.ToolTipRole:
            return hint(self._judgment.dataset, sample, max(0, column - _OWN + 1))
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if column < _OWN:
            said = (wording.truth, wording.answer, wording.confidence)[column]
            return said(self._judgment, sample)
        return cell(self._judgment.dataset, sample, column - _OWN + 1)


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
        header.setStretchLastSection(True)
        header.setDefaultSectionSize(112)
