"""Which wires there are on a page, and which of them begin or end at a node."""

from collections.abc import Iterable, Iterator, Mapping

from studio.ui.canvas.edge_item import EdgeItem

Key = tuple[str, int]
"""The node where a wire ends, and which of its inputs."""


class Wires(Mapping[Key, EdgeItem]):
    """The wires by where they end; those of a node are found without looking at the others."""

    def __init__(self) -> None:
        self._edges: dict[Key, EdgeItem] = {}
        self._at: dict[str, dict[Key, EdgeItem]] = {}

    def __getitem__(self, key: Key) -> EdgeItem:
        return self._edges[key]

    def __iter__(self) -> Iterator[Key]:
        return iter(self._edges)

    def __len__(self) -> int:
        return len(self._edges)

    def put(self, edge: EdgeItem) -> None:
        """Add a wire in the place of the one that ended there."""
        key = (edge.target, edge.slot)
        self._edges[key] = edge
        for name in (edge.target, edge.wire.node):
            self._at.setdefault(name, {})[key] = edge

    def take(self, key: Key) -> EdgeItem:
        """Take a wire away and return it."""
        edge = self._edges.pop(key)
        for name in {edge.target, edge.wire.node}:
            self._at[name].pop(key)
        return edge

    def attached(self, names: Iterable[str]) -> list[EdgeItem]:
        """Return the wires that begin or end at one of these nodes, each once."""
        found: dict[Key, EdgeItem] = {}
        for name in names:
            found.update(self._at.get(name, {}))
        return list(found.values())

    def into(self, name: str) -> list[Key]:
        """Return the wires that end at a node."""
        return [key for key in self._at.get(name, {}) if key[0] == name]
