"""Whether network, data and losses suit each other, tried with two samples beforehand."""

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

import torch

from studio.network.network import Network
from studio.training.choices.augmentations import Augmentation
from studio.training.course.folding import Stretch
from studio.training.course.staging import staged
from studio.training.data.batches import Batch, DeviceData
from studio.training.freezing import Freezing
from studio.training.objectives.objective import Objective
from studio.training.plan import Plan
from studio.training.reach import reached
from studio.training.ticks.actions import SwitchAugmentation, SwitchLoss


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
    trial.network.eval()
    with trial.freezing.gradients_everywhere():
        outputs = trial.network(x)
        for objective in wanted:
            objective.check(outputs, y)
        return reached(outputs[target.output] for target in trial.objective.targets)


def objectives(
    first: Objective,
    plan: Plan,
    made: Callable[[Plan], Objective],
    suited: Callable[[Sequence[Augmentation]], None],
) -> Iterator[Objective]:
    """Yield what a run makes small, at its start and after every tick that says otherwise.

    `made` gives the objective of a plan, `suited` refuses augmentations. Raises TrainingError for
    what does not suit the data.
    """
    yield first
    for tick in plan.ticks:
        for action in tick.actions:
            if isinstance(action, SwitchLoss):
                yield made(staged(plan, Stretch(0, losses={action.output: action.loss})))
            elif isinstance(action, SwitchAugmentation):
                suited(action.augment)
