"""What a table of measurements looks like: rows of samples, their answer first."""

from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QHeaderView, QTableView, QWidget

from studio.datasets.dataset import Dataset
from studio.ui import theme
from studio.ui.pictures import answer_of, label_of
from studio.ui.tables import calm
from studio.wording import _

Indices = npt.NDArray[np.int64]
Place = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_WIDEST = 1000
"""Columns of a sample that are shown; nobody reads further."""


class SampleModel(QAbstractTableModel):
    """Some samples of a data set, as rows; every cell is read from the arrays when it is drawn."""

    def __init__(self) -> None:
        super().__init__()
        self._dataset: Dataset | None = None
        self._indices: Indices = np.zeros(0, np.int64)
        self._columns: tuple[str, ...] = ()

    def show_samples(self, dataset: Dataset | None, indices: Indices) -> None:
        """Show these samples, in this order."""
        self.beginResetModel()
        self._dataset, self._indices = dataset, indices
        self._columns = columns_of(dataset) if dataset is not None else ()
        self.endResetModel()

    def rowCount(self, parent: Place = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._indices)

    def columnCount(self, parent: Place = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        across = orientation == Qt.Orientation.Horizontal
        if role == Qt.ItemDataRole.TextAlignmentRole and across and not section:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if not across:
            # the place of the sample in the data set, which errors name too
            return str(int(self._indices[section]))
        return self._columns[section]

    def data(self, index: Place, role: int = 0) -> Any:
        if self._dataset is None:
            return None
        if role == Qt.ItemDataRole.ToolTipRole:
            return hint(self._dataset, int(self._indices[index.row()]), index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() and not self._dataset.texts:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.FontRole:
            return theme.font(12, 500 if not index.column() else 400, tabular=True)
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return cell(self._dataset, int(self._indices[index.row()]), index.column())


def columns_of(dataset: Dataset) -> tuple[str, ...]:
    """Return what the columns of a table of samples are called, the answer first."""
    answer = answer_of(dataset)
    if dataset.texts:
        return (answer, _("Text"), _("As the network sees it"))
    width = int(np.prod(dataset.inputs.shape[1:]))
    return (answer, *(dataset.columns or map(str, range(min(width, _WIDEST)))))


def cell(dataset: Dataset, sample: int, column: int) -> str:
    """Return what a table of samples says of one, in one of its columns."""
    if column == 0:
        return label_of(dataset, sample)
    if dataset.texts:
        return " ".join(dataset.texts[sample].split()) if column == 1 else tokens(dataset, sample)
    value = dataset.inputs[sample].ravel()[column - 1]
    return str(value) if dataset.inputs.dtype == np.int64 else f"{float(value):.5g}"


def hint(dataset: Dataset, sample: int, column: int) -> str:
    """Return what is said of a sample while the mouse rests on it: its text, or its origin."""
    if dataset.texts and column == 1:
        return dataset.texts[sample]
    return str(dataset.origins[sample]) if len(dataset.origins) else ""


def tokens(dataset: Dataset, sample: int) -> str:
    """Return the tokens of a text, set apart by dots, without its padding."""
    names, ids = dataset.vocabulary, dataset.inputs[sample].ravel().tolist()
    return " · ".join(names[number] if number < len(names) else "?" for number in ids if number)


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
