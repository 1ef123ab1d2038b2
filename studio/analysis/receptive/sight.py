"""What a value far inside a network sees of each axis of the input, and where it keeps it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from studio.analysis.receptive.course import Course
from studio.catalogue.shape import Shape

Dimension = tuple[int, int]
"""An axis of the input over which windows slide: how many there are, and which one it is."""


@dataclass(frozen=True)
class Seen:
    """How much of one axis of the input is seen."""

    course: Course | None
    """None means the whole axis."""
    axes: frozenset[int] = frozenset()
    """The axes along which the window moves."""
    folded: bool = False
    """Whether these axes hold other numbers too, or this one in pieces: neighbors are lost."""

    @property
    def whole(self) -> "Seen":
        """The same axis, all of it seen."""
        return replace(self, course=None)


Sight = Mapping[Dimension, Seen]
"""What the values of one tensor see; empty where no axis of the input is one of places."""


def everything(sight: Sight, axes: Iterable[int] | None = None) -> Sight:
    """Return the sight after mixing all places along `axes` (all, if not given)."""
    mixed = None if axes is None else frozenset(axes)
    return {
        dimension: seen.whole if mixed is None or seen.axes & mixed else seen
        for dimension, seen in sight.items()
    }


def windowed(
    sight: Sight, mixed: Iterable[int], windows: Mapping[int, Callable[[Course], Course | None]]
) -> Sight:
    """Return the sight behind windows along some axes that also mix all places of others.

    Numbers of several input axes laid out along one window axis count as seen whole.
    """
    found: dict[Dimension, Seen] = {}
    whole = frozenset(mixed)
    for dimension, seen in sight.items():
        course = None if seen.axes & whole else seen.course
        for axis in seen.axes:
            if course is not None and axis in windows:
                course = None if seen.folded else windows[axis](course)
        found[dimension] = seen if course is seen.course else Seen(course, seen.axes, seen.folded)
    return found


def placed(sight: Sight, where: Callable[[int], int | None]) -> Sight:
    """Return the sight with its axes renumbered; None drops one."""
    return {
        dimension: replace(
            seen, axes=frozenset(to for axis in seen.axes if (to := where(axis)) is not None)
        )
        for dimension, seen in sight.items()
    }


def met(sights: Iterable[Sight]) -> Sight:
    """Return what values see that follow from several tensors of one layout."""
    found: dict[Dimension, Seen] = {}
    for sight in sights:
        for dimension, seen in sight.items():
            known = found.get(dimension)
            found[dimension] = seen if known is None else _both(known, seen)
    return found


def _both(one: Seen, other: Seen) -> Seen:
    axes = one.axes | other.axes
    folded = one.folded or other.folded or len(axes) > 1
    if one.course is None or other.course is None:
        return Seen(None, axes, folded)
    if not one.axes or not other.axes:  # one is the same for every place
        return Seen(max(one.course, other.course, key=lambda course: course.size), axes, folded)
    return Seen(one.course.joined(other.course), axes, folded)


def stretched(sight: Sight, shape: Shape, rank: int, wide: Shape) -> Sight:
    """Return the sight of a tensor that is stretched to the axes of a wider one."""
    ahead = rank - len(shape)

    def where(axis: int) -> int | None:
        to = axis + ahead
        repeated = axis < len(shape) and shape[axis] == 1 and wide[to] > 1
        return None if repeated else to

    return placed(sight, where)


def regrouped(sight: Sight, before: Shape, after: Shape) -> Sight:
    """Return the sight after the same numbers were laid out along other axes, in order."""
    groups = dict(_groups(before, after))
    found: dict[Dimension, Seen] = {}
    for dimension, seen in sight.items():
        axes = frozenset(to for axis in seen.axes for to in groups.get(axis, ()))
        kept = all(
            [before[axis]] == [after[to] for to in groups.get(axis, ())] for axis in seen.axes
        )
        found[dimension] = Seen(seen.course, axes, seen.folded or (bool(axes) and not kept))
    return found


def _groups(before: Shape, after: Shape) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Yield each axis with the axes its numbers lie along afterwards, those of size 1 left out."""
    left = [axis for axis, size in enumerate(before) if size > 1]
    right = [axis for axis, size in enumerate(after) if size > 1]
    while left and right:
        one, other = [left.pop(0)], [right.pop(0)]
        size, wanted = before[one[0]], after[other[0]]
        while size != wanted:
            if size < wanted and left:
                one.append(left.pop(0))
                size *= before[one[-1]]
            elif right:
                other.append(right.pop(0))
                wanted *= after[other[-1]]
            else:
                return
        for axis in one:
            yield axis, tuple(other)
