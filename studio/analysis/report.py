"""What analysis says: facts for each node, totals, and findings."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from studio.catalogue.count import Count
from studio.catalogue.shape import Shape
from studio.graph.model import Graph

Severity = Literal["error", "warning", "hint"]
_NONE = Count(0)

Ways = Mapping[int, int]
"""Number of an input → weighted layers on the longest way from it; -1 is a start without input."""


@dataclass(frozen=True)
class Fix:
    """A remedy that one click applies."""

    label: str
    apply: Callable[[Graph], Graph]


@dataclass(frozen=True)
class Finding:
    """One remark on the network: where, what is wrong, what would help."""

    severity: Severity
    node: str
    """The path of the node it is about ("block_1/conv2d_2"), or "" for the whole network."""
    problem: str
    remedy: str = ""
    fix: Fix | None = None
    nodes: tuple[str, ...] = ()
    """Other nodes that take part, such as the source of a wire that does not fit."""


@dataclass(frozen=True)
class NodeFacts:
    """What is known of one node. Counts are for one sample and, in a block, for all its copies."""

    inputs: tuple[Shape | None, ...] = ()
    outputs: tuple[Shape, ...] = ()
    """Empty while the shapes cannot be known."""
    weights: Mapping[str, Shape] = field(default_factory=dict)
    buffer_shapes: Mapping[str, Shape] = field(default_factory=dict)
    parameters: Count = _NONE
    """Numbers in unique parameter tensors, frozen or not."""
    trainable: int = 0
    buffers: int = 0
    modules: int = 0
    """How many modules hold weights, their own or borrowed ones."""
    own_depth: int = 0
    """How much deeper it is than the deepest of its sources."""
    depth: int = 0
    """Weighted layers on the longest way from an input up to and including this node."""
    multiply_adds: Count = _NONE
    activation_bytes: int = 0
    """Bytes of the outputs of one sample in float32 (ids count 8 bytes)."""
    copies: tuple["Report", ...] = ()
    """For a block: what is true inside, once for all copies that are alike."""
    rows: tuple[tuple["Report", int], ...] = ()
    """For a block: those reports in the order of the copies, each with how many in a row."""
    ways: tuple[Ways, ...] = ()
    """For a block: the ways through all its copies to each of its outputs."""
    depths: tuple[int, ...] = ()
    """For a block: the depth of each of its outputs; those of other layers all lie at `depth`."""

    @property
    def output(self) -> Shape | None:
        """The shape of the first output, if it is known."""
        return self.outputs[0] if self.outputs else None

    def depth_of(self, output: int) -> int:
        """Return the depth of one of the outputs."""
        return self.depths[output] if output < len(self.depths) else self.depth


@dataclass(frozen=True)
class Report:
    """What is true of a graph."""

    graph: Graph
    nodes: Mapping[str, NodeFacts]
    order: tuple[str, ...]
    """Node ids, sources before their consumers; nodes on a cycle come last."""
    lent: frozenset[str] = frozenset()
    """For the page of a block: weights that a frozen layer outside borrows ("conv.weight")."""
    findings: tuple[Finding, ...] = ()
    parameters: int = 0
    trainable: int = 0
    buffers: int = 0
    modules: int = 0
    """Layers with weights; a block counts for each of its copies, with shared weights once."""
    depth: int = 0
    multiply_adds: int = 0
    activation_bytes: int = 0
    ties: int = 0
    """How many weights are borrowed; what is in a block counts for each of its copies."""

    @property
    def frozen(self) -> int:
        """Parameters that training leaves alone."""
        return self.parameters - self.trainable

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that keep the network from running."""
        return tuple(finding for finding in self.findings if finding.severity == "error")

    def by_type(self) -> Iterator[tuple[str, int]]:
        """Yield (layer type, parameters) of this page, the most parameters first."""
        sums: dict[str, int] = {}
        for name, facts in self.nodes.items():
            key = self.graph[name].layer.title or self.graph[name].layer.key
            sums[key] = sums.get(key, 0) + facts.parameters
        yield from sorted(((k, v) for k, v in sums.items() if v), key=lambda pair: -pair[1])


@dataclass(frozen=True)
class Task:
    """What the data ask of the network: enough to check that they fit each other, without torch."""

    sample: Shape
    """The shape of one sample as the network will see it."""
    classes: int | None
    """How many classes the labels have; None for numbers to predict."""
    outputs: int = 1
    """How many numbers are predicted when there are no classes."""
    loss: str = ""
    """The key of the loss, such as "cross_entropy"; "" when none is chosen."""
    places: tuple[int, ...] = ()
    """Where one sample has labels: steps of a sequence, rows and columns of a picture; () for one.
    """
    more: Mapping[str, Shape] = field(default_factory=dict)
    """The shapes of further inputs by the name of the Input that takes them."""
    ids: int = 0
    """How many different ids samples are made of; 0 where they are none, or it is not known."""
