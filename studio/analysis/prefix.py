"""What a frozen beginning says of each sample in every step, and how much memory that takes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from studio.analysis.leaves import Leaf, leaves
from studio.analysis.memory.layers import width_of
from studio.analysis.memory.terms import Terms
from studio.analysis.report import NodeFacts, Report
from studio.catalogue.functions.regularization import Silencing
from studio.catalogue.inputs import Input, Output
from studio.catalogue.layer import Layer
from studio.catalogue.meeting.merge import GaussianSample
from studio.catalogue.normalizing.normalization import BatchNorm
from studio.graph.block import Block
from studio.graph.model import Frozen, Node

LOOKUPS = frozenset({
    "embedding", "embedding_bag", "lookup", "position_embedding", "segment_embedding",
    "class_token", "parameter", "constant", "relative_bias",
})  # fmt: skip
"""Layers that look up what they hold: remembering what they say saves nothing."""

_FULL = 4
_PLAIN = Terms()


@dataclass(frozen=True)
class Prefix:
    """The part of a network behind which features are remembered instead of being computed."""

    layers: tuple[Leaf, ...]
    """What is in it, blocks opened."""
    numbers: int
    """How many numbers are remembered of one sample."""
    size: int
    """How many bytes they take."""

    def bytes(self, samples: int) -> int:
        """Return the memory that the features of so many samples take."""
        return samples * self.size


@dataclass(frozen=True)
class _Value:
    """What a wire brings."""

    still: bool
    sampled: bool
    """Whether it follows from the samples."""
    key: tuple[str, int]
    numbers: int
    width: int = _FULL
    """The bytes of a number."""


@dataclass
class _Found:
    terms: Terms
    layers: list[Leaf] = field(default_factory=list)
    cut: dict[tuple[str, int], _Value] = field(default_factory=dict)
    computes: bool = False


def frozen_prefix(report: Report, terms: Terms = _PLAIN) -> Prefix | None:
    """Return the beginning whose features training can remember, or None if that saves nothing.

    A layer belongs to it if nothing in it trains, draws at random or follows other samples, and all
    that it reads belongs to it, too. The data have to come without random changes. The `terms` say
    in which format layers compute.
    """
    found = _Found(terms)
    _page(report, (), "", found)
    if not found.computes or not report.trainable:
        return None
    ends = found.cut.values()
    numbers, size = sum(v.numbers for v in ends), sum(v.numbers * v.width for v in ends)
    return Prefix(tuple(found.layers), numbers, size)


def _page(
    report: Report, given: Sequence[_Value], prefix: str, found: _Found, *, held: Frozen = False
) -> list[_Value]:
    arrivals = iter(given)
    values: dict[tuple[str, int], _Value] = {}
    for name in report.order:
        node, facts, path = report.graph[name], report.nodes[name], prefix + name
        sources = [
            values[wire.node, wire.output]
            for wire in node.sources
            if wire is not None and (wire.node, wire.output) in values
        ]
        if isinstance(node.layer, Input):
            sizes = [shape.size for shape in facts.outputs]
            fresh = _Value(still=True, sampled=True, key=(path, 0), numbers=sum(sizes))
            values[name, 0] = next(arrivals, fresh)
            continue
        frozen = held is True or node.frozen
        if isinstance(node.layer, Block) and node.layer.repeat == 1 and facts.rows:
            leaving = _page(facts.rows[0][0], sources, f"{path}/", found, held=frozen)
        else:
            leaving = _left(node, facts, path, sources, frozen, found)
        values |= {(name, index): value for index, value in enumerate(leaving)}
    outputs = (name for name in report.graph if isinstance(report.graph[name].layer, Output))
    return [values[name, 0] for name in outputs if (name, 0) in values]


def _left(
    node: Node, facts: NodeFacts, path: str, sources: list[_Value], frozen: Frozen, found: _Found
) -> list[_Value]:
    """Return what leaves a layer or repeated block, and note whether it belongs to the prefix."""
    sampled = any(value.sampled for value in sources)
    still = all(value.still for value in sources) and _is_quiet(node, facts, frozen)
    if still and sampled:
        found.layers += _leaves(node.layer, facts)
        found.computes |= _computes(node.layer, facts)
    elif not still:
        found.cut |= {v.key: v for v in sources if v.still and v.sampled}
    widths = _widths(node, facts, path, sources, found.terms)
    return [
        _Value(still, sampled, (path, index), shape.size, width)
        for index, (shape, width) in enumerate(zip(facts.outputs, widths, strict=True))
    ]


def _widths(
    node: Node, facts: NodeFacts, path: str, sources: list[_Value], terms: Terms
) -> list[int]:
    """Return the bytes of the numbers that leave a layer or repeated block."""
    if not isinstance(node.layer, Block):
        width = width_of(node.layer, [value.width for value in sources], terms)
        return [width] * len(facts.outputs)
    leaving = sources
    for report, count in facts.rows:
        for _copy in range(min(count, 2)):  # the next ones do as the second
            leaving = _page(report, leaving, f"{path}/", _Found(terms))
    return [value.width for value in leaving]


def _leaves(layer: Layer, facts: NodeFacts) -> Iterator[Leaf]:
    if not isinstance(layer, Block):
        yield Leaf(layer, facts, 1, (False,) * len(facts.inputs), trains=False)
        return
    for report, count in facts.rows:
        for leaf in leaves(report):
            yield replace(leaf, copies=leaf.copies * count)


def _is_quiet(node: Node, facts: NodeFacts, frozen: Frozen) -> bool:
    if facts.trainable:
        return False
    if isinstance(node.layer, Block):
        return all(_all_quiet(report, frozen) for report, _count in facts.rows)
    settings = node.layer.values()
    follows = settings.get("track_running_stats")
    if isinstance(node.layer, BatchNorm) and not follows:
        return False  # it normalizes by the other samples of a batch
    draws = isinstance(node.layer, Silencing | GaussianSample) or settings.get("dropout")
    return frozen is True or not (draws or follows)


def _all_quiet(report: Report, held: Frozen) -> bool:
    return all(
        _is_quiet(report.graph[name], report.nodes[name], held is True or report.graph[name].frozen)
        for name in report.order
    )


def _computes(layer: Layer, facts: NodeFacts) -> bool:
    return layer.key not in LOOKUPS and any(len(shape) >= 2 for shape in _weights(layer, facts))


def _weights(layer: Layer, facts: NodeFacts) -> Iterator[Sequence[int]]:
    if not isinstance(layer, Block):
        yield from facts.weights.values()
        return
    for report, _count in facts.rows:
        for name in report.order:
            yield from _weights(report.graph[name].layer, report.nodes[name])
