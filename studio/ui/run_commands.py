"""How runs are started and held from the window."""

from pathlib import Path

from studio.errors import StudioError, TrainingError
from studio.signals import Signal
from studio.ui.services import Services
from studio.wording import _
from studio.workspace import Notice, State


class RunCommands:
    """The verbs of the Run menu."""

    def __init__(self, services: Services) -> None:
        self._workspace = services.workspace
        self._training = services.training
        self.refused: Signal[None] = Signal()
        """No run began, for a reason that a notice says."""

    def start(self) -> None:
        """Train the network from fresh weights; a held run goes on instead."""
        if self._workspace.state is State.PAUSED:
            self._workspace.resume()
        elif self._workspace.is_training:
            self._workspace.pause()
        else:
            self._begin(parent=None)

    def pause_or_resume(self) -> None:
        """Hold the run, or let it go on, from its last checkpoint if it broke off."""
        if self._workspace.state is State.PAUSED:
            self._workspace.resume()
        elif self._workspace.state is State.IDLE:
            self._training.go_on()
        else:
            self._workspace.pause()

    def train_again(self) -> None:
        """Start a run from the weights of the one that is shown."""
        folder = self._workspace.run_folder
        if folder is None:
            self._workspace.refuse(
                TrainingError(_("There is no run to start from."), _("Train once, or open a run."))
            )
        else:
            self._begin(parent=folder)

    def enqueue(self) -> None:
        """Let the work as it is now wait for its turn."""
        entry = self._workspace.enqueue()
        if entry is None:
            self.refused.emit(None)
            return
        waiting = len(self._workspace.queue.waiting)
        said = (
            _("{name} waits in the queue on the Train page.")
            if waiting == 1
            else _("{name} waits in the queue on the Train page, as number {place}.")
        )
        self._workspace.notice.emit(Notice(said.format(name=entry.name, place=waiting)))

    def leave(self) -> None:
        """Follow a run no longer that has a process of its own; it goes on."""
        if self._workspace.can_leave and self._workspace.is_training:
            self._training.shut_down(lambda: None, leave=True)

    def _begin(self, parent: Path | None) -> None:
        try:
            request = self._workspace.run_request(parent)
        except StudioError as refusal:
            self._workspace.refuse(refusal)
            self.refused.emit(None)
            return
        self._training.start(request)
