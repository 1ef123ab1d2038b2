"""How losses and answers that lie in several processes become one evaluation."""

from collections.abc import Callable

import torch
from torch import Tensor

from studio.training.judging.evaluation import Evaluation, Tally
from studio.training.objectives.objective import Objective
from studio.training.sharing.team import Team


class SharedTally(Tally):
    """Gathers the share of one process; `result` and `state` are asked of all at once.

    Each holds its part of every loss, and the weights of whole batches.
    """

    def __init__(
        self,
        objective: Objective,
        device: torch.device,
        team: Team,
        own: Callable[[Tensor], Tensor],
    ) -> None:
        super().__init__(objective, device)
        self._team, self._own = team, own

    def add(self, loss: Tensor, answers: Tensor, truth: Tensor) -> None:
        """Take this process's part of a loss and its answers, and the truth of the whole batch."""
        super().add(loss, answers, truth)
        self._truth[-1] = self._own(self._truth[-1])

    def result(self) -> Evaluation:
        """Return loss and metrics of the batches so far, those of all processes."""
        found = Tally(self._objective, self._device)
        found.restore(self.state())
        told: Evaluation = self._team.told(found.result() if self._team.leads else None)
        return told

    def state(self) -> dict[str, Tensor]:
        """Return everything gathered, in the leading process what others gathered too.

        What others know is lost with them: nothing is returned then.
        """
        if self._team.is_broken:
            return {}
        own = {name: value.cpu() for name, value in super().state().items()}
        said = [one for one in self._team.collected(own) if one]
        if not said or not self._team.leads:
            return {}
        return {
            "answers": torch.cat([one["answers"] for one in said]),
            "truth": torch.cat([one["truth"] for one in said]),
            "losses": torch.stack([one["losses"] for one in said]).sum(),
            "weights": said[0]["weights"],
        }

    def restore(self, state: dict[str, Tensor]) -> None:
        """Take up what `state` returned, in the leading process."""
        if self._team.leads:
            super().restore(state)
