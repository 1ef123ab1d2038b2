"""A look at the samples: pictures in pages or rows of a table, for one part of the data."""

import numpy as np
import numpy.typing as npt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from studio.datasets.dataset import Dataset, Split
from studio.ui.binding import follow
from studio.ui.data.samples import SampleGrid, pages
from studio.ui.data.table import SampleTable
from studio.ui.kit import Caption, Segmented, ToolButton
from studio.wording import _, full
from studio.workspace import Workspace

Indices = npt.NDArray[np.int64]


class SampleBrowser(QWidget):
    """Shows the samples of the workspace by part and class, a page at a time."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._page = 0
        words = (("train", _("Training")), ("validation", _("Validation")), ("test", _("Test")))
        self.part = Segmented(words, _("Part of the data"), height=28)
        self.only = QComboBox()
        self.only.setAccessibleName(_("Class"))
        self.grid, self.table = SampleGrid(), SampleTable()
        self.kinds = QStackedWidget()
        self.kinds.addWidget(self.grid)
        self.kinds.addWidget(self.table)
        self.count = Caption()
        self.earlier = ToolButton("chevron_left", _("Earlier samples"))
        self.later = ToolButton("chevron_right", _("More samples"))
        self._arrange()
        self.part.chosen.connect(lambda _key: self._begin())
        self.only.activated.connect(lambda _index: self._begin())
        self.earlier.clicked.connect(lambda: self._turn(-1))
        self.later.clicked.connect(lambda: self._turn(1))
        self.grid.resized.connect(lambda: self._turn(0))
        follow(self, workspace.dataset_changed, self._show_dataset)
        self._show_dataset(workspace.dataset)

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.part)
        head.addWidget(self.only)
        head.addStretch(1)
        for widget in (self.count, self.earlier, self.later):
            head.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(self.kinds, 1)

    def _show_dataset(self, dataset: Dataset | None) -> None:
        self.only.clear()
        self.only.addItem(_("All classes"), None)
        for number, name in enumerate(dataset.classes if dataset else ()):
            self.only.addItem(name, number)
        self.only.setVisible(bool(dataset and dataset.classes))
        self.kinds.setCurrentIndex(0 if dataset is None or dataset.is_picture else 1)
        self._begin()

    def _begin(self) -> None:
        self._page = 0
        self._turn(0)

    def _turn(self, by: int) -> None:
        dataset, split = self._workspace.dataset, self._workspace.split
        if dataset is None or split is None:
            self.grid.show_samples(None, np.zeros(0, np.int64))
            self.table.samples.show_samples(None, np.zeros(0, np.int64))
            return
        chosen = self._chosen(dataset, split)
        if not dataset.is_picture:
            self.table.samples.show_samples(dataset, chosen)
            self._show_count(0, len(chosen), len(chosen))
            return
        capacity = self.grid.capacity
        self._page = max(0, min(self._page + by, pages(len(chosen), capacity) - 1))
        first = self._page * capacity
        self.grid.show_samples(dataset, chosen[first : first + capacity])
        self._show_count(first, min(first + capacity, len(chosen)), len(chosen))

    def _chosen(self, dataset: Dataset, split: Split) -> Indices:
        part: Indices = getattr(split, self.part.value)
        number = self.only.currentData()
        return part if number is None else part[dataset.targets[part] == number]

    def _show_count(self, first: int, last: int, total: int) -> None:
        text = _("{first}–{last} of {total}") if total else _("No samples in this part")
        shown = text.format(first=full(min(first + 1, total)), last=full(last), total=full(total))
        self.count.setText(shown)
        for button, on in ((self.earlier, first > 0), (self.later, last < total)):
            button.setEnabled(on)
            button.setVisible(self.kinds.currentIndex() == 0)
