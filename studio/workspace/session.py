"""The run at hand: begun, followed, paused, stopped, reopened."""

import enum
from collections.abc import Mapping, Sequence
from pathlib import Path

from studio.errors import StudioError, TrainingError
from studio.graph.change import Change
from studio.graph.model import Graph
from studio.graph.walk import frozen_paths, walk
from studio.runs import store
from studio.runs.history import History
from studio.runs.notes import Notes, write_notes
from studio.runs.request import RunRequest
from studio.runs.resuming import LAST
from studio.signals import Signal
from studio.training.control import Control
from studio.training.events import BatchSplit, Broken, Ended, Event, Started, Trouble
from studio.training.plan import Plan
from studio.training.ticks.sources import resolved
from studio.training.ticks.tick import Tick
from studio.wording import _
from studio.workspace.editing import Notice
from studio.workspace.hearing import notice_of, waits
from studio.workspace.project import Project


class State(enum.Enum):
    """What the training is doing."""

    IDLE = "idle"
    STARTING = "starting"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPING = "stopping"


class Session(Project):
    """The project, and the run it is in."""

    def __init__(self) -> None:
        super().__init__()
        self.state = State.IDLE
        self.history: History | None = None
        self.run_folder: Path | None = None
        self.control = Control(attended=True)
        self._left_behind: Path | None = None
        self._layers: frozenset[str] = frozenset()
        self._ticks = self.plan.ticks
        self._heard = ""
        self._shown_before: tuple[History | None, Path | None] = (None, None)
        self.state_changed: Signal[State] = Signal()
        self.history_changed: Signal[History | None] = Signal()
        self.runs_changed: Signal[None] = Signal()
        self.document.changed.connect(self._follow_frozen)
        self.plan_changed.connect(self._follow_ticks)
        self.opened.connect(self._forget_run)

    def save(self, path: Path | None = None) -> bool:
        """Write the project; the runs of one that had no file yet come along."""
        home = self.runs_folder if self.path is None else None
        saved = super().save(path)
        if saved and home is not None:
            self._left_behind = home
            self._take_along()
        return saved

    def _take_along(self) -> None:
        """Move runs that were left behind, unless one of them is still being written."""
        if self._left_behind is None or self.is_training:
            return
        home, self._left_behind = self._left_behind, None
        try:
            moved = store.move_runs(home, self.runs_folder)
        except StudioError as refusal:
            self.refuse(refusal)
            return
        if moved and self.run_folder is not None:
            name = self.run_folder.name
            self.run_folder = self.runs_folder / moved.get(name, name)
        self._went_along(moved)
        self.runs_changed.emit(None)

    def _went_along(self, renamed: Mapping[str, str]) -> None:
        """Hear that runs were moved beside the project; `renamed` tells new names by old ones."""

    @property
    def is_training(self) -> bool:
        """Whether a run is under way, be it paused."""
        return self.state is not State.IDLE

    def run_request(
        self, parent: Path | None = None, *, resume: bool = False, checkpoint: str = LAST
    ) -> RunRequest:
        """Return what a run of the present project needs, from that checkpoint of its parent.

        Raises TrainingError when one is under way, there are no data, or the network has errors.
        """
        if self.is_training:
            raise TrainingError(_("A run is under way."), _("Stop it first."))
        return self._asked(parent, resume=resume, checkpoint=checkpoint)

    def _asked(
        self, parent: Path | None, *, resume: bool = False, checkpoint: str = LAST
    ) -> RunRequest:
        """Return what a run of the project as it is needs, now or later."""
        source = self.resolved_source
        if source is None:
            raise TrainingError(
                _("There are no data to train on."), _("Choose some on the Data page.")
            )
        if self.report.errors:
            first = self.report.errors[0]
            raise TrainingError(first.problem, first.remedy)
        return RunRequest(
            graph=self.document.graph,
            source=source,
            plan=self.plan.changed(ticks=self._resolved(self.plan)),
            folder=self.runs_folder,
            parent=parent,
            resume=resume,
            checkpoint=checkpoint,
        )

    def begin(self, request: RunRequest) -> None:
        """Expect the events of a run of `request`."""
        self._expect(request.graph, _past(request))

    def _expect(self, graph: Graph, past: History) -> None:
        """Expect the events of a run of `graph` that has `past` behind it."""
        self.control = Control(attended=True)
        self._heard = ""
        self._ticks = self.plan.ticks
        self._layers = frozenset(path for path, _node in walk(graph))
        self._shown_before = (self.history, self.run_folder)
        self.run_folder = None
        self._enter_state(State.STARTING)
        self._show_history(past)

    def absorb(self, events: Sequence[Event]) -> None:
        """Take in what happened in the run."""
        if not events:
            return
        self.history = (self.history or History()).extend(events)
        control = self.control
        try:
            for event in events:
                if isinstance(event, Started):
                    self._follow_start(event)
                elif isinstance(event, Trouble | Broken | BatchSplit):
                    self.notice.emit(notice_of(event))
                    if waits(event):
                        self.pause()
                elif isinstance(event, Ended):
                    self._finish(event)
        finally:  # a view that fails must not cost the state, nor the other way round
            if self.control is control:  # else one who heard of the end began another run
                self._show_history(self._kept_curves(self.history))
        self._pass_on_refusal()

    def _kept_curves(self, history: History) -> History | None:
        """Return what to show: a run that was refused at its start leaves the one before."""
        if self.is_training or self.run_folder is not None:
            return history
        before, self.run_folder = self._shown_before
        return before

    def pause(self) -> None:
        """Hold the run between two steps; the model stays where it is."""
        if self.state is State.RUNNING:
            self.control.pause()
            self._enter_state(State.PAUSED)

    def resume(self) -> None:
        """Let a held run go on."""
        if self.state is State.PAUSED:
            self.control.resume()
            self._enter_state(State.RUNNING)

    def stop(self) -> None:
        """End the run after this step and save it as it is."""
        if self.is_training:
            self.control.stop()
            self._enter_state(State.STOPPING)

    def finish_early(self) -> None:
        """End the run after this step as if it were complete: evaluated and saved."""
        if self.is_training:
            self.control.finish_early()
            self._enter_state(State.STOPPING)

    def open_run(self, folder: Path) -> bool:
        """Show a run from disk in place of the present one; a notice says if it cannot be read."""
        if self.is_training:
            self.refuse(TrainingError(_("A run is under way."), _("Stop it first.")))
            return False
        try:
            _info, history = store.open_run(folder)
        except StudioError as refusal:
            self.refuse(refusal)
            return False
        self.run_folder = folder
        self._show_history(history)
        return True

    def runs(self) -> tuple[store.RunSummary, ...]:
        """Return the runs of this project, the newest first."""
        return store.list_runs(self.runs_folder)

    def mark_run(self, folder: Path, notes: Notes) -> bool:
        """Give a run a name, tags and a note; a notice says if that cannot be written."""
        try:
            write_notes(folder, notes)
        except StudioError as refusal:
            self.refuse(refusal)
            return False
        self.runs_changed.emit(None)
        return True

    def delete_run(self, folder: Path) -> None:
        """Remove a run from disk."""
        if self.is_training and folder == self.run_folder:
            self.refuse(TrainingError(_("This run is under way."), _("Stop it first.")))
            return
        try:
            store.delete_run(folder)
        except StudioError as refusal:
            self.refuse(refusal)
        if folder == self.run_folder:
            self.run_folder = None
            self._show_history(None)
        self.runs_changed.emit(None)

    def _follow_start(self, started: Started) -> None:
        self.run_folder = self.runs_folder / started.run
        if started.inexact:
            self.notice.emit(Notice(started.inexact, "warning"))
        if self.state is State.STARTING:
            self._enter_state(State.PAUSED if self.control.is_paused else State.RUNNING)
        self.runs_changed.emit(None)

    def _pass_on_refusal(self) -> None:
        """Say why the run did not follow a request, once."""
        refusal = self.control.refusal
        if refusal and refusal != self._heard:
            self.notice.emit(Notice(refusal, "warning"))
        self._heard = refusal

    def _finish(self, ended: Ended) -> None:
        self._enter_state(State.IDLE)
        self._take_along()
        self.runs_changed.emit(None)
        if ended.reason == "failed":
            self.notice.emit(Notice(ended.message, "error"))

    def _follow_frozen(self, change: Change) -> None:
        if not self.is_training:
            return
        before, after = frozen_paths(change.before), frozen_paths(change.after)
        if before != after:
            asked = {**dict.fromkeys(before, False), **after}
            self.control.set_frozen({p: mark for p, mark in asked.items() if p in self._layers})

    def _follow_ticks(self, plan: Plan) -> None:
        """Let a run go by ticks that were changed; other settings count from the next run."""
        if self.is_training and plan.ticks != self._ticks:
            self._ticks = plan.ticks
            self.control.set_ticks(self._resolved(plan))

    def _resolved(self, plan: Plan) -> tuple[Tick, ...]:
        """Return the ticks of a plan, folders of their data taken from that of the project file."""
        return plan.ticks if self.path is None else resolved(plan.ticks, self.path.parent)

    def _forget_run(self, _name: str) -> None:
        """Show no run: the one at hand belongs to the project that was open before."""
        self.run_folder = None
        self._left_behind = None
        self._show_history(None)
        self.runs_changed.emit(None)

    def _enter_state(self, state: State) -> None:
        if state is not self.state:
            self.state = state
            self.state_changed.emit(state)

    def _show_history(self, history: History | None) -> None:
        self.history = history
        self.history_changed.emit(history)


def _past(request: RunRequest) -> History:
    """Return what a resumed run already has behind it."""
    if not request.resume or request.parent is None:
        return History()
    try:
        return store.open_run(request.parent)[1]
    except StudioError:
        return History()
