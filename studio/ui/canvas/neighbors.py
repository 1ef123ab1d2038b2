"""Which card an arrow key walks to: along the wires first, else the nearest one that way."""

from collections.abc import Iterable, Mapping
from typing import Literal

from studio.graph.model import Graph

Way = Literal["up", "down", "left", "right"]
Place = tuple[float, float]
_STEPS: Mapping[Way, tuple[int, int]] = {
    "up": (0, -1),
    "down": (0, 1),
    "left": (-1, 0),
    "right": (1, 0),
}


def step(way: Way) -> tuple[int, int]:
    """Return the direction as (x, y)."""
    return _STEPS[way]


def neighbor(page: Graph, places: Mapping[str, Place], start: str, way: Way) -> str | None:
    """Return the node that lies `way` of `start`, or None at the edge of the page.

    Up and down follow the wires, wherever they lead; left and right go to the nearest card.
    """
    wired = _wired(page, start, way)
    x, y = places[start]
    if wired:
        return min(wired, key=lambda name: abs(places[name][0] - x))
    across, along = _STEPS[way]
    return min(
        _beyond(places, start, way),
        key=lambda name: (
            abs(places[name][0] - x) * (1 if across else 2.5)
            + abs(places[name][1] - y) * (1 if along else 2.5)
        ),
        default=None,
    )


def _wired(page: Graph, start: str, way: Way) -> list[str]:
    if way == "up":
        return [wire.node for wire in page[start].sources if wire is not None and wire.node in page]
    if way == "down":
        return [name for name, _slot in page.consumers[start]]
    return []


def _beyond(places: Mapping[str, Place], start: str, way: Way) -> Iterable[str]:
    x, y = places[start]
    across, along = _STEPS[way]
    for name, (left, top) in places.items():
        if name != start and (left - x) * across + (top - y) * along > 20:
            yield name
