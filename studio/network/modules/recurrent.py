"""Recurrent layers with one vector of offsets for each level and direction, as Keras' LSTM has."""

from collections.abc import Callable
from typing import Any, Self

import torch
from torch import Tensor, nn

from studio.network.modules.registry import own


class _OneBias(nn.RNNBase):
    """Replaces the second vector of offsets by zeros, which are neither trained nor saved."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        for name in [name for name in self._parameters if name.startswith("bias_hh")]:
            size = self._parameters.pop(name).shape  # type: ignore[union-attr]
            # torch's list of weights follows what is set as an attribute
            setattr(self, name, torch.zeros(size))

    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> Self:  # noqa: FBT001, FBT002
        """Take the zeros along wherever the weights go."""
        for name in [name for name in self.__dict__ if name.startswith("bias_hh")]:
            self.__dict__[name] = torch.zeros_like(fn(self.__dict__[name]))
        super()._apply(fn, recurse)  # type: ignore[no-untyped-call]
        return self


@own
class RNN(_OneBias, nn.RNN):
    """torch.nn.RNN without the second vector of offsets."""


@own
class GRU(_OneBias, nn.GRU):
    """torch.nn.GRU without the second vector of offsets; the reset gate acts after the product."""


@own
class LSTM(_OneBias, nn.LSTM):
    """torch.nn.LSTM without the second vector of offsets."""
