"""How longer stretches of a network play through a training step: many copies, and recomputing."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from studio.analysis.memory.acts import Act, Value
from studio.analysis.memory.live import Live, Store, change

SHOWN = 4
"""Copies of a repeated block that are played through; all others lie between the middle two."""


@dataclass(eq=False)
class Stretch:
    """Acts one after the other."""

    acts: Sequence[Act]

    def forward(self, live: Live, *, saving: bool) -> None:
        for act in self.acts:
            act.forward(live, saving=saving)

    def backward(self, live: Live) -> None:
        for act in reversed(self.acts):
            act.backward(live)


@dataclass(eq=False)
class Many:
    """Equal copies one after the other, of which only the outer ones are played through.

    What the second copy adds, each of those left out adds, too; the level between them rises and
    falls in a straight line, so that no fullest moment is missed.
    """

    copies: Sequence[Act]
    """`SHOWN` of them."""
    left_out: int

    def forward(self, live: Live, *, saving: bool) -> None:
        first, second, *others = self.copies
        first.forward(live, saving=saving)
        before = live.levels
        second.forward(live, saving=saving)
        live.shift(change(before, live.levels), self.left_out)
        for copy in others:
            copy.forward(live, saving=saving)

    def backward(self, live: Live) -> None:
        first, second, third, fourth = self.copies
        fourth.backward(live)
        before = live.levels
        third.backward(live)
        live.shift(change(before, live.levels), self.left_out)
        second.backward(live)
        first.backward(live)


@dataclass(eq=False)
class Recomputed:
    """A copy that keeps only what comes in, and is computed again for its backward pass."""

    inside: Act
    arriving: Sequence[Value]
    leaving: Sequence[Value]
    _saved: list[Store] = field(default_factory=list)

    def forward(self, live: Live, *, saving: bool) -> None:
        came = [value.store for value in self.arriving if value.store is not None]
        if saving:
            self._saved = [live.save(store) for store in came]
        self.inside.forward(live, saving=False)

    def backward(self, live: Live) -> None:
        inputs = [value.store for value in self.arriving]
        outputs = [value.store for value in self.leaving]
        for value, store in zip(self.arriving, self._saved, strict=True):
            value.store = live.hold(store)
        self.inside.forward(live, saving=True)
        for value in {id(value): value for value in (*self.leaving, *self.arriving)}.values():
            if value.store is not None:
                live.drop(value.store)
        for values, stores in ((self.arriving, inputs), (self.leaving, outputs)):
            for value, kept in zip(values, stores, strict=True):
                value.store = kept
        self.inside.backward(live)
        for store in self._saved:
            live.release(store)
        self._saved = []
