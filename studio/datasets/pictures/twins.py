"""Which pictures nearly are the same: by how they look, and by their pixels."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from studio.datasets.dataset import Array
from studio.datasets.pictures.decoding import Seen
from studio.datasets.repeats import Repeats, same
from studio.datasets.watching import Watch

FARTHEST = 3
"""Bits of 64 in which the looks of near-twins differ at most."""
MOST_DIFFERENCE = 12.0
"""Gray levels by which the pixels of near-twins differ on average at most."""
_BANDS = 4
_NEIGHBORS = 6
_MOST_PAIRS = 200_000
_CHUNK = 256

Numbers = npt.NDArray[np.int64]


def repeats_among(seen: Sequence[Seen], pixels: Array, watch: Watch | None) -> Repeats:
    """Return which pictures are the same, and which nearly are."""
    digests = [one.digest for one in seen]
    return Repeats(same(digests), nearly([one.look for one in seen], digests, pixels, watch))


def nearly(
    looks: Sequence[int], digests: Sequence[str], pixels: Array, watch: Watch | None
) -> tuple[tuple[int, int], ...]:
    """Return pairs of pictures that look alike and differ little, but are not the same.

    Of two looks that differ in `FARTHEST` bits, one of `FARTHEST` + 1 bands must be equal; within
    a band, each picture is compared with its next neighbors.
    """
    left, right = _candidates(np.array(looks, dtype=np.uint64))
    names = np.unique(np.array(digests), return_inverse=True)[1] if len(digests) else left
    other = names[left] != names[right]
    left, right = left[other][:_MOST_PAIRS], right[other][:_MOST_PAIRS]
    found: list[tuple[int, int]] = []
    for start in range(0, len(left), _CHUNK):
        if watch is not None:
            watch.check()
        firsts, seconds = left[start : start + _CHUNK], right[start : start + _CHUNK]
        for first, second in zip(firsts.tolist(), seconds.tolist(), strict=True):
            gap = pixels[first].astype(np.int16) - pixels[second]
            if np.abs(gap).mean() <= MOST_DIFFERENCE:
                found.append((first, second))
    return tuple(sorted(found))


def _candidates(looks: npt.NDArray[np.uint64]) -> tuple[Numbers, Numbers]:
    """Return pairs of numbers whose looks differ in few bits, without repetition."""
    width = np.uint64(64 // _BANDS)
    pairs = [np.empty((0, 2), dtype=np.int64)]
    for band in range(_BANDS):
        shift = np.uint64(band) * width
        turned = (looks >> shift) | (looks << (np.uint64(63) - shift) << np.uint64(1))
        order = np.argsort(turned, kind="stable")
        for step in range(1, _NEIGHBORS + 1):
            first, second = order[:-step], order[step:]
            near = np.bitwise_count(looks[first] ^ looks[second]) <= FARTHEST
            pairs.append(np.sort(np.stack([first[near], second[near]], axis=1), axis=1))
    found = np.unique(np.concatenate(pairs), axis=0)
    return found[:, 0], found[:, 1]
