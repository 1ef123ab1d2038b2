"""How much memory training takes, before anything is allocated."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from studio.analysis.facts import size_bytes
from studio.analysis.leaves import Leaf, leaves
from studio.analysis.report import Report
from studio.catalogue.shape import Shape

_STATES: Mapping[str, int] = {"sgd": 1, "rmsprop": 1, "adam": 2, "adamw": 2}
"""Numbers an optimizer keeps for each parameter that trains; sgd keeps one with momentum."""

_VALUE = 4

KEEP_OUTPUT = ("relu", "relu6", "sigmoid", "tanh", "softmax", "log_softmax")
"""The slope follows from the answer, which the next layer keeps anyway."""

KEEP_NOTHING = ("output", "add", "concat", "flatten", "reshape", "identity", "permute", "select",
                 "unsqueeze", "squeeze", "reduce")  # fmt: skip
"""The gradient passes through without looking at any number."""

VIEWS = ("output", "flatten", "reshape", "identity", "unsqueeze", "squeeze", "permute", "select")
"""What leaves them is the memory that came in."""


@dataclass(frozen=True)
class MemoryEstimate:
    """Bytes that training holds at its fullest moment."""

    parameters: int
    """Weights and buffers."""
    gradients: int
    """One number for each parameter that trains."""
    optimizer: int
    """What the optimizer remembers of each parameter that trains."""
    activations: int
    """What the forward pass keeps of one batch for the backward pass, and the batch itself."""

    @property
    def total(self) -> int:
        """All of it."""
        return self.parameters + self.gradients + self.optimizer + self.activations


def training_memory(
    report: Report, batch_size: int, optimizer: str = "adam", *, momentum: bool = True
) -> MemoryEstimate:
    """Return what training the network takes with batches of `batch_size`, in float32.

    `optimizer` is the key of the optimizer, `momentum` whether sgd uses it. Activations are counted
    where autograd keeps them: nothing below the first layer that trains.
    """
    state = 0 if optimizer == "sgd" and not momentum else _STATES.get(optimizer, 2)
    return MemoryEstimate(
        parameters=(report.parameters + report.buffers) * _VALUE,
        gradients=report.trainable * _VALUE,
        optimizer=report.trainable * _VALUE * state,
        activations=(_sample(report) + _kept(report)) * batch_size,
    )


def _sample(report: Report) -> int:
    inputs = (n for n, node in report.graph.nodes.items() if node.layer.key == "input")
    return sum(sum(map(size_bytes, report.nodes[name].outputs)) for name in inputs)


def _is_sample(report: Report, path: str) -> bool:
    return path in report.graph and report.graph[path].layer.key == "input"


def _kept(report: Report) -> int:
    """Return the bytes of one sample that wait for the backward pass, each tensor counted once."""
    owners: dict[str, str] = {}
    kept: dict[tuple[str, int], int] = {}
    aside = 0
    for leaf in leaves(report):
        sources = tuple(owners.get(source, source) for source in leaf.sources)
        owners[leaf.path] = sources[0] if sources and leaf.layer.key in VIEWS else leaf.path
        if not leaf.carries:
            continue
        for owner, shape in _saved(leaf, sources):
            if not _is_sample(report, owner):
                kept[owner, leaf.copies] = size_bytes(shape) * leaf.copies
        aside += _aside(leaf) * leaf.copies
    return sum(kept.values()) + aside


def _saved(leaf: Leaf, sources: tuple[str, ...]) -> Iterator[tuple[str, Shape]]:
    """Yield the tensors a layer keeps: those it reads, or the one it writes."""
    if leaf.layer.key in KEEP_NOTHING:
        return
    if leaf.layer.group in {"Linear", "Convolution"} and not leaf.trains:
        return  # the gradient of the input follows from the weights alone
    if leaf.layer.key in KEEP_OUTPUT:
        yield leaf.path, leaf.facts.outputs[0]
        return
    for source, shape in zip(sources, leaf.facts.inputs, strict=False):
        if shape is not None:
            yield source, shape


def _aside(leaf: Leaf) -> int:
    """Return further bytes for one sample: masks, places of maxima, gates, attention maps."""
    numbers = sum(shape.size for shape in leaf.facts.outputs)
    match leaf.layer.group:
        case "Pooling":
            return numbers * 8 if leaf.layer.key.startswith("max") else 0
        case "Regularization":
            return numbers
        case "Recurrent" | "Attention":
            return int(leaf.facts.multiply_adds) // max(1, _width(leaf)) * _VALUE
    return 0


def _width(leaf: Leaf) -> int:
    shape = leaf.facts.inputs[0] if leaf.facts.inputs else None
    return shape[-1] if shape else 1
