"""Trying out what was trained: draw a digit or give a row of numbers, and see the answer."""

import importlib
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from studio.catalogue.shape import Shape
from studio.datasets.dataset import Dataset, Split
from studio.datasets.opening import opened
from studio.datasets.source import read_source
from studio.errors import StudioError
from studio.runs.history import History
from studio.runs.info import RunInfo, read_info
from studio.ui.binding import follow
from studio.ui.bridge import Task
from studio.ui.kit import Button, EmptyState, Note, ValueLabel
from studio.ui.pictures import label_of, picture
from studio.ui.side_panel import SidePanel
from studio.ui.training.answers import AnswerBars
from studio.ui.training.pad import DrawingPad
from studio.wording import _
from studio.workspace import Workspace

Question = str | QImage
"""A row of numbers as text, or a picture."""


class TryPanel(SidePanel):
    """Asks the run that is shown; a question that comes while one is answered waits its turn."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(_("Try it"), parent)
        self._workspace = workspace
        self._info: RunInfo | None = None
        self._folder: Path | None = None
        self._samples: tuple[Dataset, Split] | None = None
        """The samples of the run that is shown, once they were asked for."""
        self._reading: Task | None = None
        self._task: Task | None = None
        self._next: Question | None = None
        self._known = ""
        self._random = np.random.default_rng()
        self.pad, self.row = DrawingPad(), QLineEdit()
        self.clear = Button(_("Clear"), "trash")
        self.sample = Button(_("Take a test sample"), "dice")
        self.answer, self.note, self.bars = ValueLabel(px=24), Note(), AnswerBars()
        self.empty = EmptyState(
            "flask", _("Nothing to try yet"), _("Train the network, then ask it here.")
        )
        self._arrange()
        self.pad.drawn.connect(self._ask_picture)
        self.row.returnPressed.connect(lambda: self.ask(self.row.text()))
        self.clear.clicked.connect(self._clear)
        self.sample.clicked.connect(self._take_sample)
        follow(self, workspace.history_changed, self._show_history)
        self._show_history(workspace.history)

    def ask(self, question: Question) -> None:
        """Ask the run for the answer to a picture or a row of numbers."""
        folder = self._workspace.run_folder
        if folder is None or question == "":
            return
        if self._task is not None:
            self._next = question
            return
        self._task = Task(lambda: _predicted(folder, question), self._show, self._refuse, self)
        self._task.start()

    def _arrange(self) -> None:
        buttons = QHBoxLayout()
        buttons.addWidget(self.sample, 1)
        buttons.addWidget(self.clear)
        self.body.addWidget(self.pad)
        self.body.addWidget(self.row)
        self.body.addLayout(buttons)
        for widget in (self.answer, self.note, self.bars):
            self.body.addWidget(widget)
        self.body.addStretch(1)
        self.row.setAccessibleName(_("A row of numbers"))
        self.whole.addWidget(self.empty, 1)

    def _show_history(self, history: History | None) -> None:
        folder = self._workspace.run_folder
        ready = history is not None and history.ended is not None and folder is not None
        saved = ready and history is not None and bool(history.checkpoints)
        self.pane.setVisible(saved)
        self.empty.setVisible(not saved)
        if saved and folder is not None:
            self._prepare(folder)

    def _prepare(self, folder: Path) -> None:
        self._forget_samples(folder)
        try:
            self._info = read_info(folder)
        except StudioError as refusal:
            self._info = None
            self._refuse(refusal)
            return
        pictures = len(_shape(self._info)) == 3
        self.pad.setVisible(pictures)
        self.clear.setVisible(pictures)
        self.row.setVisible(not pictures)
        self.row.setPlaceholderText(", ".join(self._info.columns))
        self.row.setToolTip(", ".join(self._info.columns))
        self._say("", "")

    def _forget_samples(self, folder: Path) -> None:
        """Let go of the samples of another run."""
        if folder == self._folder:
            return
        self._folder, self._samples = folder, None
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None

    def _ask_picture(self) -> None:
        if self.pad.is_empty or self._info is None:
            self._say("", "")
            return
        margin = None if self._known else _margin(_shape(self._info))
        self.ask(self.pad.picture(margin))

    def _take_sample(self) -> None:
        if self._info is None or self._reading is not None:
            return
        if self._samples is not None:
            self._show_sample(*self._samples)
            return
        info = self._info
        known = _known_samples(info, self._workspace)
        if known is not None:
            self._accept_samples(known)
            return
        self._say("", _("Reading the samples…"))
        self._reading = Task(
            lambda: _samples_of(info), self._accept_samples, self._refuse_samples, self
        )
        self._reading.start()

    def _accept_samples(self, samples: tuple[Dataset, Split]) -> None:
        self._reading, self._samples = None, samples
        self._show_sample(*samples)

    def _refuse_samples(self, refusal: StudioError) -> None:
        self._reading = None
        self._say("", str(refusal))

    def _show_sample(self, dataset: Dataset, split: Split) -> None:
        part = split.test if len(split.test) else split.validation
        if not len(part):
            self._say("", _("This run kept no samples to test with."))
            return
        index = int(self._random.choice(part))
        self._known = label_of(dataset, index)
        if dataset.is_picture:
            self.pad.show_picture(picture(dataset.inputs[index]))
            return
        values = dataset.inputs[index].ravel().tolist()
        self.row.setText(", ".join(f"{value:.6g}" for value in values))
        self.ask(self.row.text())

    def _clear(self) -> None:
        self._known = ""
        self.pad.clear()

    def _show(self, prediction: Any) -> None:
        self._task = None
        if prediction.label:
            self._say(
                prediction.label, _("with {share}").format(share=f"{prediction.probability:.1%}")
            )
        else:
            self._say(", ".join(f"{value:.4g}" for value in prediction.values), "")
        if self._known:
            self.note.setText(_("The right answer is {answer}.").format(answer=self._known))
        self.bars.show_shares(prediction.probabilities)
        self._known = ""
        self._ask_next()

    def _refuse(self, refusal: StudioError) -> None:
        self._task = None
        self._say("", str(refusal))
        self._ask_next()

    def _say(self, answer: str, note: str) -> None:
        self.answer.setText(answer)
        self.note.setText(note)
        self.bars.show_shares({})

    def _ask_next(self) -> None:
        question, self._next = self._next, None
        if question is not None:
            self.ask(question)


def _predicted(folder: Path, question: Question) -> Any:
    predict = importlib.import_module("studio.runs.predict").predict
    if isinstance(question, str):
        return predict(folder, [question])[0]
    with tempfile.TemporaryDirectory(prefix="layerwise-") as place:
        path = Path(place) / "drawing.png"
        question.save(str(path))
        return predict(folder, [str(path)])[0]


def _known_samples(info: RunInfo, workspace: Workspace) -> tuple[Dataset, Split] | None:
    """Return the samples that are loaded, if they are those of the run."""
    dataset, split = workspace.dataset, workspace.split
    if dataset is None or split is None:
        return None
    try:
        same = read_source(info.project.data) == workspace.resolved_source
    except StudioError:
        return None
    return (dataset, split) if same else None


def _samples_of(info: RunInfo) -> tuple[Dataset, Split]:
    return opened(read_source(info.project.data))


def _shape(info: RunInfo) -> Shape:
    inputs = [node.layer for node in info.graph.nodes.values() if node.layer.key == "input"]
    return inputs[0].shape() if inputs else Shape()


def _margin(sample: Shape) -> float:
    """Return the room around digits as they were trained: MNIST leaves 4 of 28 pixels."""
    return 4 / 28 if sample[-1] >= 20 else 0.03
