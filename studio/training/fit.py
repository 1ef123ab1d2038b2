"""How many samples are computed at a time: as the plan wants it, or fewer where memory ran out."""

from collections.abc import Mapping

from studio.training.plan import Plan
from studio.training.stepping.step import Stepper


def judged_at_once(plan: Plan) -> int:
    """Return how many samples the plan lets be evaluated at a time."""
    return max(plan.batch_size // plan.accumulate, 64)


class Fit:
    """What of a batch is computed at once; goes into checkpoints, since it decides on roundings."""

    def __init__(self, plan: Plan, stepper: Stepper) -> None:
        self._plan, self._stepper = plan, stepper
        self.judged = judged_at_once(plan)
        """Samples in each piece of an evaluation."""
        self.remembers = plan.cache_features == "auto"
        """Whether what a frozen beginning of the network says may take memory."""

    def written(self) -> dict[str, int]:
        """Return the JSON form."""
        return {
            "parts": self._stepper.parts,
            "judged": self.judged,
            "remembers": int(self.remembers),
        }

    def take_up(self, values: Mapping[str, int]) -> None:
        """Cut batches as finely as a run did that ran out of memory; more, if the plan says so."""
        self._stepper.parts = max(values.get("parts", 1), self._plan.accumulate)
        self.judged = min(values.get("judged", self.judged), judged_at_once(self._plan))
        self.remembers = bool(values.get("remembers", 1)) and self._plan.cache_features == "auto"
