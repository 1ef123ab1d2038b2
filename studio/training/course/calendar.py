"""Which step lies in which epoch, and how many samples it sees, while batch sizes change.

An epoch uses each of its samples once. Where the batch size changes inside of one, what is left of
its samples is cut into batches of the new size. Time between two steps is measured in epochs: in
an epoch that goes on with another size, what was left of it runs evenly over the steps it has left.
Nothing here depends on what comes later, so that a change by hand moves nothing that was before.
"""

from bisect import bisect_right
from dataclasses import dataclass, replace
from functools import cached_property

from studio.training.course.length import batches


@dataclass(frozen=True)
class Leg:
    """Steps of one batch size: where it begins, and what it is cut from."""

    batch: int
    samples: int
    """Training samples of the epoch under way."""
    following: int
    """Training samples of the epochs after it."""
    pairs: bool
    step: int = 0
    epoch: int = 0
    """The epoch under way at its first step."""
    position: int = 0
    """Batches of that epoch that were before."""
    taken: int = 0
    """Samples of that epoch that were used before."""
    done: float = 0.0
    """The share of that epoch that was done before."""

    @cached_property
    def left(self) -> int:
        """Steps that the epoch under way has left."""
        return batches(self.samples - self.taken, self.batch, pairs=self.pairs)

    @cached_property
    def length(self) -> int:
        """Steps of each epoch after it."""
        return max(1, batches(self.following, self.batch, pairs=self.pairs))

    def start(self, epoch: int) -> int:
        """Return the first step of an epoch that is under way here, or comes later."""
        if epoch == self.epoch:
            return self.step - self.position
        return self.step + self.left + (epoch - self.epoch - 1) * self.length

    def place(self, step: int) -> tuple[int, int]:
        """Return the epoch in which a step of it lies, and the batches of it before that step."""
        gone = step - self.step
        if gone < self.left:
            return self.epoch, self.position + gone
        more, position = divmod(gone - self.left, self.length)
        return self.epoch + 1 + more, position

    def begun(self, epoch: int, position: int) -> tuple[int, float]:
        """Return the samples used and the share done of an epoch, so many batches into it."""
        if epoch > self.epoch:
            return min(position * self.batch, self.following), position / self.length
        gone = position - self.position
        taken = min(self.taken + gone * self.batch, self.samples)
        return taken, self.done + (1 - self.done) * gone / max(1, self.left)

    def reached(self, epochs: float) -> int:
        """Return the step nearest to the moment at which so many epochs are done."""
        if not self.step:
            return round(epochs * self.length)
        inside = epochs - self.epoch - self.done
        if epochs <= self.epoch + 1:
            if not self.left:
                return self.step
            return self.step + round(max(0.0, inside) / (1 - self.done) * self.left)
        return self.step + self.left + round((epochs - self.epoch - 1) * self.length)


@dataclass(frozen=True)
class Anchor:
    """A place that a run came to under another plan: the fields of a leg that say where it is."""

    step: int
    epoch: int
    position: int
    taken: int
    done: float


@dataclass(frozen=True)
class Calendar:
    """The steps of a run, leg by leg."""

    legs: tuple[Leg, ...]
    epochs: int

    @classmethod
    def even(cls, samples: int, batch: int, epochs: int, *, pairs: bool = False) -> "Calendar":
        """Return that of a run in which nothing changes."""
        return cls((Leg(batch, samples, samples, pairs),), epochs)

    def changed(
        self, step: int, batch: int | None = None, following: int | None = None
    ) -> "Calendar":
        """Return it with another batch size, or other samples in later epochs, from `step` on.

        `step` is at or after the last change. Other samples come with the first epoch that begins
        there or later.
        """
        last = self.legs[-1]
        epoch, position = last.place(step)
        taken, done = last.begun(epoch, position)
        samples = last.samples if epoch == last.epoch else last.following
        after = last.following if following is None else following
        leg = Leg(
            batch or last.batch,
            samples if position else after,
            after,
            last.pairs,
            *(step, epoch, position, taken, done),
        )
        return self._with(leg)

    def anchored(self, anchor: "Anchor") -> "Calendar":
        """Return it for a run that came to a place in another way than it says."""
        last = self.legs[-1]
        now = last.samples if anchor.epoch <= last.epoch else last.following
        return self._with(replace(last, samples=now, **vars(anchor)))

    @property
    def total(self) -> int:
        """Steps of the whole run."""
        return self._total

    @cached_property
    def _lengths(self) -> dict[int, int]:
        return {}

    @cached_property
    def _steps(self) -> list[int]:
        return [leg.step for leg in self.legs]

    @cached_property
    def _total(self) -> int:
        return self.start(self.epochs)

    @property
    def is_even(self) -> bool:
        """Whether nothing changes."""
        return len(self.legs) == 1

    def start(self, epoch: int) -> int:
        """Return the first step of an epoch."""
        index = max((i for i, leg in enumerate(self.legs) if leg.epoch <= epoch), default=0)
        found = self.legs[index].start(epoch)
        if index + 1 == len(self.legs):
            return found
        following = self.legs[index + 1]  # the run may have come there in another way
        return min(found, following.step - following.position)

    def length(self, epoch: int) -> int:
        """Return how many steps an epoch has."""
        if len(self.legs) == 1:
            return self.legs[0].length
        if epoch not in self._lengths:  # looked up at every step of a run
            self._lengths[epoch] = self.start(epoch + 1) - self.start(epoch)
        return self._lengths[epoch]

    def place(self, step: int) -> tuple[int, int]:
        """Return the epoch in which a step lies, and how many batches of it come before."""
        return self._leg(step).place(step)

    def batch(self, step: int) -> int:
        """Return the batch size by which the samples are cut at a step."""
        return self._leg(step).batch

    def whole(self, step: int) -> int:
        """Return how many steps an epoch has that is not cut short, at the batch size of a step."""
        leg = self._leg(step)
        return max(1, batches(leg.following, leg.batch, pairs=leg.pairs))

    def progress(self, step: int) -> float:
        """Return how many epochs are done before a step, with a fraction."""
        leg = self._leg(step)
        epoch, position = leg.place(step)
        return epoch + leg.begun(epoch, position)[1]

    def when(self, epochs: float) -> int:
        """Return the step nearest to the moment at which so many epochs are done."""
        index = self._index(epochs)
        found = self.legs[index].reached(epochs)
        return found if index + 1 == len(self.legs) else min(found, self.legs[index + 1].step)

    def when_share(self, share: float) -> int:
        """Return the step nearest to the moment at which this share of all epochs is done."""
        if not self._index(share * self.epochs):  # to the bit as for runs that are even
            leg = self.legs[0]
            found = round(share * (leg.length * self.epochs))
            return found if self.is_even else min(found, self.legs[1].step)
        return self.when(share * self.epochs)

    def evened(self, step: int) -> float:
        """Return which step of an even run is as far as this one: what schedules go by."""
        first, leg = self.legs[0], self._leg(step)
        if leg is first:
            return step
        gone = step - leg.step - leg.left
        done = leg.epoch + 1 + gone / leg.length if gone >= 0 else self.progress(step)
        return min(done * first.length, max(0, first.length * self.epochs - 1))

    @property
    def even_total(self) -> int:
        """Steps of the run if nothing changed."""
        return self.legs[0].length * self.epochs

    def sizes(self, epoch: int) -> list[int]:
        """Return how many samples each step of an epoch sees."""
        found: list[int] = []
        start, end = self.start(epoch), self.start(epoch + 1)
        for index, leg in enumerate(self.legs):
            until = self.legs[index + 1].step if index + 1 < len(self.legs) else end
            first, until = max(start, leg.step), min(until, end)
            if first >= until:
                continue
            taken = leg.begun(*leg.place(first))[0]
            behind = first - start - len(found)
            if behind or sum(found) != taken:  # how it came there is not known, only how far
                found = [taken, *[0] * (first - start - 1)]
            samples = leg.samples if epoch == leg.epoch else leg.following
            count = until - first
            last = min(leg.batch, samples - taken - (count - 1) * leg.batch)
            found += [*[leg.batch] * (count - 1), last]
        return found

    def samples(self, epoch: int) -> int:
        """Return how many training samples an epoch is cut from."""
        leg = next((leg for leg in reversed(self.legs) if leg.epoch <= epoch), self.legs[0])
        return leg.samples if epoch == leg.epoch else leg.following

    def taken(self, step: int) -> int:
        """Return how many samples of its epoch were used before a step."""
        leg = self._leg(step)
        return leg.begun(*leg.place(step))[0]

    def _with(self, leg: Leg) -> "Calendar":
        before = tuple(other for other in self.legs if other.step < leg.step)
        return Calendar((*before, leg), self.epochs)

    def _leg(self, step: int) -> Leg:
        if len(self.legs) == 1:
            return self.legs[0]
        return self.legs[max(0, bisect_right(self._steps, step) - 1)]

    def _index(self, epochs: float) -> int:
        """Return which leg a moment lies in."""
        if len(self.legs) == 1:
            return 0
        begins = [leg.epoch + leg.done for leg in self.legs]
        return max(0, bisect_right(begins, epochs) - 1)
