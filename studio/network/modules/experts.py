"""Feed-forward parts of which a router chooses a few for each step (arXiv 2401.04088)."""

from collections.abc import Callable, Mapping
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from studio.network.modules.activation import quick_gelu
from studio.network.modules.registry import own

ACTIVATIONS: Mapping[str, Callable[[Tensor], Tensor]] = {
    "relu": F.relu,
    "gelu": F.gelu,
    "gelu_tanh": partial(F.gelu, approximate="tanh"),
    "quick_gelu": quick_gelu,
    "silu": F.silu,
}


class Experts(nn.Module):
    """All experts in stacked tensors: “gate_up_proj” (gate before up) or “up_proj”, “down_proj”."""

    def __init__(
        self, *, number: int, features: int, hidden: int, activation: str, gated: bool, bias: bool
    ) -> None:
        super().__init__()
        self.gated, self.activation = gated, ACTIVATIONS[activation]
        self.up = "gate_up_proj" if gated else "up_proj"
        sides = {self.up: ((1 + gated) * hidden, features), "down_proj": (features, hidden)}
        for name, (rows, columns) in sides.items():
            weight = torch.empty(number, rows, columns)
            # the bounds that torch.nn.Linear draws from
            nn.init.uniform_(weight, -(columns**-0.5), columns**-0.5)
            self.register_parameter(name, nn.Parameter(weight))
        for name, (rows, _columns) in sides.items():
            if bias:
                offset = nn.Parameter(torch.zeros(number, rows))
                self.register_parameter(f"{name}_bias", offset)

    def forward(self, rows: Tensor, counts: list[int]) -> Tensor:
        """Return what each expert makes of its rows, which lie in the order of the experts."""
        inward, outward = self._linears(self.up), self._linears("down_proj")
        found = []
        for at, mine in enumerate(torch.split(rows, counts)):
            if counts[at]:
                x = F.linear(mine, *inward[at])
                if self.gated:
                    gate, x = x.chunk(2, dim=-1)
                    x = self.activation(gate) * x
                else:
                    x = self.activation(x)
                found.append(F.linear(x, *outward[at]))
        return torch.cat(found)

    def _linears(self, name: str) -> list[tuple[Tensor, Tensor | None]]:
        weights = self.get_parameter(name).unbind()
        bias = self._parameters.get(f"{name}_bias")
        offsets = [None] * len(weights) if bias is None else bias.unbind()
        return list(zip(weights, offsets, strict=True))


class SharedExperts(nn.Module):
    """Experts that work on every step, as one that is as wide as all of them."""

    def __init__(
        self, *, features: int, hidden: int, activation: str, gated: bool, bias: bool
    ) -> None:
        super().__init__()
        self.activation = ACTIVATIONS[activation]
        self.gate_proj = nn.Linear(features, hidden, bias=bias) if gated else None
        self.up_proj = nn.Linear(features, hidden, bias=bias)
        self.down_proj = nn.Linear(hidden, features, bias=bias)

    def forward(self, x: Tensor) -> Tensor:
        """Return what they make of samples × … × features."""
        up = self.up_proj(x)
        if self.gate_proj is None:
            inside = self.activation(up)
        else:
            inside = self.activation(self.gate_proj(x)) * up
        answer: Tensor = self.down_proj(inside)
        return answer


@own
class MixtureOfExperts(nn.Module):
    """Adds up what the best rated experts make of each step, weighted by how they are rated."""

    def __init__(  # noqa: PLR0913
        self,
        *,
        features: int,
        num_experts: int,
        top_k: int,
        hidden: int,
        activation: str = "silu",
        gated: bool = True,
        bias: bool = False,
        router_bias: bool = False,
        score: str = "softmax",
        normalize: bool = True,
        shared_experts: int = 0,
    ) -> None:
        super().__init__()
        self.top_k, self.score, self.normalize = top_k, score, normalize
        self.gate = nn.Linear(features, num_experts, bias=router_bias)
        self.experts = Experts(
            number=num_experts,
            features=features,
            hidden=hidden,
            activation=activation,
            gated=gated,
            bias=bias,
        )
        self.shared_experts: SharedExperts | None = None
        if shared_experts:
            self.shared_experts = SharedExperts(
                features=features,
                hidden=shared_experts * hidden,
                activation=activation,
                gated=gated,
                bias=bias,
            )

    def forward(self, x: Tensor) -> Tensor:
        """Return samples × … × features; each step is routed by itself."""
        steps = x.reshape(-1, x.shape[-1])
        shares, chosen = self._routed(steps)
        order = chosen.flatten().argsort(stable=True)
        made = self.experts(steps[order // self.top_k], self._counts(chosen))
        mine = made[order.argsort()].unflatten(0, (-1, self.top_k))
        answer: Tensor = (mine * shares.unsqueeze(-1).to(mine.dtype)).sum(dim=1).view(x.shape)
        return answer if self.shared_experts is None else answer + self.shared_experts(x)

    def _routed(self, steps: Tensor) -> tuple[Tensor, Tensor]:
        """Return the shares and the numbers of the chosen experts, steps × chosen."""
        rated = self.gate(steps).float()
        rated = rated.sigmoid() if self.score == "sigmoid" else rated.softmax(dim=-1)
        shares, chosen = rated.topk(self.top_k, dim=-1)
        if self.normalize:
            shares = shares / shares.sum(dim=-1, keepdim=True)
        return shares, chosen

    def _counts(self, chosen: Tensor) -> list[int]:
        """Return how many rows each expert gets."""
        experts = self.gate.out_features
        if chosen.is_meta:  # holds no numbers, so that one split is as good as another
            rows, more = divmod(chosen.numel(), experts)
            return [rows + (at < more) for at in range(experts)]
        counts: list[int] = torch.bincount(chosen.flatten(), minlength=experts).tolist()
        return counts
