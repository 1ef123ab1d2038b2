"""What every way of giving a sample has in common: it tells changes, and reads on a thread."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.datasets.dataset import Array, Dataset

if TYPE_CHECKING:
    from studio.runs.trying import Tryout

Reading = Callable[["Tryout"], Array]
"""Makes one sample [*axes] of what was given, away from the window's thread."""


class Field(QWidget):
    """Takes what one Input of the network is asked about.

    A test sample that is shown is asked as it is, until a hand changes something.
    """

    takes_files: ClassVar[bool] = False
    """Whether a file can be brought to it."""
    changed = Signal()
    """Something else is given, or nothing any more."""
    refused = Signal(str)
    """What was brought cannot be used, and why."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = name
        """The Input that it feeds."""
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(8)
        self._held: Array | None = None

    def bring(self, what: Path | QImage) -> None:
        """Take a file, or a picture from the clipboard, where `takes_files`."""

    @property
    def is_held(self) -> bool:
        """Whether it shows a sample of the data as it is."""
        return self._held is not None

    @property
    def called(self) -> str:
        """What is given, in a word or two."""
        raise NotImplementedError

    def reading(self) -> Reading | None:
        """Return what makes the sample of what is given, or None while nothing is."""
        held = self._held
        return self._reading() if held is None else lambda _tryout: held

    def hold(self, dataset: Dataset, index: int, sample: Array) -> None:
        """Show one sample of the data, without telling anyone."""
        self._held = sample
        self._show(dataset, index, sample)

    def clear(self) -> None:
        """Give nothing any more."""
        self._held = None
        self._wipe()
        self.changed.emit()

    def _touched(self) -> None:
        """Hear that a hand changed what is given."""
        self._held = None
        self.changed.emit()

    def _reading(self) -> Reading | None:
        raise NotImplementedError

    def _show(self, dataset: Dataset, index: int, sample: Array) -> None:
        raise NotImplementedError

    def _wipe(self) -> None:
        raise NotImplementedError
