"""The last state in which all was well, and the losses since, which guards look at.

It goes into checkpoints, so that a run that was cut goes back to where the whole one would.
"""

import torch
from torch import Tensor

from studio.training.checkpoints.checkpoint import Checkpoint
from studio.training.footing.losses import Losses
from studio.training.sharing.alone import Sharing


class Footing:
    """The last good state, when the next one is due, and the losses on the way there."""

    def __init__(self, sharing: Sharing) -> None:
        self._sharing = sharing
        self.good: Checkpoint | None = None
        """The last state in which all was well; None before the first."""
        self.due = 0
        """The step before which the next one is to be kept."""
        self.losses = Losses()
        self.recent: list[tuple[int, Tensor]] = []
        """Steps made since somebody looked at the losses, each with its own."""

    def seen(self) -> list[tuple[int, float]]:
        """Return the recent steps with the losses of all processes, which ask at the same time.

        Waits for the device.
        """
        if not self.recent:
            return []
        steps, losses = zip(*self.recent, strict=True)
        found: list[float] = self._sharing.total(torch.stack(losses)).tolist()
        return list(zip(steps, found, strict=True))

    def state(self) -> dict[str, Tensor]:
        """Return the losses, to the bit, by names that begin with "losses."; as `seen`."""
        seen = torch.tensor(self.seen(), dtype=torch.float64).reshape(-1, 2)
        return {"losses.recent": seen, "losses.good": self.losses.state()}

    def beside(self, step: int, ticks: object) -> Checkpoint | None:
        """Return the good state that a checkpoint of `step` must bring along, if it needs one.

        It needs none if it is that state itself, after the same `ticks`, or about to become one.
        """
        if self.good is None or (self.due <= step and not self.recent):
            return None
        is_here = self.good.step == step and self.good.facts["ticks"] == ticks
        return None if is_here else self.good

    def take_up(self, start: Checkpoint, device: torch.device) -> None:
        """Know what a run knew at `start`; checkpoints of earlier versions tell nothing of it."""
        self.due = int(start.facts.get("good_due", start.step))
        self.good = start.good or (start if self.due > start.step else None)
        if "losses.good" in start.state:
            self.losses.take_up(start.state["losses.good"])
            # the sum over all processes is to be what it was
            share = 1.0 if self._sharing.leads else 0.0
            self.recent = [
                (int(step), torch.tensor(share * loss, dtype=torch.float32, device=device))
                for step, loss in start.state["losses.recent"].tolist()
            ]
