"""How a network runs: its nodes one after the other, each fed by the wires that reach it."""

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from torch import Tensor, nn

from studio.graph.model import Graph
from studio.network.features import Features, Samples
from studio.network.program import Program, Step, beginning
from studio.network.recomputing import recomputed, wanted


class Network(nn.Module):
    """The nodes of one page as modules named by their ids; blocks are networks inside."""

    graph: Graph
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
        self._steps: tuple[Step, ...] = ()
        self._program: Program | None = None
        self.multiply_adds = 0
        self.passes = 1
        self.recomputes = False
        self.switchable = frozenset()
        self.detours = {}

    @property
    def steps(self) -> tuple[Step, ...]:
        """The nodes that run, in order, the inputs first."""
        return self._steps

    @steps.setter
    def steps(self, steps: tuple[Step, ...]) -> None:
        self._steps, self._program = steps, None

    @property
    def chain(self) -> tuple[Callable[..., Any], ...] | None:
        """The calls of which the network consists if each reads what the one before it gives."""
        whole = self.passes == 1 and not self.recomputes
        return self._flat().chain if whole else None

    def forward(self, *inputs: Any) -> dict[str, Tensor]:
        """Return every output by the id of its node; tensors carry the batch axis first.

        Samples stand for the tensors of which they consist, features of a batch for its samples.
        """
        if inputs and isinstance(inputs[0], Samples):
            if isinstance(inputs[0], Features):
                return inputs[0].finished()
            inputs = inputs[0].values
        return dict(zip(self.outputs, self.run(*inputs), strict=True))

    def run(self, *inputs: Tensor) -> tuple[Tensor, ...]:
        """Return the outputs in the order of the Output nodes."""
        if self.passes == 1 and not self.recomputes:
            return self._once(*inputs)
        results = self._passed(*inputs)
        for _pass in range(self.passes - 1):
            results = self._passed(*results, *inputs[len(results) :])
        return results

    def _passed(self, *inputs: Tensor) -> tuple[Tensor, ...]:
        if self.recomputes and wanted(self):
            return recomputed(self, self._once, *inputs)
        return self._once(*inputs)

    def _once(self, *inputs: Tensor) -> tuple[Tensor, ...]:
        program = self._program or self._flat()
        return program(*inputs[: len(self.inputs)])  # a block before may give more

    def _flat(self) -> Program:
        if self._program is None:
            wanted = tuple((name, 0) for name in self.outputs)
            self._program = beginning(self._steps, self.inputs, wanted)
        return self._program

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
