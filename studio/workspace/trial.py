"""What the network is asked at the moment, so that others can look at it while it answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from studio.datasets.dataset import Array
from studio.runs.resuming import LAST
from studio.signals import Signal
from studio.workspace.caution import Cautious


@dataclass(frozen=True, eq=False)
class Trial:
    """One sample that a run is asked about."""

    run: Path
    """The run that is asked."""
    inputs: Mapping[str, Array]
    """One sample for each Input by its name, as the data source prepares it: [*axes], without the
    axis of the batch, not normalized.
    """
    name: str = ""
    """What it is called: "drawing", a file, the text."""
    answer: str = ""
    """What the network said of it, for people."""
    checkpoint: str = LAST
    """Which weights of the run were asked."""


class Trying(Cautious):
    """The run at hand, with the sample that it is asked about."""

    def __init__(self) -> None:
        super().__init__()
        self.trial: Trial | None = None
        self.trial_changed: Signal[Trial | None] = Signal()
        self.history_changed.connect(lambda _history: self._forget_trial())

    def try_out(self, trial: Trial | None) -> None:
        """Show what is asked now, or that nothing is."""
        if trial is not self.trial:
            self.trial = trial
            self.trial_changed.emit(trial)

    def _forget_trial(self) -> None:
        """Show no sample of another run."""
        if self.trial is not None and self.trial.run != self.run_folder:
            self.try_out(None)
