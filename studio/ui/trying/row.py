"""How a row of a table is given: a form with a field for each column, answered at every change."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QGridLayout, QLineEdit, QWidget

from studio.datasets.dataset import Array, Dataset
from studio.datasets.tables.asking import Column, row_of
from studio.errors import DataError
from studio.ui.kit import Elided, QuietButton
from studio.ui.trying.cells import Cell, cell_of
from studio.ui.trying.field import Field, Reading
from studio.wording import _

if TYPE_CHECKING:
    from studio.runs.trying import Tryout

MOST = 60
"""Columns that have a field each; more are typed in one line."""
_LABEL = 96


class RowField(Field):
    """Takes one row, column by column; it begins with what is ordinary."""

    def __init__(self, name: str, columns: Sequence[Column], parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self.cells: dict[str, Cell] = {column.name: cell_of(column) for column in columns}
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        grid.setColumnMinimumWidth(0, _LABEL)
        grid.setColumnStretch(0, 2)
        grid.setColumnStretch(1, 3)
        for number, (title, cell) in enumerate(self.cells.items()):
            label = Elided(title)
            label.setProperty("tone", "text2")
            grid.addWidget(label, number, 0)
            grid.addWidget(cell, number, 1)
            cell.changed.connect(self._touched)
        self.body.addLayout(grid)
        self._fill_ordinary()

    @property
    def called(self) -> str:
        return _("row")

    def _reading(self) -> Reading | None:
        for cell in self.cells.values():
            if not cell.is_usable:
                return _refusing(cell)
        name, line = self.name, row_of([cell.text for cell in self.cells.values()])

        def read(tryout: "Tryout") -> Array:
            return tryout.typed(name, line)

        return read

    def _show(self, dataset: Dataset, index: int, sample: Array) -> None:
        for place, (title, cell) in enumerate(self.cells.items()):
            if title in dataset.cells:
                cell.show_text(dataset.cells[title][index])
            elif len(self.cells) == len(sample):
                cell.show_text(cell.column.spelled(float(sample[place])))

    def _wipe(self) -> None:
        self._fill_ordinary()

    def _fill_ordinary(self) -> None:
        for cell in self.cells.values():
            cell.show_text(cell.column.ordinary)


class LineField(Field):
    """Takes numbers in one line, where there are too many columns for a form."""

    def __init__(
        self, name: str, columns: Sequence[str], parent: QWidget | None = None, *, hint: str = ""
    ) -> None:
        super().__init__(name, parent)
        self.line = QLineEdit()
        self.line.setAccessibleName(_("A row of numbers"))
        self.line.setPlaceholderText(hint or ", ".join(columns[:MOST]))
        self.line.setToolTip(hint or ", ".join(columns[:MOST]))
        self.body.addWidget(self.line)
        self.line.textEdited.connect(lambda _text: self._touched())

    @property
    def called(self) -> str:
        return _("row")

    def _reading(self) -> Reading | None:
        name, line = self.name, self.line.text()

        def read(tryout: "Tryout") -> Array:
            return tryout.typed(name, line)

        return read if line.strip() else None

    def _show(self, _dataset: Dataset, _index: int, sample: Array) -> None:
        rows = sample.reshape(-1, sample.shape[-1]).tolist()
        self.line.setText("; ".join(", ".join(f"{value:.6g}" for value in row) for row in rows))
        self.line.setCursorPosition(0)

    def _wipe(self) -> None:
        self.line.clear()


class FileField(LineField):
    """Takes a sample as a file, where it can be neither drawn nor typed."""

    takes_files = True

    def __init__(self, name: str, hint: str, parent: QWidget | None = None) -> None:
        super().__init__(name, (), parent, hint=hint)
        self.line.setAccessibleName(hint)
        self.choose = QuietButton(_("Choose a file…"), "folder")
        self.body.addWidget(self.choose)
        self.choose.clicked.connect(self._ask_for_file)

    @property
    def called(self) -> str:
        return Path(self.line.text()).name

    def bring(self, what: Path | QImage) -> None:
        """Take a file."""
        if isinstance(what, Path):
            self.line.setText(str(what))
            self._touched()

    def _ask_for_file(self) -> None:
        found, _kind = QFileDialog.getOpenFileName(self, _("Choose a file"))
        if found:
            self.bring(Path(found))

    def _show(self, dataset: Dataset, index: int, _sample: Array) -> None:
        self.line.setText(dataset.origins[index] if len(dataset.origins) else _("a test sample"))


def _refusing(cell: Cell) -> Reading:
    title, text = cell.column.name, cell.text

    def refuse(_tryout: "Tryout") -> Array:
        raise DataError(
            _("“{column}” needs a number, but “{text}” is none.").format(column=title, text=text)
            if text
            else _("“{column}” needs a number.").format(column=title)
        )

    return refuse
