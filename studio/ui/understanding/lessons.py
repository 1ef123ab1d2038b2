"""What a curve teaches, in a sentence with its own numbers."""

import math
from collections.abc import Sequence
from itertools import pairwise

from studio.analysis.explore import Knob, Point
from studio.wording import _, humanized


def lesson(knob: Knob, points: Sequence[Point]) -> str:
    """Return what follows from turning a number, or why nothing can be said."""
    if len(points) < 2:
        return _("There are too few values with which the network runs to say how it grows.")
    if knob.setting.name == "repeat":
        return _of_copies(points)
    return _of_setting(knob, points)


def _of_copies(points: Sequence[Point]) -> str:
    first, last = points[0], points[-1]
    count = last.value - first.value
    each = (last.parameters - first.parameters) / count
    work = (last.multiply_adds - first.multiply_adds) / count
    added = {"depth": f"{(last.depth - first.depth) / count:g}", "parameters": humanized(each)}
    if _is_even([point.multiply_adds for point in points], points):
        told = _(
            "Each copy adds {depth} to the depth, {parameters} parameters and {work} multiply-adds."
        ).format(work=humanized(work), **added)
    else:
        told = _(
            "Each copy adds {depth} to the depth and {parameters} parameters. Its work depends on "
            "the size of what reaches it: copies that shrink their input leave less to those after."
        ).format(**added)
    return f"{told} {_of_the_rest(first, each)}".strip()


def _of_the_rest(first: Point, each: float) -> str:
    """Return why depth and size do not grow alike."""
    fixed = first.parameters - first.value * each
    if each < 0.5:
        return _("The copies share their weights, so depth is free of parameters.")
    if fixed < 1:
        return ""
    return _(
        "{fixed} parameters lie outside and stay: twice as deep is not twice as large."
    ).format(fixed=humanized(fixed))


def _is_even(counts: Sequence[int], points: Sequence[Point]) -> bool:
    """Whether a count grows by the same for each copy."""
    pairs = list(zip(counts, points, strict=True))
    slopes = [
        (count - before) / (point.value - other.value)
        for (before, other), (count, point) in pairwise(pairs)
    ]
    return max(slopes) - min(slopes) <= 0.01 * max(map(abs, slopes))


def _of_setting(knob: Knob, points: Sequence[Point]) -> str:
    told = _(
        "Doubling {setting} multiplies the parameters by about {parameters} and the multiply-adds "
        "by about {work}."
    ).format(
        setting=knob.setting.title,
        parameters=_doubled([point.parameters for point in points], points, knob.value),
        work=_doubled([point.multiply_adds for point in points], points, knob.value),
    )
    if points[0].depth != points[-1].depth:
        return told
    return f"{told} " + _("It adds nothing to the depth: size and depth are two things.")


def _doubled(counts: Sequence[int], points: Sequence[Point], present: int) -> str:
    """Return by how much a count grows where the value doubles, read off near the present value."""
    values = [point.value for point in points]
    near = min(range(len(values)), key=lambda i: abs(values[i] - present))
    start = max(0, near - 1)
    end = min(len(values) - 1, near + 1)
    if not counts[start] or not counts[end] or values[start] == values[end] or not values[start]:
        return "1"
    power = math.log(counts[end] / counts[start]) / math.log(values[end] / values[start])
    return f"{2**power:.2f}"
