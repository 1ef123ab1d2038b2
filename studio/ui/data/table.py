"""What a table of measurements looks like: rows of samples, their answer first."""

from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QHeaderView, QTableView, QWidget

from studio.datasets.dataset import Dataset
from studio.datasets.origins import as_told
from studio.ui import theme
from studio.ui.data.cells import Cells
from studio.ui.tables import calm, fit
from studio.wording import _

Indices = npt.NDArray[np.int64]
Place = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class SampleModel(QAbstractTableModel):
    """Some samples of a data set, as rows; every cell is read from the arrays when it is drawn."""

    def __init__(self) -> None:
        super().__init__()
        self.cells: Cells | None = None
        self._indices: Indices = np.zeros(0, np.int64)
        self._columns: tuple[str, ...] = ()

    def show_samples(
        self, dataset: Dataset | None, indices: Indices, *, as_found: bool = False
    ) -> None:
        """Show these samples, in this order; `as_found` as they stand in their file."""
        self.beginResetModel()
        self.cells = Cells(dataset, as_found) if dataset is not None else None
        self._indices = indices
        self._columns = self.cells.columns if self.cells is not None else ()
        self.endResetModel()

    @property
    def columns(self) -> tuple[str, ...]:
        """What the columns are called."""
        return self._columns

    def rowCount(self, parent: Place = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._indices)

    def columnCount(self, parent: Place = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        across = orientation == Qt.Orientation.Horizontal
        if role == Qt.ItemDataRole.TextAlignmentRole and across and self.cells is not None:
            return RIGHT if self.cells.is_number(section) else LEFT
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if not across:
            # the place of the sample in the data set, which errors name too
            return str(int(self._indices[section]))
        return as_told(self._columns[section])

    def data(self, index: Place, role: int = 0) -> Any:
        if self.cells is None:
            return None
        sample, column = int(self._indices[index.row()]), index.column()
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.cells.hint(sample, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if self.cells.is_number(column) else LEFT
        if role == Qt.ItemDataRole.FontRole:
            return theme.font(12, 500 if not column else 400, tabular=True)
        return self.cells.text(sample, column) if role == Qt.ItemDataRole.DisplayRole else None


class SampleTable(QTableView):
    """The rows of a table of measurements."""

    opened = Signal(int)
    """The row of the sample that somebody wants to see closer: a double click, or Enter."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.samples = SampleModel()
        self.activated.connect(lambda index: self.opened.emit(index.row()))
        self.setModel(self.samples)
        self.setAccessibleName(_("Samples"))
        calm(self, row_height=28)
        self.setAlternatingRowColors(True)
        self.verticalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        )
        header = self.horizontalHeader()
        header.setSectionsClickable(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setDefaultSectionSize(128)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def show_samples(self, dataset: Dataset | None, indices: Indices, *, as_found: bool) -> None:
        """Show these samples, in this order; `as_found` as they stand in their file.

        Columns that stay the same keep the widths that somebody gave them.
        """
        before = self.samples.columns
        self.samples.show_samples(dataset, indices, as_found=as_found)
        if self.samples.cells is not None and self.samples.columns != before:
            fit(self, self.samples.cells.wide)
