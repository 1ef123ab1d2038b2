"""How marks on layers and blocks say what is frozen, and how they are put on and taken away."""

from collections.abc import Iterable, Mapping

from studio.graph.model import Frozen

Marks = Mapping[str, Frozen]
"""Path of a layer or block → how it is frozen; what is not frozen has none."""


def covers(path: str, other: str) -> bool:
    """Whether `other` is the layer or block at `path`, or lies inside of it."""
    return other == path or other.startswith(path + "/")


def resolved(path: str, marks: Marks) -> Frozen:
    """Return what holds for a layer: the stricter of its own mark and those of blocks around."""
    parts = path.split("/")
    found = [marks.get("/".join(parts[:end]), False) for end in range(1, len(parts) + 1)]
    if True in found:
        return True
    return "statistics" if "statistics" in found else False


def marked(marks: Marks, paths: Iterable[str], mark: Frozen) -> Marks:
    """Return the marks with those of `paths` replaced, or taken away where `mark` is False."""
    changed = {**marks, **dict.fromkeys(paths, mark)}
    return {path: mark for path, mark in changed.items() if mark}


def thawed(marks: Marks, path: str, layers: Iterable[str]) -> Marks:
    """Return the marks under which nothing at `path` is frozen, and all else is as it was.

    The mark of a block around goes over to those of `layers`, all of the network, that it held
    besides.
    """
    left = {other: mark for other, mark in marks.items() if not covers(path, other)}
    around = [other for other in left if covers(other, path)]
    if not around:
        return left
    kept = {other: mark for other, mark in left.items() if other not in around}
    for layer in layers:
        if not covers(path, layer) and any(covers(block, layer) for block in around):
            kept[layer] = resolved(layer, left)
    return kept
