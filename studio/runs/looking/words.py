"""What the steps of a sequence say: tokens by the ids that came in, traced back from a layer."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from studio.catalogue.inputs import Input
from studio.datasets.dataset import Array
from studio.datasets.texts.encoder import Encoder
from studio.errors import StudioError
from studio.graph.block import Block
from studio.graph.model import Graph

_FOLLOWS = frozenset({"Activation", "Regularization", "Normalization", "Merge"})
"""Families whose layers leave the axes as they are."""


class Words:
    """Knows what the ids of a run's samples say."""

    def __init__(self, learned: Mapping[str, Any], first: str) -> None:
        self._first = first
        whole = learned.get("first", learned)
        parts = {True: whole, False: learned.get("second", whole)}
        self._encoders = {is_first: _encoder(part) for is_first, part in parts.items()}

    def of(self, name: str, ids: Array) -> tuple[str, ...]:
        """Return what each id [steps] of an Input says; nothing if they are no known tokens."""
        encoder = self._encoders[name == self._first]
        if encoder is None or ids.ndim != 1 or not np.issubdtype(ids.dtype, np.integer):
            return ()
        if ids.size and not 0 <= ids.min() <= ids.max() < len(encoder.vocabulary):
            return ()
        return tuple(_word(encoder, int(one)) for one in ids)


def words_along(
    graph: Graph,
    path: str,
    wire: int,
    steps: int,
    said: Mapping[str, Sequence[str]],
) -> tuple[str, ...]:
    """Return what the steps of a layer's input `wire` say, if they are those of an Input.

    `said` has the words of each Input. Where the layer follows from several, it is the one that
    the first wires lead to.
    """
    origin = _origin(graph, path.split("/"), wire)
    found = said.get(origin, ())
    return tuple(found) if len(found) == steps else ()


def channels_lead(graph: Graph, path: str) -> bool:
    """Whether two axes of a layer's output are channels × steps, as one-dimensional layers have."""
    *blocks, name = path.split("/")
    page = page_of(graph, blocks)
    seen: set[str] = set()
    while name in page and name not in seen:
        seen.add(name)
        layer = page[name].layer
        if _is_1d(layer.key):
            return True
        if isinstance(layer, Input):
            return _feeds_1d(page, name)
        sources = [wire.node for wire in page[name].sources if wire is not None]
        if layer.group not in _FOLLOWS or not sources:
            return False
        name = sources[0]
    return False


def _is_1d(key: str) -> bool:
    return key.endswith("1d") and not key.startswith(("batch_norm", "dropout"))


def _feeds_1d(page: Graph, name: str) -> bool:
    readers = [one for one in page if name in [w.node for w in page[one].sources if w is not None]]
    return any(_is_1d(page[one].layer.key) for one in readers)


def page_of(graph: Graph, blocks: Sequence[str]) -> Graph:
    """Return the page inside blocks, the outermost first; an empty one if there is none."""
    for block in blocks:
        layer = graph[block].layer if block in graph else None
        if not isinstance(layer, Block):
            return Graph()
        graph = layer.graph
    return graph


def _origin(graph: Graph, parts: Sequence[str], wire: int) -> str:
    """Return the Input from which a layer's input follows, by way of first wires."""
    *blocks, name = parts
    page = page_of(graph, blocks)
    seen: set[str] = set()
    while name in page and name not in seen:
        seen.add(name)
        node = page[name]
        if isinstance(node.layer, Input):
            if not blocks:
                return name
            inlets = [one for one in page if isinstance(page[one].layer, Input)]
            return _origin(graph, blocks, inlets.index(name))
        wires = [one for one in node.sources[wire:] if one is not None]
        if not wires:
            return ""
        name, wire = wires[0].node, 0
    return ""


def _encoder(learned: Any) -> Encoder | None:
    if not isinstance(learned, Mapping) or "tokens" not in learned:
        return None
    try:
        return Encoder(learned)
    except StudioError:
        return None


def _word(encoder: Encoder, number: int) -> str:
    if not number:
        return ""  # padding
    return encoder.text([number]).strip() or encoder.vocabulary[number]
