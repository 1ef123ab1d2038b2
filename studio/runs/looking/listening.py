"""How a network is heard while it runs: its pages once more, over the very same weights."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

from torch import Tensor, nn

from studio.network.network import Copies, Network

M = TypeVar("M", bound=nn.Module)


@dataclass(frozen=True)
class Spot:
    """One layer at one time of a pass."""

    path: str
    """"block_1/conv2d_2"."""
    copies: tuple[int, ...]
    """Which copy of each block around it, the outermost first; blocks that are not repeated too."""
    bypassed: bool


Ear = Callable[[Spot, Callable[..., Any], tuple[Tensor, ...]], Any]
"""(where, what would be called there, with what) → what the network goes on with."""


def heard(network: Network, ear: Ear) -> Network:
    """Return the network for one pass, in which `ear` stands between all layers.

    The network itself stays as it is; both hold the same weights.
    """
    return _page(network, _Around("", (), ()), ear)


@dataclass(frozen=True)
class _Around:
    """The blocks around a page."""

    prefix: str
    copies: tuple[int, ...]
    passes: tuple[int, ...]
    """How often each runs on the same weights."""

    def inside(self, name: str, copy: int, passes: int) -> "_Around":
        return _Around(f"{self.prefix}{name}/", (*self.copies, copy), (*self.passes, passes))


def _page(page: Network, around: _Around, ear: Ear) -> Network:
    made = _twin(page)
    steps = []
    for step in page.steps:
        call, bypassed = step.call, step.name in page.detours
        inner = None if bypassed else page._modules.get(step.name)  # noqa: SLF001
        if isinstance(inner, Network | Copies):
            block = _block(inner, step.name, around, ear)
            made.add(step.name, block)
            call = block.run
        teller = _Teller(around, step.name, ear, bypassed=bypassed)
        steps.append(replace(step, call=partial(teller, call)))
    made.steps = tuple(steps)
    return made


def _block(block: Network | Copies, name: str, around: _Around, ear: Ear) -> Network | Copies:
    if isinstance(block, Network):
        return _page(block, around.inside(name, 0, block.passes), ear)
    made = _twin(block)
    for number, copy in enumerate(block):
        made._modules[str(number)] = _page(copy, around.inside(name, number, 1), ear)  # noqa: SLF001
    return made


def _twin(module: M) -> M:
    """Return a module that holds the same children and weights, but may get other children."""
    twin = object.__new__(type(module))
    twin.__dict__.update(module.__dict__)
    twin.__dict__["_modules"] = dict(module._modules)  # noqa: SLF001
    return twin


class _Teller:
    """Tells the ear of one layer, and counts the passes of blocks that share their weights."""

    def __init__(self, around: _Around, name: str, ear: Ear, *, bypassed: bool) -> None:
        self._around, self._path, self._ear = around, around.prefix + name, ear
        self._bypassed, self._calls = bypassed, 0

    def __call__(self, call: Callable[..., Any], *inputs: Tensor) -> Any:
        spot = Spot(self._path, self._copies(), self._bypassed)
        self._calls += 1
        return self._ear(spot, call, inputs)

    def _copies(self) -> tuple[int, ...]:
        found, left = [], self._calls
        for copy, passes in zip(self._around.copies[::-1], self._around.passes[::-1], strict=True):
            found.append(copy + left % passes)
            left //= passes
        return tuple(found[::-1])
