"""What frozen means while a network trains: five facts, applied before a step.

Frozen parameters take no gradient; frozen buffers do not move; frozen layers run in inference mode;
gradients that were pending are dropped; and the optimizer forgets a layer that is frozen, which
starts afresh when it is thawed, unless its momentum is to be kept. A tensor that two layers share
is frozen with either of them. What only bypassed layers hold waits in the same way.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager

import torch
from torch import nn

from studio.graph.model import Frozen
from studio.graph.walk import walk
from studio.network.network import Network
from studio.training.course.marks import covers, resolved
from studio.training.stepping.optimizers import forget, start_afresh

_BATCH_NORMS = nn.modules.batchnorm._NormBase  # noqa: SLF001 - batch and instance norms alike


class Freezing:
    """Applies the frozen state of layers to a network and its optimizer."""

    def __init__(self, network: Network, optimizer: torch.optim.Optimizer) -> None:
        self._network = network
        self._optimizer = optimizer
        self._layers = network.layers()
        self._paths = frozenset(path for path, _node in walk(network.graph))
        # what the network itself holds still stays so when a layer is thawed
        self._trainable = {p: p.requires_grad for p in network.parameters()}
        self._norms = _forward_changes(network)
        self._marks: Mapping[str, Frozen] = {}
        self._idle: frozenset[str] = frozenset()
        self._remembered: frozenset[nn.Parameter] = frozenset()
        self._states: Mapping[str, Frozen] = dict.fromkeys(self._layers, False)

    @property
    def marks(self) -> Mapping[str, Frozen]:
        """The marks in force, by path of a layer or block, as they were given."""
        return self._marks

    def knows(self, path: str) -> bool:
        """Whether `path` names a layer or a block, with weights or without."""
        return path in self._paths

    def frozen(self, marks: Mapping[str, Frozen] | None = None) -> tuple[str, ...]:
        """Return the paths of the layers that are wholly frozen, now or under `marks`."""
        states = self._states if marks is None else self._resolved(marks)
        return tuple(path for path, state in states.items() if state is True)

    @property
    def trainable(self) -> int:
        """How many numbers train now."""
        return self.trainable_under(self._marks, self._idle)

    def trained(
        self, marks: Mapping[str, Frozen], bypassed: Collection[str] = ()
    ) -> list[nn.Parameter]:
        """Return the parameters that would train under `marks`, with some layers left out."""
        held = self._held(self.frozen(marks)) | self._waiting(self._left_out(bypassed))
        return [p for p, free in self._trainable.items() if free and p not in held]

    def trainable_under(self, marks: Mapping[str, Frozen], bypassed: Collection[str] = ()) -> int:
        """Return how many numbers would train under `marks`, with some layers left out."""
        return sum(parameter.numel() for parameter in self.trained(marks, bypassed))

    def still_tensors(self) -> dict[str, torch.Tensor]:
        """Return every parameter and buffer that must not move now, by its name in the network."""
        held = self._held(self.frozen())
        found: dict[str, torch.Tensor] = {
            name: parameter
            for name, parameter in self._network.named_parameters()
            if parameter in held
        }
        quiet = {id(module) for path, module in self._all() if self._states[path]}
        for name, module in self._network.named_modules():
            if id(module) in quiet:
                found |= {f"{name}.{key}": buffer for key, buffer in module.named_buffers()}
        return found

    def apply(
        self,
        marks: Mapping[str, Frozen],
        bypassed: Collection[str] = (),
        remembered: Collection[str] = (),
    ) -> None:
        """Make the five facts hold for `marks`; applying the same again changes nothing.

        What only `bypassed` layers and blocks hold does not move either. The optimizer keeps what
        it knows of the `remembered` layers, until they are neither frozen nor remembered.
        """
        self._marks = dict(marks)
        self._idle = self._left_out(bypassed)
        self._states = self._resolved(marks)
        kept = frozenset(self._held(path for path in remembered if path in self._layers))
        trained = set(self.trained(marks, self._idle))
        for parameter in self._trainable:
            self._set(parameter, trains=parameter in trained, kept=parameter in kept)
        self._remembered = kept
        self.train()

    def _set(self, parameter: nn.Parameter, *, trains: bool, kept: bool) -> None:
        """Let a parameter train or not; its state goes as it freezes, unless it is kept."""
        thaws = trains and not parameter.requires_grad
        knows = parameter in self._remembered and parameter in self._optimizer.state
        if thaws and not knows:
            start_afresh(self._optimizer, parameter)
        if not trains:
            parameter.grad = None
            if not kept:
                forget(self._optimizer, parameter)
        parameter.requires_grad_(trains)

    def train(self) -> None:
        """Put the network in training mode and frozen layers in inference mode."""
        self._network.train()
        for path, module in self._all():
            state = self._states[path]
            if state is True:
                module.eval()
            for part in module.modules():
                if state == "statistics" and isinstance(part, _BATCH_NORMS):
                    part.eval()
                self._quiet(part, still=state is True)

    @contextmanager
    def gradients_everywhere(self) -> Iterator[None]:
        """Let frozen parameters take gradients too inside the `with` block."""
        before = {parameter: parameter.requires_grad for parameter in self._trainable}
        self._take_gradients(self._trainable)
        try:
            yield
        finally:
            self._take_gradients(before)

    def release(self) -> None:
        """Hold nothing any more: the network is in training mode, as it was built."""
        self._network.train()
        self._take_gradients(self._trainable)
        for _path, module in self._all():
            for part in module.modules():
                self._quiet(part, still=False)

    def _take_gradients(self, taking: Mapping[nn.Parameter, bool]) -> None:
        for parameter, takes in taking.items():
            parameter.requires_grad_(takes)

    def _quiet(self, module: nn.Module, *, still: bool) -> None:
        """Stop what a module would change in its forward pass, or let it go on."""
        if isinstance(module, nn.Embedding) and module in self._norms:
            module.max_norm = None if still else self._norms[module]
        if isinstance(module, nn.RNNBase) and module in self._norms:
            module.dropout = 0.0 if still else self._norms[module] or 0.0
            if still and next(module.parameters()).is_cuda:
                # cuDNN refuses to send gradients through a recurrent layer in inference mode;
                # without dropout, training mode computes the same
                module.train()

    def _held(self, paths: Iterable[str]) -> set[nn.Parameter]:
        modules = (module for path in paths for module in self._layers[path])
        return {parameter for module in modules for parameter in module.parameters()}

    def _left_out(self, bypassed: Collection[str]) -> frozenset[str]:
        """Return the layers at these paths and inside of them."""
        return frozenset(
            layer for layer in self._layers if any(covers(path, layer) for path in bypassed)
        )

    def _waiting(self, idle: Collection[str]) -> set[nn.Parameter]:
        """Return what only these layers hold."""
        if not idle:
            return set()
        return self._held(idle) - self._held(path for path in self._layers if path not in idle)

    def _all(self) -> Iterable[tuple[str, nn.Module]]:
        return ((path, module) for path, modules in self._layers.items() for module in modules)

    def _resolved(self, marks: Mapping[str, Frozen]) -> dict[str, Frozen]:
        return {path: resolved(path, marks) for path in self._layers}


def _forward_changes(network: Network) -> dict[nn.Module, float | None]:
    """Return the settings that freezing takes away for a while: max_norm and recurrent dropout."""
    found: dict[nn.Module, float | None] = {}
    for module in network.modules():
        if isinstance(module, nn.Embedding):
            found[module] = module.max_norm
        elif isinstance(module, nn.RNNBase):
            found[module] = module.dropout
    return found
