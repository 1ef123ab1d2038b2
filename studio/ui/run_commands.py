"""How runs are started and held from the window."""

from pathlib import Path

from studio.errors import StudioError, TrainingError
from studio.signals import Signal
from studio.ui.services import Services
from studio.wording import _
from studio.workspace import State


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
        """Hold the run, or let it go on."""
        if self._workspace.state is State.PAUSED:
            self._workspace.resume()
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

    def _begin(self, parent: Path | None) -> None:
        try:
            request = self._workspace.run_request(parent)
        except StudioError as refusal:
            self._workspace.refuse(refusal)
            self.refused.emit(None)
            return
        self._training.start(request)
