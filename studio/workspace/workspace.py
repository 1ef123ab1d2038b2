"""All the open work, with runs that go on by themselves and runs that wait for their turn."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from studio.errors import StudioError, TrainingError
from studio.runs.history import History
from studio.runs.info import read_info
from studio.runs.isolated import Living, require_living, running
from studio.runs.isolated.deaths import resumable_step
from studio.runs.lock import holder
from studio.runs.request import RunRequest
from studio.runs.resuming import LAST
from studio.training.events import Event
from studio.wording import _
from studio.workspace.editing import Notice
from studio.workspace.queue import Entry, RunQueue
from studio.workspace.session import State
from studio.workspace.trial import Trying


class Workspace(Trying):
    """The project, the run it is in, the runs that go on alone, and those still to come."""

    def __init__(self) -> None:
        super().__init__()
        self.is_isolating = False
        """Whether new runs get a process of their own."""
        self.queue = RunQueue()
        self.can_leave = False
        """Whether the run at hand has a process of its own, and goes on if it is left alone."""
        self.opened.connect(self._open_queue)

    def run_request(
        self, parent: Path | None = None, *, resume: bool = False, checkpoint: str = LAST
    ) -> RunRequest:
        """Return what a run of the present project needs; see `Session.run_request`."""
        asked = super().run_request(parent, resume=resume, checkpoint=checkpoint)
        return replace(asked, isolated=self.is_isolating)

    def begin(self, request: RunRequest) -> None:
        """Expect the events of a run of `request`."""
        self.can_leave = request.isolated
        super().begin(request)

    def absorb(self, events: Sequence[Event]) -> None:
        """Take in what happened in the run."""
        if not self.is_training and self.control.is_left:
            return  # what was on its way when the run was left alone
        for event in events:
            self.queue.follow(event)
        super().absorb(events)

    def stop(self) -> None:
        """End the run after this step and save it; runs that wait go on waiting."""
        self.queue.hold()
        super().stop()

    def leave_run(self) -> bool:
        """Let the run go on by itself and follow it no longer; False if it cannot do that.

        It can be found again with `attach`, in this program or the next one.
        """
        if not self.is_training or not self.can_leave or self.state is State.STOPPING:
            return False
        self.queue.hold()
        self.control.leave()
        self._enter_state(State.IDLE)
        self.runs_changed.emit(None)
        self.notice.emit(Notice(_("The run goes on by itself; find it again under Runs.")))
        return True

    def living_runs(self) -> tuple[Living, ...]:
        """Return the runs of this project that a process of their own is writing."""
        return running(self.runs_folder)

    def attach(self, folder: Path) -> bool:
        """Expect the events of a run that goes on by itself; a notice says if there is none."""
        try:
            if self.is_training:
                raise TrainingError(_("A run is under way."), _("Stop it first."))
            require_living(folder)
            info = read_info(folder)
        except StudioError as refusal:
            self.refuse(refusal)
            return False
        self.can_leave = True
        self._expect(info.graph, History())
        return True

    @property
    def interrupted_run(self) -> Path | None:
        """The run that is shown, if it broke off and can go on from a checkpoint."""
        history, folder = self.history, self.run_folder
        if self.is_training or folder is None or history is None:
            return None
        broke_off = history.ended is None or history.ended.reason == "failed"
        if not broke_off or resumable_step(folder) is None or holder(folder):
            return None
        return folder

    def enqueue(self, name: str = "", parent: Path | None = None) -> Entry | None:
        """Queue a run of the project as it is now; a notice says if that cannot be."""
        try:
            asked = self._asked(parent)
            return self.queue.add(asked, name or self.name)
        except StudioError as refusal:
            self.refuse(refusal)
            return None

    def change_queue(self, change: Callable[[RunQueue], object]) -> bool:
        """Use a verb of the queue; a refusal becomes a notice and returns False."""
        try:
            change(self.queue)
        except StudioError as refusal:
            self.refuse(refusal)
            return False
        return True

    def _open_queue(self, _name: str) -> None:
        self.change_queue(lambda queue: queue.open(self.runs_folder))

    def _went_along(self, renamed: Mapping[str, str]) -> None:
        self.change_queue(lambda queue: queue.move_to(self.runs_folder, renamed))
