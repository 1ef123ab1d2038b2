"""How much memory is alive from moment to moment while a training step is played through."""

from dataclasses import dataclass

KEPT, PASSING, GRADIENT = 0, 1, 2
Levels = tuple[int, int, int]
"""Bytes kept for the backward pass, bytes that come and go, bytes of gradients of parameters."""


@dataclass(eq=False)
class Store:
    """A piece of memory; it is free when nobody holds it any more."""

    size: int
    kind: int = PASSING
    holders: int = 1
    waiting: int = 0
    """How many of the holders wait for the backward pass."""


class Live:
    """The memory that is alive now, and the fullest moment so far."""

    def __init__(self) -> None:
        self._levels = [0, 0, 0]
        self.fullest: Levels = (0, 0, 0)
        self.gradients: dict[str, Store] = {}
        """The gradients of parameters that are there, by the name of the parameter."""

    @property
    def levels(self) -> Levels:
        """The bytes that are alive now."""
        kept, passing, gradients = self._levels
        return kept, passing, gradients

    def take(self, size: int, kind: int = PASSING) -> Store:
        """Return new memory with one holder."""
        store = Store(size, kind)
        self._levels[kind] += size
        return store

    def hold(self, store: Store) -> Store:
        """Let somebody else hold it, too."""
        store.holders += 1
        return store

    def drop(self, store: Store) -> None:
        """One holder lets go."""
        store.holders -= 1
        if not store.holders:
            self._levels[store.kind] -= store.size

    def save(self, store: Store) -> Store:
        """Hold it for the backward pass."""
        store.waiting += 1
        self._move(store, KEPT)
        return self.hold(store)

    def release(self, store: Store) -> None:
        """Let go of what was saved."""
        store.waiting -= 1
        if not store.waiting:
            self._move(store, PASSING)
        self.drop(store)

    def _move(self, store: Store, kind: int) -> None:
        if store.kind not in {GRADIENT, kind}:
            self._levels[store.kind] -= store.size
            self._levels[kind] += store.size
            store.kind = kind

    def shift(self, change: Levels, times: int) -> None:
        """Change the levels as `times` equal stretches of the network would."""
        for kind, bytes_ in enumerate(change):
            self._levels[kind] += bytes_ * times

    def look(self, more: int = 0) -> None:
        """Remember this moment, in which `more` bytes come and go, if it is the fullest."""
        if sum(self._levels) + more > sum(self.fullest):
            kept, passing, gradients = self._levels
            self.fullest = kept, passing + more, gradients


def change(before: Levels, after: Levels) -> Levels:
    """Return what happened between two moments."""
    kept, passing, gradients = (b - a for a, b in zip(before, after, strict=True))
    return kept, passing, gradients
