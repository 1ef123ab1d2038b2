"""What large weights cost: L1 of the whole plan, and L1 and L2 of single layers."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from studio.errors import TrainingError
from studio.network.network import Network
from studio.setting import nearest
from studio.training.plan import Plan
from studio.training.stepping.roles import weights
from studio.wording import _


@dataclass(frozen=True)
class _Cost:
    l1: float
    l2: float
    parameters: list[nn.Parameter]


class Penalties:
    """Adds to a loss what the plan asks for; only weights that train cost anything.

    Raises TrainingError for a penalty of a layer that does not exist or has no weights.
    """

    def __init__(self, network: Network, plan: Plan) -> None:
        everywhere = weights(network)
        self._costs = [_Cost(plan.l1, 0.0, everywhere)] if plan.l1 else []
        inside = {id(parameter) for parameter in everywhere}
        for penalty in plan.penalties:
            found = [p for p in _parameters(network, penalty.layer) if id(p) in inside]
            if not found:
                raise _nothing(network, penalty.layer)
            self._costs.append(_Cost(penalty.l1, penalty.l2, found))

    @property
    def is_empty(self) -> bool:
        """Whether nothing costs anything."""
        return not self._costs

    def added(self, loss: Tensor) -> Tensor:
        """Return the loss with all penalties: l1 Σ|w| + l2 Σw² / 2."""
        for cost in self._costs:
            moving = [weight for weight in cost.parameters if weight.requires_grad]
            if cost.l1 and moving:
                loss = loss + cost.l1 * torch.stack([w.abs().sum() for w in moving]).sum()
            if cost.l2 and moving:
                loss = loss + cost.l2 / 2 * torch.stack([w.square().sum() for w in moving]).sum()
        return loss


def _parameters(network: Network, path: str) -> list[nn.Parameter]:
    found = {
        id(parameter): parameter
        for name, modules in network.layers().items()
        if name == path or name.startswith(f"{path}/")
        for module in modules
        for parameter in module.parameters()
    }
    return list(found.values())


def _nothing(network: Network, path: str) -> TrainingError:
    return TrainingError(
        _("The plan has a penalty for {layer}, which is no layer with weights.").format(
            layer=path or "–"
        ),
        nearest(path, network.layers()) or _("Name a layer by its path: block_1/conv2d_2."),
    )
