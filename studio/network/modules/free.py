"""Modules that bring tensors of their own along, the same for every sample."""

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from studio.network.modules.registry import own


@own
class Parameter(nn.Module):
    """Learned numbers of the shape `axes`."""

    def __init__(self, axes: tuple[int, ...], init: str, std: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(axes))
        match init:
            case "zeros":
                nn.init.zeros_(self.weight)
            case "ones":
                nn.init.ones_(self.weight)
            case "xavier_uniform":
                nn.init.xavier_uniform_(self.weight)
            case _:
                nn.init.normal_(self.weight, std=std)

    def forward(self) -> Tensor:
        """Return (1, *axes)."""
        return self.weight[None]


@own
class Constant(nn.Module):
    """Numbers of the shape `axes` that never change; `stored` ones are a buffer."""

    value: Tensor

    def __init__(
        self, *, axes: tuple[int, ...], fill: str, value: float, dtype: str, stored: bool
    ) -> None:
        super().__init__()
        numbers = _filled(axes, fill, value).to(getattr(torch, dtype))
        if stored:
            self.register_buffer("value", numbers)
        else:
            self.value = numbers

    def forward(self) -> Tensor:
        """Return (1, *axes)."""
        return self.value[None]

    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> Any:  # noqa: FBT001, FBT002
        super()._apply(fn, recurse)  # type: ignore[no-untyped-call]
        if "value" not in self._buffers:
            self.value = fn(self.value)  # it moves along, though no file holds it
        return self


def _filled(axes: tuple[int, ...], fill: str, value: float) -> Tensor:
    if fill == "arange":
        return torch.arange(math.prod(axes)).reshape(axes)
    return torch.full(axes, {"zeros": 0.0, "ones": 1.0}.get(fill, value))
