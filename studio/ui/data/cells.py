"""What a table says of its samples: as the network sees them, or as they stand in their file."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from studio.datasets.dataset import Dataset
from studio.datasets.origins import as_told
from studio.datasets.tables.columns import names_of
from studio.ui.pictures import answer_of, label_of
from studio.wording import _, measured

_WIDEST = 1000
"""Columns of a sample that are shown; nobody reads further."""


@dataclass(frozen=True, eq=False)
class Cells:
    """The columns of a data set and what each sample says in them, the answer first."""

    dataset: Dataset
    as_found: bool = False
    """Whether cells are shown as they stand in the file, if that is known."""

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """What the columns are called."""
        dataset = self.dataset
        if dataset.texts:
            return (answer_of(dataset), _("Text"), _("As the network sees it"))
        return (answer_of(dataset), *(self._found or self._prepared)[:_WIDEST])

    def text(self, sample: int, column: int) -> str:
        """Return what a sample says in one of the columns."""
        if column == 0:
            return label_of(self.dataset, sample)
        if self.dataset.texts:
            return self._words(sample) if column == 1 else tokens(self.dataset, sample)
        if self._found:
            return str(self.dataset.cells[self._found[column - 1]][sample])
        value = self.dataset.inputs[sample].ravel()[column - 1]
        return str(value) if self.dataset.inputs.dtype == np.int64 else measured(float(value), 5)

    def is_number(self, column: int) -> bool:
        """Whether a column holds numbers, which stand under each other at the right."""
        if column == 0 or self.dataset.texts:
            return False
        return not self._found or self._kinds.get(self._found[column - 1]) == "number"

    @property
    def wide(self) -> tuple[int, ...]:
        """The columns of texts, which want room."""
        if self.dataset.texts:
            return (1, 2)
        return tuple(
            at for at, name in enumerate(self._found, 1) if self._kinds.get(name) == "text"
        )

    def words(self, sample: int) -> str:
        """Return all that a sample says in words; nothing where it is no text."""
        if self.dataset.texts:
            return self.dataset.texts[sample]
        names = [name for name, kind in self._kinds.items() if kind == "text"]
        cells = [(name, str(self.dataset.cells[name][sample])) for name in names if self._found]
        if len(cells) == 1:
            return cells[0][1]
        return "\n".join(f"{as_told(name)}: {cell}" for name, cell in cells)

    def hint(self, sample: int, column: int) -> str:
        """Return what is said while the mouse rests on a cell: the whole text, or the origin."""
        dataset = self.dataset
        if dataset.texts and column == 1:
            return dataset.texts[sample]
        return as_told(dataset.origins[sample]) if len(dataset.origins) else ""

    def prepared(self, column: int) -> int | None:
        """Return which input of the network a column becomes, the first if it becomes several.

        -1 for the answer; None for a column that is left out.
        """
        if not self._found or column == 0:
            return column - 1
        place = 0
        for item in self.dataset.learned.get("columns", ()):
            if item["name"] == self._found[column - 1]:
                return place
            place += len(names_of(item))
        return None

    @cached_property
    def _kinds(self) -> dict[str, str]:
        """What the columns of the file hold that became inputs."""
        return {item["name"]: item["kind"] for item in self.dataset.learned.get("columns", ())}

    @cached_property
    def _found(self) -> Sequence[str]:
        """The columns of the file but for the answer; empty where they are not to be shown."""
        names = self.dataset.cells if self.as_found else ()
        return [name for name in names if name != self.dataset.target_name]

    @property
    def _prepared(self) -> Sequence[str]:
        width = int(np.prod(self.dataset.inputs.shape[1:]))
        return self.dataset.columns or tuple(map(str, range(min(width, _WIDEST))))

    def _words(self, sample: int) -> str:
        return " ".join(self.dataset.texts[sample].split())


def tokens(dataset: Dataset, sample: int) -> str:
    """Return the tokens of a text, set apart by dots, without its padding."""
    names, ids = dataset.vocabulary, dataset.inputs[sample].ravel().tolist()
    return " · ".join(names[number] if number < len(names) else "?" for number in ids if number)
