"""What differs between two graphs, by id, so that a view redraws only that."""

from dataclasses import dataclass

from studio.graph.model import Graph


@dataclass(frozen=True)
class Change:
    """What moved between two graphs."""

    before: Graph
    after: Graph
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    """Nodes whose layer, wires, frozen state or place differ."""

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.updated)


def difference(before: Graph, after: Graph) -> Change:
    """Return what changed from `before` to `after`; unchanged nodes cost one identity test."""
    old, new = before.nodes, after.nodes
    return Change(
        before,
        after,
        added=tuple(name for name in new if name not in old),
        removed=tuple(name for name in old if name not in new),
        updated=tuple(
            name
            for name, node in new.items()
            if name in old and old[name] is not node and old[name] != node
        ),
    )
