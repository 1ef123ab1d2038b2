"""Which elements of two sequences correspond: the longest common subsequence, weighted."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from studio.graph.fingerprint import Print

Pair = tuple[int | None, int | None]
"""The places of two elements that correspond; None where one has no counterpart."""

_LARGEST = 250_000
"""Pairs up to which every alignment is weighed; beyond, only long common runs are found."""


def aligned(left: Sequence[Print], right: Sequence[Print]) -> Iterator[Pair]:
    """Yield the places that correspond, in order; elements of different types never do.

    Needleman-Wunsch without a cost for gaps, so that as much as possible corresponds; the ends that
    are equal are matched at once. Sequences too long for it are matched by runs of equal types.
    """
    head = _common(left, right)
    tail = _common(left[head:][::-1], right[head:][::-1])
    ends = len(left) - tail, len(right) - tail
    yield from ((i, i) for i in range(head))
    inner = left[head : ends[0]], right[head : ends[1]]
    pairs = _weighed(*inner) if len(inner[0]) * len(inner[1]) <= _LARGEST else _runs(*inner)
    for i, j in pairs:
        yield None if i is None else i + head, None if j is None else j + head
    yield from ((ends[0] + k, ends[1] + k) for k in range(tail))


def _common(left: Sequence[Print], right: Sequence[Print]) -> int:
    count = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        count += 1
    return count


def _weight(one: Print, other: Print) -> int:
    """Return how well two elements correspond, from 0 (another type) to 6 (equal)."""
    if one.key != other.key:
        return 0
    if one == other:
        return 6
    if one.inside or other.inside:  # what a block holds says more than how often it repeats
        return 5 if one.inside == other.inside else 3
    return 5 if one.settings == other.settings else 3


def _weighed(left: Sequence[Print], right: Sequence[Print]) -> Iterator[Pair]:
    best = [[0] * (len(right) + 1) for _row in range(len(left) + 1)]
    for i in range(len(left) - 1, -1, -1):
        row, below = best[i], best[i + 1]
        for j in range(len(right) - 1, -1, -1):
            weight = _weight(left[i], right[j])
            met = below[j + 1] + weight if weight else 0
            row[j] = max(met, below[j], row[j + 1])
    return _traced(left, right, best)


def _traced(
    left: Sequence[Print], right: Sequence[Print], best: Sequence[Sequence[int]]
) -> Iterator[Pair]:
    i = j = 0
    while i < len(left) and j < len(right):
        weight = _weight(left[i], right[j])
        if weight and best[i][j] == best[i + 1][j + 1] + weight:
            yield i, j
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            yield i, None
            i += 1
        else:
            yield None, j
            j += 1
    yield from ((k, None) for k in range(i, len(left)))
    yield from ((None, k) for k in range(j, len(right)))


def _runs(left: Sequence[Print], right: Sequence[Print]) -> Iterator[Pair]:
    keys = [one.key for one in left], [one.key for one in right]
    for tag, i, end, j, last in SequenceMatcher(None, *keys, autojunk=False).get_opcodes():
        if tag == "equal":
            yield from zip(range(i, end), range(j, last), strict=True)
        else:
            yield from ((k, None) for k in range(i, end))
            yield from ((None, k) for k in range(j, last))
