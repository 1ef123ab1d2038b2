"""A look at the samples of one part or class: pictures and signals in pages, or rows of a table."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from studio.datasets.dataset import Dataset
from studio.ui.binding import follow
from studio.ui.data.class_menu import ClassMenu
from studio.ui.data.closer import Closer
from studio.ui.data.samples import SampleGrid, pages
from studio.ui.data.table import SampleTable
from studio.ui.kit import Button, Caption, Segmented, ToolButton
from studio.wording import Plural, _, full
from studio.workspace import Workspace

Indices = npt.NDArray[np.int64]


class SampleBrowser(QWidget):
    """Shows the samples of the workspace by part and class, a page at a time."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._page = 0
        self._shown: Indices = np.zeros(0, np.int64)
        self._picked_out: Indices | None = None
        words = (("train", _("Training")), ("validation", _("Validation")), ("test", _("Test")))
        self.part = Segmented(words, _("Part of the data"), height=28)
        self.only = ClassMenu()
        readings = (("prepared", _("Prepared")), ("found", _("In the file")))
        self.reading = Segmented(readings, _("What the cells show"), height=28)
        self.reading.setToolTip(
            _("The numbers that the network gets, or the cells as they stand in the file.")
        )
        self.all = Button("", "close")
        self.grid, self.table, self.closer = SampleGrid(), SampleTable(), Closer()
        self.kinds = QStackedWidget()
        for view in (self.grid, self.table, self.closer):
            self.kinds.addWidget(view)
        self.count = Caption()
        self.earlier = ToolButton("chevron_left", _("Earlier samples"))
        self.later = ToolButton("chevron_right", _("More samples"))
        self._head = QWidget()
        self._arrange()
        self._listen()
        self._show_dataset(workspace.dataset)

    def show_only(self, samples: Sequence[int]) -> None:
        """Show these samples, of whichever part, until somebody wants all again."""
        self._picked_out = np.asarray(samples, np.int64)
        self._begin()

    def _listen(self) -> None:
        self.part.chosen.connect(lambda _key: self._begin())
        self.only.chosen.connect(self._begin)
        self.all.clicked.connect(self._show_all)
        self.reading.chosen.connect(lambda _key: self._turn(0))
        self.earlier.clicked.connect(lambda: self._turn(-1))
        self.later.clicked.connect(lambda: self._turn(1))
        self.grid.resized.connect(lambda: self._turn(0))
        self.grid.picked.connect(lambda place: self._look(self._page * self.grid.capacity + place))
        self.table.opened.connect(self._look)
        self.closer.left.connect(self._leave)
        follow(self, self._workspace.dataset_changed, self._show_dataset)

    def _arrange(self) -> None:
        head = QHBoxLayout(self._head)
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(8)
        for widget in (self.part, self.only, self.all, self.reading):
            head.addWidget(widget)
        head.addStretch(1)
        for tool in (self.count, self.earlier, self.later):
            head.addWidget(tool)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(12)
        column.addWidget(self._head)
        column.addWidget(self.kinds, 1)

    def _show_dataset(self, dataset: Dataset | None) -> None:
        has_classes = dataset is not None and bool(dataset.classes) and dataset.targets.ndim == 1
        self.only.show_classes(dataset.classes if dataset is not None and has_classes else ())
        self._picked_out = None
        self.reading.setVisible(dataset is not None and bool(dataset.cells))
        self._begin()

    def _show_all(self) -> None:
        self._picked_out = None
        self._begin()

    def _begin(self) -> None:
        self._page = 0
        dataset, picked_out = self._workspace.dataset, self._picked_out
        self.part.setVisible(picked_out is None)
        self.only.setVisible(picked_out is None and self.only.has_classes)
        self.all.setVisible(picked_out is not None)
        if picked_out is not None:
            text = Plural("{count} sample with a problem", "{count} samples with a problem")
            self.all.setText(text.of(len(picked_out)))
        self.kinds.setCurrentWidget(self.grid if is_drawn(dataset) else self.table)
        self._head.show()
        self._shown = self._chosen()
        self._turn(0)

    def _turn(self, by: int) -> None:
        dataset, total = self._workspace.dataset, len(self._shown)
        self.grid.show_samples(dataset if is_drawn(dataset) else None, self._shown[:0])
        if not is_drawn(dataset):
            as_found = self.reading.value == "found"
            self.table.show_samples(dataset, self._shown, as_found=as_found)
            self._show_count(0, total)
            return
        capacity = self.grid.capacity
        self._page = max(0, min(self._page + by, pages(total, capacity) - 1))
        first = self._page * capacity
        self.grid.show_samples(dataset, self._shown[first : first + capacity])
        self._show_count(first, min(first + capacity, total))

    def _chosen(self) -> Indices:
        dataset, split = self._workspace.dataset, self._workspace.split
        if dataset is None or split is None:
            return np.zeros(0, np.int64)
        if self._picked_out is not None:
            return self._picked_out[self._picked_out < len(dataset)]
        part: Indices = getattr(split, self.part.value)
        number = self.only.number
        return part if number is None else part[dataset.targets[part] == number]

    def _look(self, place: int) -> None:
        dataset, split = self._workspace.dataset, self._workspace.split
        if dataset is not None and split is not None and place < len(self._shown):
            self.closer.show_sample(dataset, split, self._shown, at=place)
            self.kinds.setCurrentWidget(self.closer)
            self._head.hide()
            self.closer.setFocus()

    def _leave(self) -> None:
        view = self.grid if is_drawn(self._workspace.dataset) else self.table
        self._head.show()
        self.kinds.setCurrentWidget(view)
        view.setFocus()

    def _show_count(self, first: int, last: int) -> None:
        total = len(self._shown)
        text = _("{first}–{last} of {total}") if total else _("No samples in this part")
        shown = text.format(first=full(min(first + 1, total)), last=full(last), total=full(total))
        self.count.setText(shown)
        for button, on in ((self.earlier, first > 0), (self.later, last < total)):
            button.setEnabled(on)
            button.setVisible(is_drawn(self._workspace.dataset))


def is_drawn(dataset: Dataset | None) -> bool:
    """Whether samples are pictures or signals; others are rows of a table."""
    is_numbers = dataset is not None and dataset.inputs.dtype != np.int64
    return dataset is None or (is_numbers and dataset.inputs.ndim in {3, 4})
