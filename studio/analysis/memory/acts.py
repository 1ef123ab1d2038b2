"""What a training step is made of, and how each piece plays through forward and backward."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from studio.analysis.memory.live import GRADIENT, Live, Store


@dataclass(eq=False)
class Value:
    """A tensor on its way through the network."""

    size: int
    """Bytes for the whole batch."""
    width: int = 4
    """Bytes of one number."""
    fed: bool = False
    """Whether something that trains lies before it, so that it has a gradient."""
    spatial: bool = False
    """Whether it is a picture lying channels-last in memory."""
    store: Store | None = None
    gradient: Store | None = None


class Act(Protocol):
    """A piece of a training step."""

    def forward(self, live: Live, *, saving: bool) -> None:
        """Play the forward pass; `saving` keeps what the backward pass needs."""

    def backward(self, live: Live) -> None:
        """Play the backward pass."""


@dataclass(eq=False)
class Op:
    """One operation: what it reads and writes, and what it holds."""

    reads: Sequence[Value]
    writes: Sequence[Value]
    keeps: Sequence[Value] = ()
    aside: int = 0
    """Further bytes that wait for the backward pass."""
    forward_more: int = 0
    backward_more: int = 0
    weights: Sequence[tuple[str, int]] = ()
    """Parameters that train, by name, with the bytes of their gradients."""
    in_place: bool = False
    """Whether what it writes is the memory of what it reads first."""
    hands_on: bool = False
    """Whether the gradient goes on as it is."""
    _saved: list[Store] = field(default_factory=list)

    @property
    def carries(self) -> bool:
        """Whether a gradient flows through it."""
        return bool(self.weights) or any(value.fed for value in self.reads)

    def forward(self, live: Live, *, saving: bool) -> None:
        for value in self.writes:
            first = self.reads[0].store if self.in_place else None
            value.store = live.take(value.size) if first is None else live.hold(first)
        aside = live.take(self.aside)
        if saving and self.carries:
            stores = [value.store for value in self.keeps if value.store is not None]
            self._saved = [live.save(store) for store in (*dict.fromkeys(stores), aside)]
        live.look(self.forward_more)
        live.drop(aside)

    def backward(self, live: Live) -> None:
        if not self.carries:
            return
        arrived = [value.gradient for value in self.writes if value.gradient is not None]
        added = self._made(live, arrived) if arrived else []
        if arrived:
            live.look(self.backward_more + self._grow(live))
        for store in self._saved:
            live.release(store)
        self._saved = []
        for value in self.writes:
            if value.gradient is not None:
                live.drop(value.gradient)
                value.gradient = None
        for value, store in added:
            _accumulate(live, value, store)

    def _made(self, live: Live, arrived: list[Store]) -> list[tuple[Value, Store]]:
        """Return the gradients of what was read."""
        found = []
        for value in self.reads:
            if value.fed:
                whole = self.hands_on and (len(self.reads) > 1 or value.size >= arrived[0].size)
                store = live.hold(arrived[0]) if whole else live.take(value.size)
                found.append((value, store))
        return found

    def _grow(self, live: Live) -> int:
        """Make the gradients of the parameters; return the bytes of those that were there before.

        A second gradient of the same parameter is added to the first and gone.
        """
        again = 0
        for name, size in self.weights:
            if name in live.gradients:
                again += size
            else:
                live.gradients[name] = live.take(size, GRADIENT)
        return again


def _accumulate(live: Live, value: Value, store: Store) -> None:
    """Add a gradient to what other readers of the value sent back before."""
    if value.gradient is None:
        value.gradient = store
        return
    if value.gradient.holders > 1:
        summed = live.take(value.size)
        live.look()
        live.drop(value.gradient)
        value.gradient = summed
    live.drop(store)


@dataclass(eq=False)
class Stay:
    """Gives memory to values that are there from the start."""

    values: Sequence[Value]

    def forward(self, live: Live, *, saving: bool) -> None:
        for value in self.values:
            value.store = live.save(live.take(value.size))

    def backward(self, live: Live) -> None:
        """They stay to the end of the step."""


@dataclass(eq=False)
class Spend:
    """Values that nobody reads any more are let go."""

    values: Sequence[Value]

    def forward(self, live: Live, *, saving: bool) -> None:
        for value in self.values:
            if value.store is not None:
                live.drop(value.store)
                value.store = None

    def backward(self, live: Live) -> None:
        """Nothing to do: what waits is held by those who need it."""
