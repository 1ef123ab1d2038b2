"""What the data are: how many, what shape, which classes, how they are split, what is odd."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from studio.datasets.dataset import Dataset, Split
from studio.datasets.problems import graded
from studio.datasets.source import Source
from studio.ui.binding import follow
from studio.ui.data.balance import part_color
from studio.ui.data.counting import Bar, counted, span
from studio.ui.data.distribution import Distribution
from studio.ui.data.problem_list import ProblemList
from studio.ui.data.start import Start
from studio.ui.kit import Caption, Hairline, Heading, IconLabel, Label, Note, ValueLabel
from studio.ui.side_panel import SidePanel
from studio.ui.training.legend import LegendMark
from studio.ui.training.naming import part_name
from studio.wording import _, byte_size, full, in_percent
from studio.workspace import Workspace

_LOOKED_AT = 20_000_000
"""Values that are looked at; of more, every second or tenth sample has to do."""
_PARTS = ("train", "validation", "test")


class FactsPanel(SidePanel):
    """Facts of the data set that is loaded."""

    picked = Signal(object)
    """The numbers of samples that somebody wants to see."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(_("Facts"), parent)
        self._workspace = workspace
        self._facts = QGridLayout()
        self._facts.setVerticalSpacing(7)
        self._facts.setColumnStretch(1, 1)
        self.parts = {part: ValueLabel(px=13) for part in _PARTS}
        self.distribution = Distribution()
        self.remarks = QVBoxLayout()
        self.problems, self.notes = ProblemList(), ProblemList()
        for problems in (self.problems, self.notes):
            problems.settled.connect(self._settle)
            problems.picked.connect(self.picked)
        self.start = Start(workspace)
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
        self.body.addWidget(self.start)
        self.body.addWidget(self.problems)
        self.body.addLayout(self.remarks)
        self.body.addWidget(Hairline())
        self.body.addWidget(self.distribution)
        self.body.addWidget(self.notes)
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
        facts = [*facts_of(dataset), *corrections_of(self._workspace.source)]
        for line, (name, value) in enumerate(facts):
            self._facts.addWidget(Caption(name), line, 0)
            self._facts.addWidget(ValueLabel(value, px=13), line, 1, Qt.AlignmentFlag.AlignRight)
        for part in _PARTS:
            size = len(getattr(split, part))
            self.parts[part].setText(f"{full(size)}   {in_percent(size / max(1, len(dataset)))}")
        self.distribution.show_dataset(dataset, split)
        notes = [problem for problem in dataset.problems if problem.gravity == "note"]
        grave = [problem for problem in dataset.problems if problem.gravity != "note"]
        self.problems.show_problems(graded(grave))
        self.notes.show_problems(notes)
        self._show_remarks(remarks_on(dataset, split))

    def _settle(self, change: Mapping[str, Any]) -> None:
        source = self._workspace.source
        if source is not None:
            self._workspace.set_source(source.changed(**merged(source, change)))

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
    kinds = {
        "uint8": _("bytes, 0 to 255"),
        "int64": _("whole numbers"),
        "float32": _("decimal numbers"),
    }
    kind = str(dataset.inputs.dtype)
    outputs = 1 if dataset.targets.ndim == 1 else dataset.targets.shape[1]
    answer = (
        (_("Classes"), full(len(dataset.classes)))
        if dataset.classes
        else (_("Numbers to predict"), full(outputs))
    )
    return [
        (_("Samples"), full(len(dataset))),
        (_("Shape of one"), str(dataset.sample)),
        (_("Stored as"), kinds.get(kind, kind)),
        *value_range(dataset),
        answer,
        (_("In memory"), byte_size(dataset.inputs.nbytes + dataset.targets.nbytes)),
    ]


def corrections_of(source: Source | None) -> list[tuple[str, str]]:
    """Return how many samples somebody corrected, if any, as name and value."""
    count = len(source.corrected) if source is not None else 0
    return [(_("Corrected"), full(count))] if count else []


def value_range(dataset: Dataset) -> list[tuple[str, str]]:
    """Return the least and the greatest value, or how many tokens are known."""
    if dataset.vocabulary:
        return [(_("Vocabulary"), full(len(dataset.vocabulary)))]
    if not dataset.inputs.size or dataset.inputs.dtype == np.uint8:
        return []
    some = dataset.inputs[:: -(-dataset.inputs.size // _LOOKED_AT)]
    return [(_("Values"), span(some))]


def merged(source: Source, change: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings that settle a problem; what they say of single columns is added."""
    joined = dict(change)
    for name, value in change.items():
        if isinstance(value, Mapping):
            joined[name] = {**source.get(name), **value}
    return joined


def remarks_on(dataset: Dataset, split: Split) -> list[str]:
    """Return what is odd about a data set, in sentences with their remedy."""
    said = list(dataset.notes)
    if dataset.classes and dataset.targets.ndim == 1:
        bars = counted(dataset, split)
        few, most = min(bars, key=_trained), max(bars, key=_trained)
        if most.train > 3 * max(1, few.train):
            said.append(
                _(
                    "Class {few} has {low} training samples, class {most} has {high}. Accuracy "
                    "alone would hide mistakes on the small one; look at its recall."
                ).format(few=few.name, low=full(few.train), most=most.name, high=full(most.train))
            )
    if not len(split.validation):
        said.append(_("There is no validation part, so nothing watches for overfitting."))
    return said


def _trained(bar: Bar) -> int:
    return bar.train


def _empty(layout: QGridLayout | QVBoxLayout) -> None:
    while layout.count():
        item = layout.takeAt(0)
        widget = item.widget() if item is not None else None
        if widget is not None:
            widget.hide()
            widget.deleteLater()
