"""What one layer adds to a network, given what its wires bring."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from studio.analysis.report import NodeFacts
from studio.analysis.ways import farthest
from studio.catalogue.count import Count, times
from studio.catalogue.inputs import Input
from studio.catalogue.layer import Layer
from studio.catalogue.shape import Origin, Shape
from studio.errors import ShapeError
from studio.graph.model import Node
from studio.wording import _

_FORMULA_LIMIT = 12
_LONGEST_AXIS = 10**18  # torch can count to nine times as many
_NONE = Count(0)


def layer_facts(
    node: Node,
    inputs: tuple[Shape, ...],
    *,
    still: bool,
    locked: frozenset[str] = frozenset(),
) -> NodeFacts:
    """Return the facts of a single layer, its depth that of itself alone.

    `still` says that it is frozen, itself or by a block around it; `locked` names weights that a
    frozen borrower holds still. Weights that the node borrows count at their lender. Raises
    ShapeError if the inputs do not fit.
    """
    layer = node.layer
    outputs = layer.shapes(*inputs)
    _check_axes(outputs)
    weights = layer.weights(*inputs)
    origin = _origin(layer, inputs, weights)
    buffers = layer.buffers(*inputs)
    own = weights
    if node.tied:
        own = {name: shape for name, shape in weights.items() if name not in node.tied}
    parameters = _tally(own) if own else _NONE
    # depth is counted on ways from an input; what no data reach lies on none
    learned = (shape.origin == "learned" for shape in inputs)
    depth = layer.depth(*learned) if origin == "data" else 0
    return NodeFacts(
        inputs=inputs,
        outputs=tuple(shape.of(origin) for shape in outputs),
        weights=weights,
        buffer_shapes=buffers,
        parameters=parameters,
        trainable=0 if still else parameters - sum(own[n].size for n in locked if n in own),
        buffers=sum(shape.size for shape in buffers.values()) if buffers else 0,
        modules=_modules(weights) if weights else 0,
        own_depth=depth,
        depth=depth,
        multiply_adds=layer.multiply_adds(*inputs),
        activation_bytes=sum(map(size_bytes, outputs)),
    )


def _check_axes(outputs: tuple[Shape, ...]) -> None:
    longest = max((axis for shape in outputs for axis in shape), default=0)
    if longest > _LONGEST_AXIS:
        raise ShapeError(
            _("An axis would have {size:.1e} places, but {most:.1e} are the most.").format(
                size=Decimal(longest), most=Decimal(_LONGEST_AXIS)
            ),
            _("Choose smaller sizes, or fewer copies of a block that makes its input larger."),
        )


def _origin(layer: Layer, inputs: tuple[Shape, ...], weights: Mapping[str, Shape]) -> Origin:
    """Return where the numbers that leave a layer come from."""
    if isinstance(layer, Input):
        return "data"
    inputs = inputs if layer.reads() else ()
    if any(shape.origin == "data" for shape in inputs):
        return "data"
    return "learned" if weights or any(shape.origin == "learned" for shape in inputs) else "fixed"


def _modules(weights: Mapping[str, Shape]) -> int:
    """Return in how many modules these weights lie: “out_proj.weight” is in one of its own."""
    return len({name.rpartition(".")[0] for name in weights})


def size_bytes(shape: Shape) -> int:
    """Return the bytes of one sample of this shape: 4 for a value, 8 for an id."""
    return shape.size * (8 if shape.dtype == "int64" else 4)


def with_depth(facts: NodeFacts, before: int) -> NodeFacts:
    """Return the facts of a node whose deepest source lies at `before`."""
    depth = facts.own_depth + before
    if facts.depth == depth:
        return facts
    return _changed(facts, depth=depth)


def with_depths(facts: NodeFacts, arriving: tuple[int, ...]) -> NodeFacts:
    """Return the facts of a block whose sources lie at the depths `arriving`."""
    depths = tuple(farthest(row, arriving) for row in facts.ways)
    depth = max(depths)
    added = max(0, depth - max(arriving, default=0))
    if facts.depths == depths and facts.own_depth == added:
        return facts
    return _changed(facts, depths=depths, depth=depth, own_depth=added)


def _changed(facts: NodeFacts, **values: Any) -> NodeFacts:
    # dataclasses.replace would check every field, ten times slower; one edit may move all nodes
    other = object.__new__(NodeFacts)
    other.__dict__.update(facts.__dict__)
    other.__dict__.update(values)
    return other


def total(counts: Iterable[int]) -> Count:
    """Return the sum of counts; it remembers its terms while they are few enough to read."""
    terms = [count for count in counts if count]
    if len(terms) > _FORMULA_LIMIT:
        return Count(sum(terms))
    result = Count(0)
    for term in terms:
        result += term
    return result


def _tally(shapes: Mapping[str, Shape]) -> Count:
    result = Count(0)
    for shape in shapes.values():
        result += times(*shape)
    return result
