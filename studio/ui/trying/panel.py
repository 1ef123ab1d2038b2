"""Trying out what was trained: give one sample, and see the answer while the hand still moves."""

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.datasets.dataset import Dataset
from studio.errors import StudioError
from studio.runs.history import History
from studio.runs.info import RunInfo, read_info
from studio.training.events import CheckpointSaved
from studio.ui.binding import follow
from studio.ui.kit import Button, EmptyState, Hairline
from studio.ui.side_panel import SidePanel
from studio.ui.trying.answer import AnswerView
from studio.ui.trying.asking import Asking, Weights
from studio.ui.trying.field import Field
from studio.ui.trying.kinds import fields_of, source_of
from studio.ui.trying.pad import carried
from studio.ui.trying.questions import Reply, Written, replied, written
from studio.ui.trying.samples import RunSamples, truths_of
from studio.ui.trying.stack import FieldStack
from studio.ui.trying.weights import WeightsChoice
from studio.wording import _
from studio.workspace import Workspace
from studio.workspace.trial import Trial

_LONG_MS = 400
"""After so long without an answer it is said why."""
_LONGEST = 4000
"""Characters after which the network writes no more by itself."""


class TryPanel(SidePanel):
    """Asks the run that is shown, with the weights of one of its checkpoints."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(_("Try it"), parent)
        self._workspace = workspace
        self._info: RunInfo | None = None
        self._folder: Path | None = None
        self._saved: tuple[CheckpointSaved, ...] = ()
        self._patience = QTimer(self, singleShot=True, interval=_LONG_MS)
        self._patience.timeout.connect(self._ask_for_patience)
        self._truths: Mapping[str, str] = {}
        self._trial: Trial | None = None
        """What was tried here last."""
        self.asking, self.samples = Asking(self), RunSamples(workspace, self)
        self.weights, self.answer = WeightsChoice(), AnswerView()
        self.stack = FieldStack()
        self.clear = Button(_("Clear"), "trash")
        self.sample = Button(_("Take a test sample"), "dice")
        self.empty = EmptyState("flask", _("Nothing to try yet"))
        self.setAcceptDrops(True)
        self._arrange()
        self._listen()
        self._show_history(workspace.history)

    @property
    def fields(self) -> tuple[Field, ...]:
        """What takes the sample: a field for each Input of the network."""
        return self.stack.fields

    def _arrange(self) -> None:
        buttons = QHBoxLayout()
        buttons.addWidget(self.sample, 1)
        buttons.addWidget(self.clear)
        self.body.addWidget(self.weights)
        self.body.addWidget(self.stack)
        self.body.addLayout(buttons)
        self.body.addWidget(Hairline())
        self.body.addWidget(self.answer)
        self.body.addStretch(1)
        self.whole.addWidget(self.empty, 1)

    def _listen(self) -> None:
        self.weights.chosen.connect(lambda _name: self._turn())
        self.stack.changed.connect(self._ask)
        self.stack.refused.connect(lambda why: self.answer.say("", why))
        self.stack.write.connect(self._turn_writing)
        self.clear.clicked.connect(self.stack.clear)
        self.sample.clicked.connect(self._take_sample)
        self.asking.answered.connect(self._show_answer)
        self.asking.refused.connect(self._refuse)
        follow(self, self._workspace.history_changed, self._show_history)

    def _show_history(self, history: History | None) -> None:
        folder = self._workspace.run_folder
        ready = folder is not None and history is not None and bool(history.checkpoints)
        self.pane.setVisible(ready)
        self.empty.setVisible(not ready)
        self.empty.note.setText(self._what_is_missing())
        self.empty.note.setVisible(True)
        if not ready:
            self._folder, self._saved = None, ()
            self.asking.turn_to(None)
        elif self.isVisible():
            self._follow_run()

    def _follow_run(self) -> None:
        """Offer what the run that is shown takes, and the weights it has by now."""
        history, folder = self._workspace.history, self._workspace.run_folder
        if history is None or folder is None or not history.checkpoints:
            return
        if folder != self._folder:
            self._show_run(folder)
        if history.checkpoints is not self._saved:
            self._saved = history.checkpoints
            self.weights.show_run(folder)
            self._turn()

    def _what_is_missing(self) -> str:
        if self._workspace.is_training:
            return _("The run can be asked here once its first checkpoint is saved.")
        return _("Train the network, then ask it here.")

    def _show_run(self, folder: Path) -> None:
        """Offer what the network of another run takes."""
        self._folder, self._saved, self._truths = folder, (), {}
        try:
            self._info = read_info(folder)
            fields = fields_of(self._info)
        except StudioError as refusal:
            self._info, fields = None, ()
            self.answer.say("", str(refusal))
        else:
            self.answer.wipe()
        self.samples.turn_to(self._info)
        self.stack.lay(fields)
        self.sample.setVisible(bool(fields))
        self.clear.setVisible(bool(fields))

    def _turn(self) -> None:
        """Ask the weights that are chosen from now on, at once if something is given."""
        if self._folder is not None:
            self.asking.turn_to(Weights(self._folder, self.weights.value))
            self._ask_again()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._follow_run()
        self._ask_again()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.stack.taking is not None and carried(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Bring what is dropped anywhere here to the field that takes files."""
        field, found = self.stack.taking, carried(event.mimeData())
        if field is not None and found is not None:
            event.acceptProposedAction()
            field.bring(found)

    def _ask_again(self) -> None:
        """Ask what is given already, such as the ordinary row that a form begins with."""
        field = self.stack.writing
        is_free = not self.asking.is_busy and (field is None or not field.is_writing)
        if self.isVisible() and is_free:
            self._put()

    def _ask(self) -> None:
        """Ask what a hand changed."""
        self._truths = {}
        self._put()

    def _put(self) -> None:
        given = self.stack.given()
        if not given:
            self.asking.forget()
            self.answer.wipe()
            self._withdraw()
            return
        texts, called = self.stack.texts, self.stack.called
        self.asking.ask(lambda tryout: replied(tryout, given, texts, called))
        if not self.answer.answer.text():
            self._patience.start()

    def _ask_for_patience(self) -> None:
        """Say what takes so long, if the first answer does."""
        if self.asking.is_busy:
            self.answer.say("", _("Opening the network…"))

    def _turn_writing(self, on: bool) -> None:  # noqa: FBT001  as Qt says it
        if on:
            self._write()
        else:
            self._put()

    def _write(self) -> None:
        """Have the network write a few tokens more, if all that it needs is given."""
        field = self.stack.writing
        given = self.stack.given(without=field)
        if field is None or given is None:
            self._stop_writing()
            return
        text, boldness = field.text, field.boldness
        self.asking.ask(lambda tryout: written(tryout, given, text, boldness))

    def _stop_writing(self) -> None:
        if self.stack.writing is not None:
            self.stack.writing.stop()

    def _show_written(self, more: Written) -> None:
        field = self.stack.writing
        if field is None or not field.is_writing:
            return
        field.show_written(more.text)
        if more.is_whole or len(more.text) > _LONGEST:
            field.stop()
        else:
            self._write()

    def _take_sample(self) -> None:
        if self.samples.take(self._show_sample, self._refuse):
            self.answer.say("", _("Reading the samples…"))

    def _show_sample(self, dataset: Dataset, index: int) -> None:
        self.stack.hold(dataset, index)
        self._truths = truths_of(dataset, index)
        self._put()

    def _show_answer(self, answer: Reply | Written) -> None:
        if isinstance(answer, Written):
            self._show_written(answer)
        else:
            self._show_reply(answer)

    def _show_reply(self, reply: Reply) -> None:
        if self._info is None or self._folder is None:
            return
        source, first = source_of(self._info), self.fields[0].name
        said = self.answer.show_reply(
            reply,
            self._info,
            first,
            rises=source is not None and source.takes == "sound",
            is_next=self.stack.writing is not None,
        )
        self.answer.tell_truths(self._truths)
        self.stack.show_known(reply)
        self._trial = Trial(self._folder, reply.inputs, reply.name, said, self.weights.value)
        self._workspace.try_out(self._trial)

    def _withdraw(self) -> None:
        """Take back what was tried here; what is tried at another place stays."""
        if self._workspace.trial is self._trial:
            self._workspace.try_out(None)

    def _refuse(self, refusal: StudioError) -> None:
        self._stop_writing()
        self.answer.say("", str(refusal))
