"""How one layer plays through a training step, from what its type declares."""

from collections.abc import Sequence
from dataclasses import dataclass

from studio.analysis.memory.acts import Act, Op, Spend, Value
from studio.analysis.memory.terms import Terms
from studio.analysis.report import NodeFacts
from studio.catalogue.keeping import Work
from studio.catalogue.layer import Layer
from studio.catalogue.shape import Shape

_ALIASES = frozenset({"view", "part"})
_IDS = 8
_FULL = 4
_SHORT = 2


@dataclass(frozen=True)
class Place:
    """A layer where it stands."""

    layer: Layer
    facts: NodeFacts
    weights: tuple[tuple[str, int], ...] = ()
    """Parameters that train, by name, with how many numbers they have."""
    size: int = 0
    """Numbers in all its parameters."""
    still: bool = False
    """Whether it is frozen, and so in inference mode."""


def value_of(shape: Shape, batch: int, width: int = _FULL, *, fed: bool = False) -> Value:
    """Return the tensor of a shape; what no sample changes comes as a single one."""
    width = _IDS if shape.dtype == "int64" else width
    samples = batch if shape.origin == "data" else 1
    return Value(shape.size * samples * width, width, fed and shape.dtype != "int64")


def acts_of(place: Place, reads: Sequence[Value], terms: Terms) -> tuple[list[Act], list[Value]]:
    """Return what a layer does to the tensors it reads, and the tensors it writes."""
    acts: list[Act] = []
    width = _width(place.layer, reads, terms)
    given = list(reads)
    if place.layer.passes not in _ALIASES:
        reads = [_cast(value, width, acts) for value in reads]
    writes = _written(place, reads, width, terms)
    acts.append(_op(place, reads, writes, width, terms))
    acts.append(
        Spend([cast for cast, value in zip(reads, given, strict=True) if cast is not value])
    )
    return acts, writes


def _written(place: Place, reads: Sequence[Value], width: int, terms: Terms) -> list[Value]:
    fed = bool(place.weights) or any(value.fed for value in reads)
    shapes = place.facts.outputs
    writes = [value_of(shape, terms.batch_size, width, fed=fed) for shape in shapes]
    if place.layer.passes == "view" and not reads:  # a parameter itself
        writes = [Value(0, width, fed) for _value in writes]
    for value, shape in zip(writes, shapes, strict=True):
        value.spatial = terms.channels_last and _is_picture(shape)
    return writes


def _op(
    place: Place, reads: Sequence[Value], writes: Sequence[Value], width: int, terms: Terms
) -> Op:
    layer, work = place.layer, _work(place)
    over_samples = any(shape.origin == "data" for shape in place.facts.outputs)
    samples = terms.batch_size if over_samples else 1
    short = width == _SHORT and bool(place.size)
    back = any(value.fed for value in reads)
    forward, backward = _blocked(place, width, terms)
    widened = samples * work.widened * _SHORT * _widens(width, terms)
    return Op(
        reads=reads,
        writes=writes,
        keeps=_kept(place, work, reads, writes),
        aside=samples * _aside(work, width, terms) + place.size * _SHORT * (short and back),
        forward_more=samples * work.forward * width + forward + widened,
        backward_more=samples * work.backward * width + backward + widened + _turned(place) * short,
        weights=[(name, count * _FULL) for name, count in place.weights],
        in_place=layer.passes in _ALIASES and bool(reads),
        hands_on=layer.passes in {"sum", "view"},
    )


def _work(place: Place) -> Work:
    """Return what a layer needs beside its inputs and outputs; a frozen dropout needs nothing."""
    if place.still and place.layer.group == "Regularization":
        return Work()
    return place.layer.work(*(shape for shape in place.facts.inputs if shape is not None))


def _width(layer: Layer, reads: Sequence[Value], terms: Terms) -> int:
    """Return the bytes of the numbers a layer computes in."""
    return width_of(layer, [value.width for value in reads if value.width != _IDS], terms)


def width_of(layer: Layer, given: Sequence[int], terms: Terms) -> int:
    """Return the same for a layer that is given numbers of so many bytes."""
    if not terms.mixed:
        return _FULL
    there = "full on processors" if terms.device == "cpu" else "full on GPUs"
    if layer.autocast in {"full", there}:
        return _FULL
    if layer.autocast in {"low", "full on processors"}:
        return _SHORT
    return max(given, default=_FULL)


def _cast(value: Value, width: int, acts: list[Act]) -> Value:
    if value.width in {width, _IDS}:
        return value
    other = Value(value.size // value.width * width, width, value.fed, value.spatial)
    acts.append(Op([value], [other]))
    return other


def _kept(
    place: Place, work: Work, reads: Sequence[Value], writes: Sequence[Value]
) -> Sequence[Value]:
    if work.inputs and place.weights:
        return reads
    match place.layer.keeps:
        case "inputs":
            return reads
        case "inputs for weights":
            return reads if place.weights else ()
        case "output":
            return writes
    return ()


def _aside(work: Work, width: int, terms: Terms) -> int:
    mask = work.mask * (_FULL if terms.device == "cpu" else 1)
    copies = (work.widened * (_FULL - width) + work.doubled * _FULL) * _widens(width, terms)
    return work.kept * width + copies + mask + work.places * _IDS + work.full * _FULL


def _widens(width: int, terms: Terms) -> bool:
    """Return whether some layers copy numbers of the short format into float32."""
    return width == _SHORT and terms.device == "cpu"


def _turned(place: Place) -> int:
    """Return the bytes of a gradient of weights in the short format, in which it is made first."""
    return max((count for _name, count in place.weights), default=0) * _SHORT


def _blocked(place: Place, width: int, terms: Terms) -> tuple[int, int]:
    """Return the bytes oneDNN takes to lay out kernels in its own order, forward and backward.

    It works on blocks of 16 × 16 channels, which depthwise convolutions hardly fill.
    """
    if place.layer.group != "Convolution" or terms.device != "cpu":
        return 0, 0
    kernel = place.facts.weights.get("weight")
    if kernel is None:
        return 0, 0
    groups = int(place.layer.values().get("groups", 1))
    block = 16
    rows, columns = (-(-side // block) * block for side in (kernel[0] // groups, kernel[1]))
    padded = groups * rows * columns * Shape(*kernel[2:]).size
    return kernel.size * width, (kernel.size + padded * bool(place.weights)) * width


def _is_picture(shape: Shape) -> bool:
    return len(shape) == 3 and shape[0] > 1 and shape[1] * shape[2] > 1
