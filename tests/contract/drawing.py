"""Random settings from what a class declares, and random inputs: sensible ones and wild ones."""

from collections.abc import Iterator, Mapping
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from studio.catalogue import Layer, Shape
from studio.errors import StudioError
from studio.fields import Setting

DTYPES = ("float32", "int64")
ARRIVING: Mapping[str, tuple[str, ...]] = {
    "window_reverse": ("44c",),
    "segment_embedding": ("td", "#t"),
    "lookup": ("#t", "vd"),
    "matmul": ("nk", "km"),
    "select_token": ("td", "#t"),
    "mask_tokens": ("td", "#t"),
    "pool_tokens": ("td", "#t"),
}
"""What fits the layers whose wires differ in kind: a letter for each axis, # before ids.

A digit is that size, a letter the same size on all wires. Other layers take the same on every wire.
"""
GIVEN: Mapping[str, tuple[Shape, ...]] = {"fold": (Shape(8, 49),)}
"""What fits the layers as they are declared that take no input of equal axes."""
MOST = {"scale_factor": 4.0}
"""The largest that is drawn of settings that make volumes too large to compute often."""
SIZES = st.sampled_from((4, 6, 8, 2, 3, 5, 1, 4, 8, 9))


def _between(setting: Setting, least: int, most: int) -> SearchStrategy[int]:
    low = least if setting.low is None else max(least, int(setting.low))
    high = most if setting.high is None else min(most, int(setting.high))
    return st.integers(low, max(low, high))


def _whole(setting: Setting) -> SearchStrategy[int]:
    near = _between(setting, -2, 2)
    return st.one_of(near, near, near, _between(setting, -4, 4), _between(setting, -6, 6))


def _real(setting: Setting) -> SearchStrategy[float]:
    high = MOST.get(setting.name, setting.high)
    ends = [end for end in (setting.low, high) if end is not None]
    inside = st.floats(setting.low, high, allow_nan=False, allow_infinity=False)
    return st.sampled_from([setting.default or 1.0, *map(float, ends)]) | inside


def _sides(setting: Setting) -> SearchStrategy[Any]:
    one: SearchStrategy[Any] = _between(setting, 0, 2) | _between(setting, 0, 4)
    hole = st.none() | one if setting.holes else one
    each = st.tuples(*[hole] * setting.axes)
    words = [st.sampled_from(setting.options)] if setting.options else []
    return st.one_of(one, each, *words)


def _list(setting: Setting, rank: int) -> SearchStrategy[tuple[int, ...]]:
    orders = st.permutations(range(1, rank + 1))
    headed = orders.map(lambda order: (0, *order))
    few = st.lists(_between(setting, -2, 3), max_size=3).map(tuple)
    sizes = st.lists(st.sampled_from((2, -1, 1, 3, 4)), min_size=1, max_size=3).map(tuple)
    moved = st.permutations(range(rank + 1)).map(tuple)
    fit = st.one_of(headed, headed, moved, sizes, few, few)
    low = -16 if setting.low is None else setting.low
    return fit.filter(lambda items: all(item >= low for item in items))


def values(setting: Setting, rank: int = 2) -> SearchStrategy[Any]:
    """Return values that the declaration allows, the default often, small ones else.

    Lists are drawn for inputs of `rank` axes, since most name axes.
    """
    kinds: dict[str, SearchStrategy[Any]] = {
        "integer": _whole(setting) if setting.kind == "integer" else st.nothing(),
        "number": _real(setting) if setting.kind == "number" else st.nothing(),
        "flag": st.booleans(),
        "choice": st.sampled_from(setting.options or ("",)),
        "sides": _sides(setting) if setting.kind == "sides" else st.nothing(),
        "integers": _list(setting, rank) if setting.kind == "integers" else st.nothing(),
    }
    empty = [st.none()] if setting.optional else []
    usual, other = st.just(setting.default), kinds[setting.kind]
    return st.one_of(usual, usual, other, other, other, *empty)


def layers(cls: type[Layer], rank: int = 2) -> SearchStrategy[Layer]:
    """Return layers of one class: each setting drawn, or a few, and the others as declared."""
    drawn = {name: values(setting, rank) for name, setting in cls.declared.items()}
    every = st.fixed_dictionaries(drawn)
    few = st.sets(st.sampled_from(sorted(drawn)), max_size=2) if drawn else st.just(set())
    some = few.flatmap(lambda names: st.fixed_dictionaries({name: drawn[name] for name in names}))
    return (every | some).map(lambda settings: cls(**settings))


def telling(setting: Setting, size: int) -> list[Any]:
    """Return the few values that tell most when inputs have axes of `size`."""
    low, high = setting.low, setting.high
    match setting.kind:
        case "integer" | "sides":
            least = -1 if low is None or low < 0 else int(low)
            found: list[Any] = [least, least + 1, size, *[size + 1] * bool(setting.axes)]
            found = [value for value in found if high is None or value <= high]
        case "number":
            found = [float(end) for end in (low, high) if end is not None]
        case "flag":
            found = [False, True]
        case "integers":
            found = [setting.default]
        case _:
            found = []
    return found + list(setting.options) + [None] * setting.optional


def fitting(cls: type[Layer], size: int = 8) -> list[tuple[Shape, ...]]:
    """Return what arrives, of each rank and dtype, that the layer takes as it is declared."""
    found = []
    for arrived in _candidates(cls, size):
        try:
            cls().shapes(*arrived)
        except StudioError:
            continue
        found.append(arrived)
    return found


def _candidates(cls: type[Layer], size: int) -> Iterator[tuple[Shape, ...]]:
    if cls.key in GIVEN:
        yield GIVEN[cls.key]
    elif cls.key in ARRIVING:
        yield tuple(_spelled(axes, dict.fromkeys(axes, size)) for axes in ARRIVING[cls.key])
    else:
        for dtype in DTYPES:
            for rank in range(5):
                yield (Shape(*[size] * rank, dtype=dtype),) * cls.inputs[0]


def _spelled(axes: str, sizes: Mapping[str, int]) -> Shape:
    dtype = "int64" if axes.startswith("#") else "float32"
    spelled = (int(axis) if axis.isdigit() else sizes[axis] for axis in axes.lstrip("#"))
    return Shape(*spelled, dtype=dtype)


@st.composite
def inputs(draw: DrawFn, cls: type[Layer]) -> tuple[Shape, ...]:
    """Draw what the wires bring: mostly of a fitting rank, further wires mostly like the first."""
    least, most = cls.inputs
    count = draw(st.integers(least, least + 2 if most is None else most))
    shapes = list(draw(_of_kinds(cls))) if cls.key in ARRIVING else [draw(_first(cls))]
    while len(shapes) < count:
        shapes.append(draw(_like(shapes[0])))
    return tuple(shapes[:count])


@st.composite
def _of_kinds(draw: DrawFn, cls: type[Layer]) -> tuple[Shape, ...]:
    letters = sorted({axis for axes in ARRIVING[cls.key] for axis in axes if axis.isalpha()})
    sizes = {axis: draw(SIZES) for axis in letters}
    found = [_spelled(axes, sizes) for axes in ARRIVING[cls.key]]
    odd = draw(st.sampled_from((None, None, *range(len(found)))))
    if odd is not None:
        found[odd] = draw(_like(found[odd]))
    return tuple(found)


@st.composite
def _first(draw: DrawFn, cls: type[Layer]) -> Shape:
    fits = [arrived[0] for arrived in fitting(cls) if arrived]
    if fits and draw(st.sampled_from((True, True, True, False))):
        kind = draw(st.sampled_from(fits))
        return Shape(*(draw(SIZES) for _ in kind), dtype=kind.dtype)
    rank = draw(st.integers(0, 4))
    return Shape(*(draw(SIZES) for _ in range(rank)), dtype=draw(st.sampled_from(DTYPES)))


@st.composite
def _like(draw: DrawFn, shape: Shape) -> Shape:
    match draw(st.sampled_from(("same", "same", "same", "axis", "axis", "stretched", "else"))):
        case "axis" if shape:
            at = draw(st.integers(0, len(shape) - 1))
            return Shape(*shape[:at], draw(SIZES), *shape[at + 1 :], dtype=shape.dtype)
        case "stretched":
            return Shape(*(draw(st.sampled_from((1, n))) for n in shape), dtype=shape.dtype)
        case "else":
            return Shape(*shape[draw(st.integers(0, 1)) :], dtype=draw(st.sampled_from(DTYPES)))
    return shape
