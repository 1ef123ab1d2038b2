"""How a network runs: its nodes one after the other, each fed by the wires that reach it."""

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from torch import Tensor, nn

from studio.graph.model import Graph
from studio.network.features import Features
from studio.network.recomputing import recomputed, wanted

Key = tuple[str, int]
"""A node and which of its outputs."""


@dataclass(frozen=True)
class Step:
    """One node at work: what it calls, on which values."""

    name: str
    call: Callable[..., Any]
    sources: tuple[Key, ...]
    key: str
    """The type of the layer: "conv2d"."""
    spent: tuple[Key, ...] = ()
    """Values that nobody reads after this step, to be let go."""


def frugal(steps: Iterable[Step], outputs: Sequence[str]) -> tuple[Step, ...]:
    """Return the steps, each knowing which values are spent after it."""
    kept = {(name, 0) for name in outputs}
    found: list[Step] = []
    for step in reversed(tuple(steps)):
        spent = tuple(dict.fromkeys(key for key in step.sources if key not in kept))
        kept.update(spent)
        found.append(replace(step, spent=spent))
    return tuple(reversed(found))


class Network(nn.Module):
    """The nodes of one page as modules named by their ids; blocks are networks inside."""

    graph: Graph
    steps: tuple[Step, ...]
    inputs: tuple[str, ...]
    """Ids of the Input nodes, in the order in which `forward` takes their tensors."""
    outputs: tuple[str, ...]
    """Ids of the Output nodes."""
    multiply_adds: int
    """For one sample."""
    passes: int
    """How often the outputs go in again: more than once where copies share their weights."""
    recomputes: bool
    """Whether each pass is computed again for the backward pass instead of being kept."""
    switchable: frozenset[str]
    """Nodes that may be left out for a while."""
    detours: dict[str, Callable[..., Any]]
    """What nodes that are left out now call otherwise."""

    def __init__(self, graph: Graph, inputs: Sequence[str], outputs: Sequence[str]) -> None:
        super().__init__()
        self.graph = graph
        self.inputs, self.outputs = tuple(inputs), tuple(outputs)
        self.steps = ()
        self.multiply_adds = 0
        self.passes = 1
        self.recomputes = False
        self.switchable = frozenset()
        self.detours = {}

    def forward(self, *inputs: Any) -> dict[str, Tensor]:
        """Return every output by the id of its node; tensors carry the batch axis first.

        Features of a batch stand for its samples.
        """
        if inputs and isinstance(inputs[0], Features):
            return inputs[0].finished()
        return dict(zip(self.outputs, self.run(*inputs), strict=True))

    def run(self, *inputs: Tensor) -> tuple[Tensor, ...]:
        """Return the outputs in the order of the Output nodes."""
        results = self._passed(*inputs)
        for _pass in range(self.passes - 1):
            results = self._passed(*results, *inputs[len(results) :])
        return results

    def _passed(self, *inputs: Tensor) -> tuple[Tensor, ...]:
        if self.recomputes and wanted(self):
            return recomputed(self, self._once, *inputs)
        return self._once(*inputs)

    def _once(self, *inputs: Tensor) -> tuple[Tensor, ...]:
        values: dict[Key, Tensor] = {}
        arriving = iter(inputs)
        for step in self.steps:
            if step.name in self.inputs:
                result = step.call(next(arriving))
            else:
                result = step.call(*[values[key] for key in step.sources])
            if isinstance(result, tuple):
                values |= {(step.name, index): item for index, item in enumerate(result)}
            else:
                values[step.name, 0] = result
            for key in step.spent:
                values.pop(key, None)
        return tuple(values[name, 0] for name in self.outputs)

    def __setattr__(self, name: str, value: Any) -> None:
        """Set an attribute of the page itself, even if a node bears its name (see `add`)."""
        object.__setattr__(self, name, value)

    def add(self, name: str, module: nn.Module) -> None:
        """Hold `module` under the id of its node, whatever torch's own attributes are called."""
        self._modules[name] = module

    def layers(self) -> Mapping[str, tuple[nn.Module, ...]]:
        """Return the modules of every layer by path ("block_1/conv2d_2"), one for each copy."""
        found: dict[str, tuple[nn.Module, ...]] = {}
        for path, module in self._walk(""):
            found[path] = (*found.get(path, ()), module)
        return found

    def _walk(self, prefix: str) -> Iterator[tuple[str, nn.Module]]:
        for name, module in self.named_children():
            if isinstance(module, Network):
                yield from module._walk(f"{prefix}{name}/")  # noqa: SLF001
            elif isinstance(module, Copies):
                for copy in module:
                    yield from copy._walk(f"{prefix}{name}/")  # noqa: SLF001
            else:
                yield prefix + name, module


class Copies(nn.ModuleList):
    """A network that follows itself: the copies of a repeated block, named by their number."""

    def __iter__(self) -> Iterator[Network]:
        for module in super().__iter__():
            assert isinstance(module, Network)
            yield module

    def run(self, *inputs: Tensor) -> tuple[Tensor, ...]:
        """Feed each copy's outputs to the first inputs of the next; other inputs reach all."""
        results: tuple[Tensor, ...] = inputs
        for copy in self:
            results = copy.run(*results, *inputs[len(results) :])
        return results


@contextlib.contextmanager
def recomputing(network: Network, *, on: bool) -> Iterator[None]:
    """Let copies of repeated blocks keep only what comes in, inside the `with` block.

    Blocks inside of such copies do as always: computing twice is enough.
    """
    pages = list(_repeated(network)) if on else []
    for page in pages:
        page.recomputes = True
    try:
        yield
    finally:
        for page in pages:
            page.recomputes = False


def _repeated(page: Network) -> Iterator[Network]:
    for module in page.children():
        if isinstance(module, Copies):
            yield from module
        elif isinstance(module, Network):
            yield from (module,) if module.passes > 1 else _repeated(module)
