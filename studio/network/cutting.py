"""Which part of a network says the same of a sample in every step, and how the rest goes on.

That part holds its ancestors: a layer belongs to it if nothing in it learns, draws at random,
remembers or looks at other samples, and the same is true of all that it reads.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from torch import Tensor, nn

from studio.analysis.prefix import LOOKUPS
from studio.network.modules.arithmetic import GaussianSample
from studio.network.modules.drop_path import DropPath
from studio.network.network import Copies, Network
from studio.network.program import Key, Program, Step, beginning

_DRAWING = (nn.modules.dropout._DropoutNd, DropPath, GaussianSample)  # noqa: SLF001
_NORMS = nn.modules.batchnorm._NormBase  # noqa: SLF001 - batch and instance norms alike


@dataclass(frozen=True)
class Cut:
    """A network in two parts."""

    inputs: tuple[str, ...]
    before: tuple[Step, ...]
    kept: tuple[Key, ...]
    """What leaves the first part for the second."""
    after: tuple[Step, ...]
    outputs: Mapping[str, Key]
    """By Output node: what it gives."""

    def features(self, *inputs: Tensor) -> tuple[Tensor, ...]:
        """Return what the first part makes of samples, with the batch axis first."""
        return self._beginning(*inputs)

    def finished(self, *features: Tensor) -> dict[str, Tensor]:
        """Return every output by the id of its node, as the whole network would."""
        return dict(zip(self.outputs, self._end(*features), strict=True))

    @cached_property
    def _beginning(self) -> Program:
        return beginning(self.before, self.inputs, self.kept)

    @cached_property
    def _end(self) -> Program:
        return Program(self.after, self.kept, tuple(self.outputs.values()))


def cut(network: Network) -> Cut | None:
    """Return the network cut behind everything that stays the same now, if that saves work.

    Modes and gradients of its parameters have to be those of a training step. Blocks that are not
    repeated are looked into; the copies of others belong to one part as a whole.
    """
    steps: list[tuple[Step, nn.Module | None]] = []
    leaving = _flat(network, "", (), steps)
    fed, still = _still(network, steps)
    if not any(_computes(*pair) for pair in steps if pair[0].name in still & fed):
        return None
    outputs = dict(zip(network.outputs, leaving, strict=True))
    # what follows from no sample is the same for all of them, and cheap to have in both parts
    later = [step for step, _module in steps if step.name not in still & fed]
    after = _needed(later, outputs.values())
    made = {step.name for step in after}
    read = [*outputs.values(), *(key for step in after for key in step.sources)]
    kept = tuple(dict.fromkeys(key for key in read if key[0] not in made))
    earlier = _needed([step for step, _module in steps if step.name in still], kept)
    return Cut(
        inputs=network.inputs,
        before=tuple(earlier),
        kept=kept,
        after=tuple(after),
        outputs=outputs,
    )


def _flat(
    page: Network,
    prefix: str,
    arriving: tuple[Key, ...],
    steps: list[tuple[Step, nn.Module | None]],
) -> tuple[Key, ...]:
    """Add the steps of a page and of the blocks in it under their paths; return what leaves it."""
    known: dict[Key, Key] = {}
    inputs = dict(zip(page.inputs, arriving, strict=False))
    for step in page.steps:
        sources = tuple(known.get(key, (prefix + key[0], key[1])) for key in step.sources)
        module = page._modules.get(step.name)  # noqa: SLF001 - see `Network.add`
        if step.name in page.detours:
            module = None  # left out for a while
        if isinstance(module, Network) and module.passes == 1:
            inner = _flat(module, f"{prefix}{step.name}/", sources, steps)
            known |= {(step.name, index): key for index, key in enumerate(inner)}
            continue
        if step.name in inputs:
            sources = (inputs[step.name],)
        steps.append((replace(step, name=prefix + step.name, sources=sources), module))
    return tuple(known.get((name, 0), (prefix + name, 0)) for name in page.outputs)


def _still(
    network: Network, steps: Iterable[tuple[Step, nn.Module | None]]
) -> tuple[set[str], set[str]]:
    """Return the names of the steps that follow from samples, and of those that stay the same."""
    fed = set(network.inputs)
    still = set(network.inputs)
    for step, module in steps:
        sources = {name for name, _output in step.sources}
        if sources & fed:
            fed.add(step.name)
        if sources <= still and (module is None or all(map(_is_still, module.modules()))):
            still.add(step.name)
    return fed, still


def _is_still(module: nn.Module) -> bool:
    """Whether a module by itself, its children left out, says the same of a sample every time."""
    if any(parameter.requires_grad for parameter in module.parameters(recurse=False)):
        return False
    if isinstance(module, _NORMS):
        if module.track_running_stats:
            return not module.training
        return isinstance(module, nn.modules.instancenorm._InstanceNorm)  # noqa: SLF001
    if not module.training or isinstance(module, Network | Copies):
        return True
    # a layer that is not frozen, but has nothing to learn
    drops = float(getattr(module, "dropout", 0.0) or 0.0)
    return not drops and not isinstance(module, _DRAWING)


def _computes(step: Step, module: nn.Module | None) -> bool:
    """Whether running a layer again costs more than looking up what it said."""
    if module is None or step.key in LOOKUPS:
        return False
    return any(parameter.ndim >= 2 for parameter in module.parameters())


def _needed(steps: Sequence[Step], wanted: Iterable[Key]) -> list[Step]:
    """Return those steps on which the wanted values depend."""
    names = {name for name, _output in wanted}
    found: list[Step] = []
    for step in reversed(steps):
        if step.name in names:
            names.update(name for name, _output in step.sources)
            found.append(step)
    return found[::-1]
