"""How small chains of Linear and ReLU layers learn with few calls: their gradients spelled out.

For such networks torch's own search for gradients takes as long as the arithmetic. The same kernels
are called here on the same numbers, so that losses and gradients are the same bits.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from studio.network.features import Inputs
from studio.network.network import Network
from studio.training.stepping.step import Stepper

_nll = torch.ops.aten.nll_loss_forward.default
_nll_gradient = torch.ops.aten.nll_loss_backward.default
_softmax_gradient = torch.ops.aten._log_softmax_backward_data.default  # noqa: SLF001
_relu_gradient = torch.ops.aten.threshold_backward.default
_MEAN, _NOTHING = 1, -100
"""What the kernels call a mean, and the class that is no answer."""


@dataclass(frozen=True)
class _Layer:
    weight: Tensor
    bias: Tensor | None
    is_rectified: bool = False


class Derived:
    """Leaves the gradients of a batch at the parameters of a chain; others learn as always."""

    trouble = ""

    def __init__(self, network: Network, stepper: Stepper) -> None:
        self._network, self._stepper = network, stepper
        self._learned = stepper.learn
        self._one = torch.ones(())
        self._layers: Sequence[_Layer] | None = None
        self._first = 0

    def renew(self, size: int, what: object) -> None:
        """Look anew what learns."""
        del size, what
        self._layers = None

    def drop(self) -> None:
        """Let go of nothing: all lies where it lies without this."""

    def __call__(self, x: Inputs, y: Tensor) -> tuple[Tensor, Tensor]:
        """Return the mean loss and the answers of a batch."""
        if self._layers is None:
            self._layers = self._found()
        if not self._layers or not isinstance(x, Tensor) or x.ndim != 2 or y.ndim != 1:
            return self._learned(x, y)
        with torch.no_grad():
            return self._learned_by(self._layers, x, y)

    def _learned_by(self, layers: Sequence[_Layer], x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        read = []
        for layer in layers:
            read.append(x)
            x = functional.linear(x, layer.weight, layer.bias)
            if layer.is_rectified:
                x = torch.relu(x)
        logs = torch.log_softmax(x, 1)
        loss, total = _nll(logs, y, None, _MEAN, _NOTHING)
        down = _nll_gradient(self._one, logs, y, None, _MEAN, _NOTHING, total)
        down = _softmax_gradient(down, logs, 1, torch.float32)
        for index in range(len(layers) - 1, self._first - 1, -1):
            layer = layers[index]
            if layer.weight.requires_grad:
                layer.weight.grad = down.t().mm(read[index])
            if layer.bias is not None and layer.bias.requires_grad:
                layer.bias.grad = down.sum(0)
            if index > self._first:
                down = down.mm(layer.weight)
                if layers[index - 1].is_rectified:
                    down = _relu_gradient(down, read[index], 0)
        return loss, self._stepper.objective.answers({self._network.outputs[0]: x})

    def _found(self) -> Sequence[_Layer]:
        """Return the layers if the network is such a chain and learns by plain cross-entropy."""
        layers = _chain(self._network.chain or ())
        members = [p for layer in layers for p in (layer.weight, layer.bias) if p is not None]
        if not all(map(_is_plain, members)) or len({id(p) for p in members}) < len(members):
            return ()
        if not self._stepper.objective.is_plain or self._stepper.is_penalized:
            return ()
        learning = [
            index
            for index, layer in enumerate(layers)
            if layer.weight.requires_grad or (layer.bias is not None and layer.bias.requires_grad)
        ]
        self._first = learning[0] if learning else 0
        return layers if learning else ()


def _is_plain(parameter: Tensor) -> bool:
    """Whether nobody but the optimizer waits for the gradient of an ordinary parameter."""
    listening = parameter._backward_hooks or parameter._post_accumulate_grad_hooks  # noqa: SLF001
    return type(parameter) is nn.Parameter and parameter.dtype is torch.float32 and not listening


def _chain(calls: Sequence[Callable[..., Any]]) -> Sequence[_Layer]:
    """Return the layers of a chain of calls; nothing if any of them is something else."""
    found: list[_Layer] = []
    for call in calls:
        if isinstance(call, partial) and call.func is functional.linear and not call.args:
            found.append(_Layer(call.keywords["weight"], call.keywords["bias"]))
        elif call is torch.relu and found and not found[-1].is_rectified:
            found[-1] = _Layer(found[-1].weight, found[-1].bias, is_rectified=True)
        else:
            return ()
    return found
