"""Which samples occur twice: inside a part, on both sides of a split, or under two classes."""

import hashlib
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from studio.datasets.dataset import Array, Dataset
from studio.datasets.faulting import graver_first, problem
from studio.datasets.origins import as_told
from studio.datasets.problems import Problem, unnumbered
from studio.datasets.watching import Watch
from studio.fields import Declared, choice
from studio.wording import Plural, _

_DROPPED = {"duplicates": "drop"}
_RANK = {"test": 0, "validation": 1, "train": 2, "": 2}
_BLOCK = 1024
"""Samples between two looks at the watch."""

Numbers = npt.NDArray[np.int64]


class Sifting(Declared):
    """Whether samples that are there several times stay."""

    duplicates: str = choice(
        default="keep",
        options=("keep", "drop"),
        hint="Drop leaves out repeats of a sample; one of the test part is the one that stays.",
        label="Duplicates",
    )

    def sifted(self, dataset: Dataset, repeats: "Repeats") -> Dataset:
        """Return a data set with its repeats told, or left out."""
        names, parts, classes = dataset.origins, _parts(dataset), dataset.classes
        labels = [classes[one] if classes else "" for one in dataset.targets.tolist()]
        gone = repeats.superfluous(parts) if self.duplicates == "drop" else frozenset()
        if gone:
            told = repeats.settled(names, labels, gone)
            rows = [row for row in range(len(dataset)) if row not in gone]
            dataset = dataset.kept(np.array(rows))
        else:
            told = repeats.problems(names, labels, parts)
        return replace(dataset, problems=graver_first((*dataset.problems, *told)))


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
        inside = [group for group in self.same if len({parts[one] for one in group}) == 1]
        return (
            *self._leaks(names, parts),
            *self._contradictions(names, labels),
            *problem(
                "duplicates",
                "warning",
                Plural(
                    "{count} sample is there several times.",
                    "{count} samples are there several times.",
                ),
                _("Leave the repeats out; until then they stay in one part."),
                _told(names, inside),
                samples=_members(inside),
                change=_DROPPED,
            ),
        )

    def settled(
        self, names: Sequence[str], labels: Sequence[str], gone: Iterable[int]
    ) -> tuple[Problem, ...]:
        """Return what is told of repeats once those in `gone` are left out."""
        told = problem(
            "dropped_duplicates",
            "note",
            Plural(
                "{count} repeat of another sample is left out.",
                "{count} repeats of other samples are left out.",
            ),
            "",
            [names[one] for one in sorted(gone)],
        )
        return (*unnumbered(self._contradictions(names, labels)), *told)

    def _leaks(self, names: Sequence[str], parts: Sequence[str]) -> tuple[Problem, ...]:
        across = [group for group in self.same if len({parts[one] for one in group}) > 1]
        near = [pair for pair in self.near if parts[pair[0]] != parts[pair[1]]]
        return (
            *problem(
                "leak",
                "warning",
                Plural(
                    "{count} sample is in several parts: what is judged was trained on.",
                    "{count} samples are in several parts: what is judged was trained on.",
                ),
                _("Leave the repeats out of the training part."),
                _told(names, across),
                samples=_members(across),
                change=_DROPPED,
            ),
            *problem(
                "near_leak",
                "warning",
                Plural(
                    "{count} sample nearly is the same as one in another part.",
                    "{count} samples nearly are the same as one in another part.",
                ),
                _("Look at them, and delete one of each pair."),
                _told(names, near),
                samples=_members(near),
            ),
        )

    def _contradictions(self, names: Sequence[str], labels: Sequence[str]) -> tuple[Problem, ...]:
        torn = [group for group in self.same if len({labels[one] for one in group}) > 1]
        return problem(
            "contradiction",
            "warning",
            Plural(
                "{count} sample is there under several classes.",
                "{count} samples are there under several classes.",
            ),
            _("Decide what they are, and delete the others."),
            _told(names, torn),
            samples=_members(torn),
        )


def same(digests: Iterable[Hashable]) -> tuple[tuple[int, ...], ...]:
    """Return the groups of two and more samples with the same digest, in order."""
    first: dict[Hashable, int] = {}
    groups: dict[int, list[int]] = {}
    for number, digest in enumerate(digests):
        known = first.setdefault(digest, number)
        if known != number:
            groups.setdefault(known, [known]).append(number)
    return tuple(tuple(groups[known]) for known in sorted(groups))


def digests_of(values: Array, watch: Watch) -> list[bytes]:
    """Return a digest of each sample [samples, ...] of an array."""
    rows = np.ascontiguousarray(values).reshape(len(values), -1)
    found: list[bytes] = []
    for start in range(0, len(rows), _BLOCK):
        watch.check()
        block = rows[start : start + _BLOCK]
        found += [hashlib.blake2b(row.data, digest_size=16).digest() for row in block]
    return found


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


def _parts(dataset: Dataset) -> list[str]:
    """Return [samples] the part the publisher put each in, "" where that was not said."""
    parts = np.full(len(dataset), "", dtype="U10")
    for name in ("validation", "test"):
        rows = getattr(dataset, name)
        parts[rows if rows is not None else []] = name
    return list(map(str, parts))


def _told(names: Sequence[str], groups: Sequence[Sequence[int]]) -> list[str]:
    return [" = ".join(as_told(names[one]) for one in group[:6]) for group in groups]


def _members(groups: Sequence[Sequence[int]]) -> list[int]:
    return sorted({one for group in groups for one in group})
