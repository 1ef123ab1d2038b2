"""What the output of one layer sees, given what its inputs see."""

from collections.abc import Callable, Mapping

from studio.analysis.receptive.sight import (
    Sight,
    everything,
    met,
    placed,
    regrouped,
    stretched,
    windowed,
)
from studio.analysis.receptive.windows import painting, pooled, resized, sliding, window
from studio.catalogue.axis import place, places
from studio.catalogue.layer import Layer
from studio.catalogue.shape import Shape

Shapes = tuple[Shape, ...]
Look = Callable[[Layer, tuple[Sight, ...], Shapes, Shape], Sight | None]
"""(layer, what the inputs see, their shapes, the shape of the output) → what the output sees."""


def looks(layer: Layer, sights: tuple[Sight, ...], inputs: Shapes, output: Shape) -> Sight | None:
    """Return what one output of a layer sees, or None for a layer whose inside is not known.

    Normalization is taken value by value: its statistics are no content.
    """
    if not any(sights):
        return {}
    look = _LOOKS.get(layer.key) or _GROUPS.get(layer.group)
    return (look or _by_shape)(layer, sights, inputs, output)


def _by_shape(
    layer: Layer, sights: tuple[Sight, ...], inputs: Shapes, output: Shape
) -> Sight | None:
    """Judge a layer by its shapes: value by value, the same numbers laid out anew, or unknown."""
    if inputs == (output,) or _fits(inputs, output):
        return _value_by_value(layer, sights, inputs, output)
    if len(inputs) == 1 and layer.group == "Shape" and inputs[0].size == output.size:
        return regrouped(sights[0], inputs[0], output)
    return None


def _fits(inputs: Shapes, output: Shape) -> bool:
    """Whether all inputs can be stretched to the output."""
    return all(
        len(x) <= len(output)
        and all(size in {1, wanted} for size, wanted in zip(x[::-1], output[::-1], strict=False))
        for x in inputs
    )


def _value_by_value(_layer: Layer, sights: tuple[Sight, ...], inputs: Shapes, out: Shape) -> Sight:
    if all(tuple(x) == tuple(out) for x in inputs):
        return sights[0] if len(sights) == 1 else met(sights)
    pairs = zip(sights, inputs, strict=False)
    return met(stretched(sight, x, len(out), out) for sight, x in pairs)


def _gated(layer: Layer, sights: tuple[Sight, ...], inputs: Shapes, out: Shape) -> Sight:
    """Multiply, but leave out gates that follow from a global pool, as squeeze-and-excite does."""
    kept = []
    for sight in sights:
        others = [other for other in sights if other is not sight]
        kept.append(
            {
                dimension: seen
                for dimension, seen in sight.items()
                if seen.course is not None or not _is_finer(others, dimension)
            }
        )
    return _value_by_value(layer, tuple(kept), inputs, out)


def _is_finer(sights: list[Sight], dimension: tuple[int, int]) -> bool:
    return any(dimension in sight and sight[dimension].course is not None for sight in sights)


def _convolution(layer: Layer, sights: tuple[Sight, ...], inputs: Shapes, out: Shape) -> Sight:
    x = inputs[0]
    windows = dict(painting(layer, x) if "transpose" in layer.key else sliding(layer, x, out))
    return windowed(sights[0], set(range(len(x))) - windows.keys(), windows)


def _pooling(layer: Layer, sights: tuple[Sight, ...], inputs: Shapes, out: Shape) -> Sight:
    x = inputs[0]
    return windowed(
        sights[0], (), dict(pooled(x, out) if "adaptive" in layer.key else sliding(layer, x, out))
    )


def _resized(layer: Layer, sights: tuple[Sight, ...], inputs: Shapes, out: Shape) -> Sight:
    mode = str(layer.values().get("mode", "nearest"))
    return windowed(sights[0], (), dict(resized(inputs[0], out, mode)))


def _shuffled(_layer: Layer, sights: tuple[Sight, ...], inputs: Shapes, out: Shape) -> Sight:
    """Channels become places or the other way round: neighbors share what they see."""
    x = inputs[0]
    inner = tuple(dict(resized(x, out, "nearest" if out[-1] > x[-1] else "area")).items())
    return windowed(sights[0], (), {axis: look for axis, look in inner if axis >= len(x) - 2})


def _linear(_layer: Layer, sights: tuple[Sight, ...], inputs: Shapes, _out: Shape) -> Sight:
    return met(everything(s, [len(x) - 1]) for s, x in zip(sights, inputs, strict=True))


def _attention(_layer: Layer, sights: tuple[Sight, ...], _inputs: Shapes, _out: Shape) -> Sight:
    return everything(met(sights))


def _recurrent(_layer: Layer, sights: tuple[Sight, ...], _inputs: Shapes, _out: Shape) -> Sight:
    return everything(met(sights))


def _matmul(layer: Layer, sights: tuple[Sight, ...], inputs: Shapes, out: Shape) -> Sight:
    first, second = inputs
    row, column = len(second) - 2, len(second) - 1
    if layer.values()["transpose_second"] and len(second) > 1:
        row, column = column, row

    def of_left(axis: int) -> int | None:
        return None if axis == len(first) - 1 else axis + len(out) - len(first)

    def of_right(axis: int) -> int | None:
        if axis == max(0, row):
            return None
        return len(out) - 1 if axis == column else axis + len(out) - len(second)

    left = everything(sights[0], [len(first) - 1])
    right = everything(sights[1], [max(0, row)])
    return met((placed(left, of_left), placed(right, of_right)))


def _concat(layer: Layer, sights: tuple[Sight, ...], inputs: Shapes, _out: Shape) -> Sight:
    at = place(layer.values()["dim"], inputs[0])
    alike = len({frozenset(sight) for sight in sights}) == 1
    found = met(sights)
    return found if alike else {key: found[key] for key in found if at not in found[key].axes}


def _permute(layer: Layer, sights: tuple[Sight, ...], inputs: Shapes, _out: Shape) -> Sight:
    rank = len(inputs[0]) + 1
    order = [dim % rank - 1 for dim in layer.values()["dims"][1:]]
    return placed(sights[0], order.index)


def _reduce(layer: Layer, sights: tuple[Sight, ...], inputs: Shapes, out: Shape) -> Sight:
    x, dims = inputs[0], layer.values()["dim"]
    gone = set(places(dims if isinstance(dims, tuple) else (dims,), x))
    found = everything(sights[0], gone)
    if len(out) == len(x):
        return placed(found, lambda axis: None if axis in gone else axis)
    return placed(found, lambda axis: _behind(axis, gone))


def _select(layer: Layer, sights: tuple[Sight, ...], inputs: Shapes, _out: Shape) -> Sight:
    gone = {place(layer.values()["dim"], inputs[0])} if "dim" in layer.declared else {0}
    return placed(sights[0], lambda axis: _behind(axis, gone))


def _behind(axis: int, gone: set[int]) -> int | None:
    return None if axis in gone else axis - sum(one < axis for one in gone)


def _slice(layer: Layer, sights: tuple[Sight, ...], inputs: Shapes, _out: Shape) -> Sight:
    at = place(layer.values()["dim"], inputs[0])
    kept = slice(layer.values()["start"], layer.values()["stop"], layer.values()["step"])
    first, _stop, step = kept.indices(inputs[0][at])
    return windowed(sights[0], (), {at: window(first, 0, step)})


def _cropped(_layer: Layer, sights: tuple[Sight, ...], inputs: Shapes, out: Shape) -> Sight:
    pairs = enumerate(zip(inputs[0], out, strict=True))
    margins = {axis: (size - kept) // 2 for axis, (size, kept) in pairs}
    return windowed(sights[0], (), {axis: window(by, 0, 1) for axis, by in margins.items() if by})


def _padded(layer: Layer, sights: tuple[Sight, ...], inputs: Shapes, _out: Shape) -> Sight:
    margins = layer.values()["pad"][-2::-2]
    first = len(inputs[0]) - len(margins)
    windows = {axis: window(-before, 0, 1) for axis, before in enumerate(margins, first)}
    return windowed(sights[0], (), windows)


def _bagged(_layer: Layer, sights: tuple[Sight, ...], inputs: Shapes, _out: Shape) -> Sight:
    """Add up the vectors of all words."""
    return placed(everything(sights[0]), lambda axis: axis if axis < len(inputs[0]) - 1 else None)


def _positions(layer: Layer, sights: tuple[Sight, ...], _inputs: Shapes, _out: Shape) -> Sight:
    """Add a table of positions, or hand on one that no sample changes."""
    return sights[0] if layer.values().get("add", False) else {}


def _compared(_layer: Layer, sights: tuple[Sight, ...], _inputs: Shapes, _out: Shape) -> Sight:
    return placed(everything(met(sights)), lambda _axis: None)


def _stacked(layer: Layer, sights: tuple[Sight, ...], inputs: Shapes, _out: Shape) -> Sight:
    at = place(layer.values()["dim"], inputs[0], added=1)
    return placed(met(sights), lambda axis: axis + (axis >= at))


def _hidden(
    _layer: Layer, _sights: tuple[Sight, ...], _inputs: Shapes, _out: Shape
) -> Sight | None:
    """Windows laid out as columns: no axis tells where they were."""
    return None


def _same_axes(_layer: Layer, sights: tuple[Sight, ...], _inputs: Shapes, _out: Shape) -> Sight:
    """Fewer or more places along an axis, or another order: each sees what it saw."""
    return sights[0]


_LOOKS: Mapping[str, Look] = {
    "linear": _linear,
    "bilinear": _linear,
    "mixture_of_experts": _linear,
    "embedding": _same_axes,
    "lookup": _same_axes,
    "embedding_bag": _bagged,
    "position_embedding": _positions,
    "sinusoidal_positions": _positions,
    "rotary_positions": _positions,
    "relative_bias": _positions,
    "alibi": _positions,
    "causal_mask": _positions,
    "padding_mask": _positions,
    "cosine_similarity": _compared,
    "stack": _stacked,
    "unfold": _hidden,
    "fold": _hidden,
    "glu": _same_axes,
    "expand": _same_axes,
    "attention": _attention,
    "scaled_dot_product_attention": _attention,
    "window_attention": _attention,
    "matmul": _matmul,
    "multiply": _gated,
    "concat": _concat,
    "permute": _permute,
    "reduce": _reduce,
    "select": _select,
    "select_token": _select,
    "mask_tokens": _same_axes,
    "pool_tokens": _reduce,
    "upsample": _resized,
    "pixel_shuffle": _shuffled,
    "pixel_unshuffle": _shuffled,
    "class_token": _same_axes,
    "crop": _cropped,
    "pad": _padded,
    "slice": _slice,
    "split": _same_axes,
    "roll": _same_axes,
}

_GROUPS: Mapping[str, Look] = {
    "Convolution": _convolution,
    "Pooling": _pooling,
    "Recurrent": _recurrent,
}
