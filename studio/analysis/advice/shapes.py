"""Remarks on shapes that do not fit, with the layer that would make them fit."""

import math
from collections.abc import Callable, Iterator
from functools import partial

from studio.analysis.advice.padding import ids_wire
from studio.analysis.report import Finding, Fix
from studio.analysis.view import View
from studio.catalogue.dense.linear import Linear
from studio.catalogue.layer import Layer
from studio.catalogue.sequences.embedding import Embedding
from studio.catalogue.shape import Shape
from studio.catalogue.shaping.arrangement import Flatten, Reshape
from studio.catalogue.unknown import Unknown
from studio.catalogue.windows.convolution import Conv2d
from studio.errors import StudioError
from studio.graph import edits
from studio.graph.block import Block
from studio.graph.model import Graph
from studio.wording import _

_KEEPS_PICTURE = ("Activation", "Normalization", "Regularization")


def refused(view: View) -> Iterator[Finding]:
    """A layer cannot take what arrives."""
    for name, error in view.refusals.items():
        sources = tuple(wire.node for wire in view.graph[name].sources if wire is not None)
        wire = ids_wire(view, name)
        fix = wire or next(_remedies(view, name), None)
        remedy = (
            error.remedy
            if fix is None or wire
            else _("{action} in between.").format(action=fix.label)
        )
        yield Finding("error", name, _problem(view, name, sources, error), remedy, fix, sources)


def linear_on_picture(view: View) -> Iterator[Finding]:
    """A linear layer after a picture weighs only its last axis, which is hardly ever meant."""
    for name, _node in view.of("linear"):
        source = view.source(name)
        shape = view.output(source)
        if shape is not None and len(shape) == 3 and _is_picture(view, source):
            yield Finding(
                "warning",
                name,
                _(
                    "{layer} receives pictures of {shape} from {source} "
                    "and weighs only their last axis, {width} numbers."
                ).format(layer=name, shape=shape, source=source, width=shape[-1]),
                _("Put a Flatten in between, so that it sees every number."),
                _insertion(name, 0, Flatten()),
                (source,),
            )


def _problem(view: View, name: str, sources: tuple[str, ...], error: StudioError) -> str:
    if not sources or isinstance(view.layer(name), Unknown):
        return error.problem
    if len(sources) == 1:
        return _("{layer} cannot take what {source} gives. {reason}").format(
            layer=name, source=sources[0], reason=error.problem
        )
    return _("{layer} cannot join {sources}. {reason}").format(
        layer=name, sources=", ".join(sources), reason=error.problem
    )


def _remedies(view: View, name: str) -> Iterator[Fix]:
    """Yield insertions that were tried and make the layer accept what arrives."""
    layer = view.layer(name)
    inputs = tuple(shape for shape in view.facts[name].inputs if shape is not None)
    if isinstance(layer, Block | Unknown):
        return
    for slot in reversed(range(len(inputs))):
        for make in _candidates(inputs, slot):
            try:
                candidate = make()
                changed = candidate.shape(inputs[slot])
                layer.shapes(*inputs[:slot], changed, *inputs[slot + 1 :])
            except StudioError:
                continue
            yield _insertion(name, slot, candidate)


def _candidates(inputs: tuple[Shape, ...], slot: int) -> Iterator[Callable[[], Layer]]:
    """Yield what makes layers that may help between a source and the input it does not fit.

    Sizes that a layer refuses are met only when it is made.
    """
    shape = inputs[slot]
    if shape.dtype == "int64":
        yield Embedding
        return
    if len(inputs) > 1:
        yield from _matching(shape, inputs[0 if slot else 1])
        return
    yield Flatten
    for axes in _reshapings(shape):
        yield partial(Reshape, target=axes)


def _matching(shape: Shape, wanted: Shape) -> Iterator[Callable[[], Layer]]:
    """Yield what brings `shape` to `wanted`, as the shortcut of a residual block needs."""
    if len(shape) == len(wanted) == 3 and all(
        a >= b for a, b in zip(shape[1:], wanted[1:], strict=True)
    ):
        stride = tuple(math.ceil(a / b) for a, b in zip(shape[1:], wanted[1:], strict=True))
        step = stride[0] if stride[0] == stride[1] else stride
        yield partial(Conv2d, out_channels=wanted[0], kernel_size=1, stride=step)
    if shape[:-1] == wanted[:-1] and wanted:
        yield partial(Linear, out_features=wanted[-1])


def _reshapings(shape: Shape) -> Iterator[tuple[int, ...]]:
    yield (1, *shape)
    side = math.isqrt(shape.size)
    if side * side == shape.size:
        yield (1, side, side)
    yield (*shape, 1)


def _insertion(name: str, slot: int, layer: Layer) -> Fix:
    label = _("Insert {layer}").format(layer=_(layer.title))
    return Fix(label, partial(_inserted, layer=layer, name=name, slot=slot))


def _inserted(graph: Graph, *, layer: Layer, name: str, slot: int) -> Graph:
    return edits.insert_on_wire(graph, layer, name, slot)


def _is_picture(view: View, name: str) -> bool:
    """Whether the axes of a node's output are still channels, height and width."""
    seen: set[str] = set()
    while name and name not in seen:
        seen.add(name)
        layer = view.layer(name)
        if layer.group in {"Convolution", "Pooling"}:
            return True
        if layer.key == "input":  # what arrives in a block may have its channels last
            return not view.inside
        if layer.group not in _KEEPS_PICTURE:
            return False
        name = view.source(name)
    return False
