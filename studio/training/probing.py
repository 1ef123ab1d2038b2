"""Whether network, data and losses suit each other, tried with two samples beforehand."""

from collections.abc import Callable, Iterator
from typing import Protocol

import torch
from torch import Tensor

from studio.errors import TrainingError
from studio.network.network import Network
from studio.training.course.folding import Stretch
from studio.training.course.staging import staged
from studio.training.data.augment import require_pictures
from studio.training.data.batches import DeviceData
from studio.training.freezing import Freezing
from studio.training.objectives.objective import Objective
from studio.training.plan import Plan
from studio.training.reach import reached
from studio.training.ticks.actions import SwitchAugmentation, SwitchLoss
from studio.wording import _

Batch = tuple[Tensor, Tensor]


class Trial(Protocol):
    """What is to be trained."""

    network: Network
    data: DeviceData
    freezing: Freezing
    objective: Objective


def probed(trial: Trial, samples: Batch, wanted: Iterator[Objective]) -> frozenset[torch.Tensor]:
    """Return the parameters that lead to a target, frozen or not, by running two samples.

    `wanted` are all losses of the run. Raises TrainingError for what cannot work.
    """
    x, y = samples
    if len(trial.network.inputs) != 1:
        raise TrainingError(
            _("The data feed one input, but the network has {count}.").format(
                count=len(trial.network.inputs)
            ),
            _("Leave one Input layer."),
        )
    trial.network.eval()
    with trial.freezing.gradients_everywhere():
        outputs = trial.network(x)
        for objective in wanted:
            objective.check(outputs, y)
        return reached(outputs[target.output] for target in trial.objective.targets)


def objectives(
    first: Objective, plan: Plan, made: Callable[[Plan], Objective], axes: int
) -> Iterator[Objective]:
    """Yield what a run makes small, at its start and after every tick that says otherwise.

    `made` gives the objective of a plan; `axes` are those of a sample, for augmentations that want
    pictures. Raises TrainingError for what does not suit the data.
    """
    yield first
    for tick in plan.ticks:
        for action in tick.actions:
            if isinstance(action, SwitchLoss):
                yield made(staged(plan, Stretch(0, losses={action.output: action.loss})))
            elif isinstance(action, SwitchAugmentation):
                require_pictures(action.augment, axes)
