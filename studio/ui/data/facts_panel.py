"""What the data are: how many, what shape, which classes, how they are split, what is odd."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from studio.datasets.dataset import Dataset, Split
from studio.datasets.problems import graded
from studio.ui.binding import follow
from studio.ui.data.balance import Balance, counted, part_color
from studio.ui.data.problem_list import ProblemList
from studio.ui.kit import Caption, Hairline, Heading, IconLabel, Label, Note, ValueLabel
from studio.ui.side_panel import SidePanel
from studio.ui.training.legend import LegendMark
from studio.ui.training.naming import part_name
from studio.wording import _, byte_size, full
from studio.workspace import Workspace

_PARTS = ("train", "validation", "test")


class FactsPanel(SidePanel):
    """Facts of the data set that is loaded."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(_("Facts"), parent)
        self._workspace = workspace
        self._facts = QGridLayout()
        self._facts.setVerticalSpacing(7)
        self._facts.setColumnStretch(1, 1)
        self.parts = {part: ValueLabel(px=13) for part in _PARTS}
        self.balance_title = Heading()
        self.balance = Balance()
        self.remarks = QVBoxLayout()
        self.problems = ProblemList()
        self.problems.settled.connect(self._settle)
        self._arrange()
        follow(self, workspace.dataset_changed, self._show_dataset)
        self._show_dataset(workspace.dataset)

    def remark_texts(self) -> list[str]:
        """Return the remarks that are shown."""
        return [note.text() for note in self.findChildren(Note)]

    def _arrange(self) -> None:
        self.body.addLayout(self._facts)
        self.body.addWidget(Hairline())
        self.body.addWidget(Heading(_("Parts")))
        for part in _PARTS:
            self.body.addLayout(self._part_row(part))
        self.body.addWidget(Hairline())
        self.body.addWidget(self.balance_title)
        self.body.addWidget(self.balance)
        self.body.addWidget(self.problems)
        self.body.addLayout(self.remarks)
        self.body.addStretch(1)

    def _part_row(self, part: str) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(LegendMark(lambda look: part_color(look, part)))
        row.addWidget(Label(part_name(part)))
        row.addStretch(1)
        row.addWidget(self.parts[part])
        return row

    def _show_dataset(self, dataset: Dataset | None) -> None:
        split = self._workspace.split
        if dataset is None or split is None:
            return
        _empty(self._facts)
        for line, (name, value) in enumerate(facts_of(dataset)):
            self._facts.addWidget(Caption(name), line, 0)
            self._facts.addWidget(ValueLabel(value, px=13), line, 1, Qt.AlignmentFlag.AlignRight)
        for part in _PARTS:
            size = len(getattr(split, part))
            self.parts[part].setText(f"{full(size)}   {size / max(1, len(dataset)):.0%}")
        title = _("Samples per class") if dataset.classes else _("Samples by value")
        self.balance_title.setText(title)
        self.balance.show_bars(counted(dataset, split))
        self.problems.show_problems(graded(dataset.problems))
        self._show_remarks(remarks_on(dataset, split))

    def _settle(self, change: Mapping[str, Any]) -> None:
        source = self._workspace.source
        if source is not None:
            self._workspace.set_source(source.changed(**change))

    def _show_remarks(self, sentences: list[str]) -> None:
        _empty(self.remarks)
        for sentence in sentences:
            line = QWidget()
            row = QHBoxLayout(line)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(8)
            row.addWidget(IconLabel("warning", 16, "warn"), 0, Qt.AlignmentFlag.AlignTop)
            row.addWidget(Note(sentence), 1)
            self.remarks.addWidget(line)


def facts_of(dataset: Dataset) -> list[tuple[str, str]]:
    """Return what there is to know of a data set, as name and value."""
    kinds = {"uint8": _("bytes, 0 to 255"), "int64": _("whole numbers")}
    kind = str(dataset.inputs.dtype)
    outputs = 1 if dataset.targets.ndim == 1 else dataset.targets.shape[1]
    answer = (
        (_("Classes"), str(len(dataset.classes)))
        if dataset.classes
        else (_("Numbers to predict"), str(outputs))
    )
    return [
        (_("Samples"), full(len(dataset))),
        (_("Shape of one"), str(dataset.sample)),
        (_("Stored as"), kinds.get(kind, kind)),
        answer,
        (_("In memory"), byte_size(dataset.inputs.nbytes + dataset.targets.nbytes)),
    ]


def remarks_on(dataset: Dataset, split: Split) -> list[str]:
    """Return what is odd about a data set, in sentences with their remedy."""
    said = list(dataset.notes)
    if dataset.classes:
        counts = np.bincount(dataset.targets[split.train], minlength=len(dataset.classes))
        few, most = int(counts.argmin()), int(counts.argmax())
        if counts[most] > 3 * max(1, counts[few]):
            said.append(
                _(
                    "Class {few} has {low} training samples, class {most} has {high}. Accuracy "
                    "alone would hide mistakes on the small one; look at its recall."
                ).format(
                    few=dataset.classes[few],
                    low=full(int(counts[few])),
                    most=dataset.classes[most],
                    high=full(int(counts[most])),
                )
            )
    if not len(split.validation):
        said.append(_("There is no validation part, so nothing watches for overfitting."))
    return said


def _empty(layout: QGridLayout | QVBoxLayout) -> None:
    while layout.count():
        item = layout.takeAt(0)
        widget = item.widget() if item is not None else None
        if widget is not None:
            widget.deleteLater()
