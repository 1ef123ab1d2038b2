"""Which samples occur twice: inside a part, on both sides of a split, or under two classes."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from studio.datasets.faulting import problem
from studio.datasets.problems import Problem
from studio.wording import _

_DROPPED = {"duplicates": "drop"}
_RANK = {"test": 0, "validation": 1, "train": 2, "": 2}


Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Repeats:
    """Groups of samples that are the same, and pairs that nearly are."""

    same: tuple[tuple[int, ...], ...]
    near: tuple[tuple[int, int], ...] = ()

    def superfluous(self, parts: Sequence[str]) -> frozenset[int]:
        """Return all but one of each group; the one in the test, else in the validation stays."""
        return frozenset(
            number
            for group in self.same
            for number in sorted(group, key=lambda one: (_RANK[parts[one]], one))[1:]
        )

    def groups(self, samples: int) -> npt.NDArray[np.int64] | None:
        """Return [samples] which samples have to stay in one part, None if none repeats."""
        if not self.same and not self.near:
            return None
        return clusters(samples, (*self.same, *self.near))

    def problems(
        self, names: Sequence[str], labels: Sequence[str], parts: Sequence[str]
    ) -> tuple[Problem, ...]:
        """Return what is told of the repeats; `parts` are "" where nothing is given."""
        return (
            *self._leaks(names, parts),
            *self._inside(names, labels, parts),
        )

    def _leaks(self, names: Sequence[str], parts: Sequence[str]) -> tuple[Problem, ...]:
        across = [group for group in self.same if len({parts[one] for one in group}) > 1]
        near = [pair for pair in self.near if parts[pair[0]] != parts[pair[1]]]
        return (
            *problem(
                "leak",
                "warning",
                _("{count} samples are in several parts: what is judged was trained on."),
                _("Leave the repeats out of the training part."),
                _told(names, across),
                samples=_members(across),
                change=_DROPPED,
            ),
            *problem(
                "near_leak",
                "warning",
                _("{count} samples nearly are the same as one in another part."),
                _("Look at them, and delete one of each pair."),
                _told(names, near),
                samples=_members(near),
            ),
        )

    def _inside(
        self, names: Sequence[str], labels: Sequence[str], parts: Sequence[str]
    ) -> tuple[Problem, ...]:
        inside = [group for group in self.same if len({parts[one] for one in group}) == 1]
        torn = [group for group in self.same if len({labels[one] for one in group}) > 1]
        return (
            *problem(
                "contradiction",
                "warning",
                _("{count} samples are there under several classes."),
                _("Decide what they are, and delete the others."),
                _told(names, torn),
                samples=_members(torn),
            ),
            *problem(
                "duplicates",
                "warning",
                _("{count} samples are there several times."),
                _("Leave the repeats out; until then they stay in one part."),
                _told(names, inside),
                samples=_members(inside),
                change=_DROPPED,
            ),
        )


def same(digests: Sequence[str]) -> tuple[tuple[int, ...], ...]:
    """Return the groups of two and more samples with the same digest, in order."""
    groups = defaultdict(list)
    for number, digest in enumerate(digests):
        groups[digest].append(number)
    return tuple(tuple(group) for group in groups.values() if len(group) > 1)


def clusters(samples: int, ties: Iterable[Sequence[int]]) -> Numbers:
    """Return [samples] the smallest number that each sample is tied to, its own if to none."""
    parent = list(range(samples))

    def top(number: int) -> int:
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number

    for first, *others in ties:
        for other in others:
            low, high = sorted((top(first), top(other)))
            parent[high] = low
    return np.array([top(number) for number in range(samples)], dtype=np.int64)


def _told(names: Sequence[str], groups: Sequence[Sequence[int]]) -> list[str]:
    return [" = ".join(names[one] for one in group[:6]) for group in groups]


def _members(groups: Sequence[Sequence[int]]) -> list[int]:
    return sorted({one for group in groups for one in group})
