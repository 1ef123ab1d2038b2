"""How a network runs faster with the same results: another order and another memory layout.

Rewrites, none of which changes what is computed beyond the rounding of sums:

- a ReLU whose only reader is a max-pool moves behind it: the larger of two numbers stays larger,
  and the ReLU then sees a fraction of the numbers;
- pictures and kernels lie channels-last in memory, for which processors have the faster kernels;
- a Flatten of such pictures followed only by Linear layers keeps that order, and the (much smaller)
  weights are read in it instead;
- recurrent and attention layers run in code of our own where that is faster.

Parameters keep their identity, shape and order of elements throughout, so checkpoints, gradients
and freezing see the plain network.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional

from studio.network.attending import FastAttention
from studio.network.modules.padded import PaddedGRU, PaddedOneBiasGRU
from studio.network.network import Network
from studio.network.passing import unwrapped
from studio.network.program import Step, handed_on
from studio.network.unrolling import FastGru, FastPaddedGru

_MAX_POOLS = frozenset({"max_pool1d", "max_pool2d", "max_pool3d"})


@contextlib.contextmanager
def streamlined(network: Network, batch_size: int, *, channels_last: bool) -> Iterator[Network]:
    """Let `network` run in the faster order inside the `with` block, in the plain one after it."""
    pages = [module for module in network.modules() if isinstance(module, Network)]
    plain = [(page, page.steps) for page in pages]
    channels_last = channels_last and any(isinstance(m, nn.Conv2d) for m in network.modules())
    try:
        for page in pages:
            page.steps = tuple(_rewritten(page, step) for step in _relu_behind_pool(page))
            if channels_last:
                page.steps = tuple(map(_take_channels_last, page.steps))
                page.steps = _flatten_channels_last(page, batch_size)
            page.steps = tuple(map(_direct, page.steps))
        if channels_last:
            _lay_out(network, torch.channels_last)
        yield network
    finally:
        for page, steps in plain:
            page.steps = steps
        if channels_last:
            _lay_out(network, torch.contiguous_format)


def _rewritten(page: Network, step: Step) -> Step:
    """Let a layer be computed by faster code of our own, where there is some."""
    module, call = _module(step), step.call
    if isinstance(module, nn.GRU) and isinstance(call, partial):
        is_padded = isinstance(module, PaddedGRU | PaddedOneBiasGRU)
        fast = (FastPaddedGru if is_padded else FastGru)(module)
        arguments = (*call.args[:-1], fast)
        return replace(step, call=partial(call.func, *arguments, **call.keywords))
    if isinstance(module, nn.MultiheadAttention) and _looks_at_itself(step, module):
        causal = page.graph[step.name].layer.values()["causal"]
        return replace(step, call=FastAttention(module, causal=causal))
    return step


def _looks_at_itself(step: Step, module: nn.MultiheadAttention) -> bool:
    return len(step.sources) == 1 and FastAttention.suits(module)


def _direct(step: Step) -> Step:
    """Let a layer that is one function be called without what is around it."""
    module = _module(step)
    if type(module) is nn.Linear:
        weights = {"weight": module.weight, "bias": module.bias}
        return replace(step, call=partial(functional.linear, **weights))
    if type(module) is nn.ReLU:
        return replace(step, call=torch.relu)
    if type(module) is nn.GroupNorm:
        return replace(step, call=partial(_group_normed, module))
    if type(module) is nn.Identity:
        return replace(step, call=handed_on)
    return replace(step, call=unwrapped(step.call))


def _group_normed(norm: nn.GroupNorm, x: Tensor) -> Tensor:
    """Normalize pictures behind frozen layers as well, whatever their layout.

    torch's kernel for channels-last dies on processors where weights want a gradient and `x` none.
    """
    learns = torch.is_grad_enabled() and not x.requires_grad
    found: Tensor = norm(x.contiguous() if learns else x)
    return found


def _module(step: Step) -> nn.Module | None:
    """Return the module that a step does nothing but call, if nobody listens to its calls."""
    if not isinstance(step.call, partial) or not step.call.args:
        return None
    module = step.call.args[-1]
    if not isinstance(module, nn.Module) or module._forward_hooks or module._forward_pre_hooks:  # noqa: SLF001
        return None
    return module


def _lay_out(network: Network, memory_format: torch.memory_format) -> None:
    for parameter in network.parameters():
        if parameter.ndim == 4:
            parameter.data = parameter.data.to(memory_format=memory_format)
            parameter.grad = None


def _readers(steps: tuple[Step, ...], name: str) -> list[Step]:
    return [step for step in steps if any(source == name for source, _output in step.sources)]


def _relu_behind_pool(page: Network) -> tuple[Step, ...]:
    """Swap each ReLU with the max-pool that alone reads it; values and gradients stay equal.

    Where the largest number of a window is positive it is chosen either way, and where it is not
    the ReLU lets no gradient through either way.
    """
    steps = page.steps
    found = list(steps)
    for index, step in enumerate(steps):
        readers = _readers(steps, step.name)
        if step.key != "relu" or len(readers) != 1 or not _is_plain_pool(page, readers[0]):
            continue
        if page.switchable & {step.name, readers[0].name}:
            continue
        pool = readers[0]
        # the ReLU takes the pool's name, so that the readers of the pool find its result
        found[index] = replace(pool, name=step.name, sources=step.sources)
        behind = replace(step, name=pool.name, sources=((step.name, 0),), call=_relu_in_place)
        found[steps.index(pool)] = behind
    return tuple(found)


def _is_plain_pool(page: Network, step: Step) -> bool:
    """Whether a step is a max-pool each of whose windows holds a number of the picture.

    Padding is at most half of a window, so that only the gaps of a dilated one can skip the picture
    and answer with minus infinity, which a ReLU behind the pool would hide.
    """
    if step.key not in _MAX_POOLS:
        return False
    settings = page.graph[step.name].layer.values()
    padded, dilated = (_largest(settings[name]) for name in ("padding", "dilation"))
    return padded == 0 or dilated == 1


def _largest(sides: int | tuple[int, ...]) -> int:
    return max(sides) if isinstance(sides, tuple | list) else sides


def _relu_in_place(x: Tensor) -> Tensor:
    return functional.relu(x, inplace=True)


def _take_channels_last(step: Step) -> Step:
    return replace(step, call=_channels_last) if step.key == "input" else step


def _channels_last(x: Tensor) -> Tensor:
    return x.contiguous(memory_format=torch.channels_last) if x.ndim == 4 else x


def _flatten_channels_last(page: Network, batch_size: int) -> tuple[Step, ...]:
    found = {step.name: step for step in page.steps}
    for step in page.steps:
        readers = _linear_readers(page, step)
        # reading the weights in another order has to cost less than copying the pictures
        if not readers or 2 * sum(linear.out_features for linear in readers.values()) > batch_size:
            continue
        kept = _Kept(page.graph[step.name].layer.values()["end_dim"])
        found[step.name] = replace(step, call=kept)
        for name, linear in readers.items():
            call = partial(_linear_channels_last, linear, kept)
            found[name] = replace(found[name], call=call)
    return tuple(found.values())


def _linear_readers(page: Network, step: Step) -> dict[str, nn.Linear]:
    """Return the Linear layers that read a flattened picture, if nobody else does."""
    layer = page.graph[step.name].layer if step.name in page.graph else None
    settings = layer.values() if layer is not None and step.key == "flatten" else {}
    if settings.get("start_dim") != 1 or settings.get("end_dim") not in {-1, 3}:
        return {}
    names = [reader.name for reader in _readers(page.steps, step.name)]
    modules = {name: module for name, module in page.named_children() if name in names}
    linears = {name: module for name, module in modules.items() if isinstance(module, nn.Linear)}
    return linears if len(linears) == len(names) else {}


class _Kept:
    """Flattens pictures in the order of memory, and remembers their axes for the weights."""

    def __init__(self, end: int) -> None:
        self._end = end
        self.axes: tuple[int, ...] = ()

    def __call__(self, x: Tensor) -> Tensor:
        self.axes = tuple(x.shape[1:])
        return x.permute(0, 2, 3, 1).flatten(1) if x.ndim == 4 else x.flatten(1, self._end)


def _linear_channels_last(linear: nn.Linear, kept: _Kept, x: Tensor) -> Tensor:
    if len(kept.axes) != 3:
        return functional.linear(x, linear.weight, linear.bias)
    pictures = linear.weight.view(-1, *kept.axes)
    weight = pictures.permute(0, 2, 3, 1).flatten(1)
    return functional.linear(x, weight, linear.bias)
