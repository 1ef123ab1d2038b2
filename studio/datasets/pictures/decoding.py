"""Many picture files made samples: on all cores, in order, to be cancelled between two pictures."""

import contextlib
import hashlib
import os
import threading
import warnings
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from studio.catalogue.shape import Shape
from studio.datasets.caching import Keeping, cache_key, keeping, kept
from studio.datasets.dataset import Array
from studio.datasets.listing import Listed
from studio.datasets.pictures.reading import PictureError, Pixels, prepared
from studio.datasets.watching import Watch
from studio.errors import FileError

KEPT_FROM = 16 * 2**20
"""Bytes from which prepared pixels are kept in a file."""
_CHUNK = 16
_LOOK = 0.02
"""Seconds between two looks at whether the pictures are still wanted."""
_VERSION = 2
"""To be raised when pictures are prepared in another way, so that kept ones are not used."""


@dataclass(frozen=True)
class Seen:
    """What one picture was, and what tells it from others."""

    format: str
    mode: str
    width: int
    height: int
    digest: str
    """Hash of the prepared pixels."""
    look: int
    """Difference hash, 64 bits: whether each of 8 × 8 spots is brighter than the next one."""
    blank: bool
    """Whether all of it has one color."""


@dataclass(frozen=True, eq=False)
class Decoded:
    """Prepared pictures, and which files gave none."""

    pixels: Array
    """[pictures, channels, height, width] uint8, mapped where there are many."""
    places: tuple[int, ...]
    """The number of each picture's file among those asked for."""
    seen: tuple[Seen, ...]
    failed: tuple[tuple[int, str, str], ...]
    """Number of the file, kind of fault, and the sentence on it."""


def decoded(
    root: Path, files: Sequence[Listed], sample: Shape, fit: str, watch: Watch | None
) -> Decoded:
    """Return all files of a folder as pictures of `sample`, from the kept ones if nothing changed.

    Raises CancelledError if the watch says so.
    """
    size = len(files) * sample.size
    if size < KEPT_FROM:
        return _in_memory(root, files, sample, fit, watch)
    listing = [[file.name, file.size, file.stamp] for file in files]
    name = os.fsencode(root.absolute()).hex()
    key = cache_key(_VERSION, name, list(sample), fit, listing)
    found = kept(key)
    if found is None:
        try:
            with keeping(key, size) as store:
                _kept_away(store, _results(root, files, sample, fit, watch), sample)
        except FileError:  # a home that is full or read-only; the memory has to do
            return _in_memory(root, files, sample, fit, watch)
        found = kept(key)
    if found is None:
        return _in_memory(root, files, sample, fit, watch)
    return _read(*found)


Result = tuple[int, Pixels | None, Seen | None, tuple[str, str]]


def _in_memory(
    root: Path, files: Sequence[Listed], sample: Shape, fit: str, watch: Watch | None
) -> Decoded:
    pixels = np.empty((len(files), *sample), dtype=np.uint8)
    places: list[int] = []
    seen: list[Any] = []
    failed: list[Any] = []
    for number, picture, what, fault in _results(root, files, sample, fit, watch):
        if picture is None or what is None:
            failed.append((number, *fault))
            continue
        pixels[len(places)] = picture
        places.append(number)
        seen.append(what)
    return Decoded(pixels[: len(places)], tuple(places), tuple(seen), tuple(failed))


def _kept_away(store: Keeping, results: Iterator[Result], sample: Shape) -> None:
    places: list[int] = []
    seen: list[Any] = []
    failed: list[Any] = []
    for number, picture, what, fault in results:
        if picture is None or what is None:
            failed.append([number, *fault])
            continue
        store.add(picture)
        places.append(number)
        seen.append(list(vars(what).values()))
    store.finish(tuple(sample), {"places": places, "seen": seen, "failed": failed})


def _read(pixels: Array, about: Mapping[str, Any]) -> Decoded:
    seen = tuple(Seen(*values) for values in about["seen"])
    failed = tuple((number, kind, sentence) for number, kind, sentence in about["failed"])
    return Decoded(pixels, tuple(about["places"]), seen, failed)


def _results(
    root: Path, files: Sequence[Listed], sample: Shape, fit: str, watch: Watch | None
) -> Iterator[Result]:
    """Yield what became of each file, in order."""
    stop = threading.Event()

    def work(start: int) -> list[Result]:
        chunk = files[start : start + _CHUNK]
        return [
            _result(start + number, root / file.name, sample, fit)
            for number, file in enumerate(chunk)
            if not stop.is_set()
        ]

    workers = max(1, min(16, os.cpu_count() or 1))
    pool = ThreadPoolExecutor(workers, thread_name_prefix="pictures")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what matters is raised
            starts = range(0, len(files), _CHUNK)
            for chunk in _in_order(pool, work, starts, 3 * workers, watch):
                yield from chunk
                if watch is not None and chunk:
                    watch.tell(chunk[-1][0] + 1, len(files))
    finally:
        stop.set()
        pool.shutdown(wait=False, cancel_futures=True)


def _in_order(
    pool: ThreadPoolExecutor,
    work: Callable[[int], list[Result]],
    starts: Sequence[int],
    ahead: int,
    watch: Watch | None,
) -> Iterator[list[Result]]:
    """Yield the work of each start in order, at most `ahead` of them begun."""
    waiting: deque[Future[list[Result]]] = deque()
    for start in starts:
        waiting.append(pool.submit(work, start))
        if len(waiting) >= ahead:
            yield _awaited(waiting.popleft(), watch)
    while waiting:
        yield _awaited(waiting.popleft(), watch)


def _awaited(future: "Future[list[Result]]", watch: Watch | None) -> list[Result]:
    while True:
        if watch is not None:
            watch.check()
        with contextlib.suppress(TimeoutError):
            return future.result(_LOOK)


def _result(number: int, path: Path, sample: Shape, fit: str) -> Result:
    try:
        pixels, original = prepared(path, sample, fit=fit)
    except PictureError as error:
        return number, None, None, (error.kind, error.problem)
    pixels = np.ascontiguousarray(pixels)
    blank = bool((pixels[:, 0, 0] == pixels[:, -1, -1]).all() and _is_even(pixels))
    digest = hashlib.blake2b(pixels.data, digest_size=16).hexdigest()
    before = (original.format, original.mode, original.width, original.height)
    seen = Seen(*before, digest, look_of(pixels), blank)
    return number, pixels, seen, ("", "")


def _is_even(pixels: Pixels) -> bool:
    return bool((pixels == pixels[:, :1, :1]).all())


_WEIGHTS: dict[tuple[int, int], npt.NDArray[np.float32]] = {}


def look_of(pixels: Pixels) -> int:
    """Return the difference hash of [channels, height, width]: 8 rows of 9 spots, each compared.

    Source: N. Krawetz, "Kind of Like That" (2013). A spot is the mean of the pixels that lie in it.
    """
    gray = pixels.sum(axis=0, dtype=np.float32)
    rows, columns = _spots(gray.shape[0], 8), _spots(gray.shape[1], 9)
    spots = rows @ gray @ columns.T
    bits = spots[:, :-1] > spots[:, 1:] + 1e-3 * np.abs(spots[:, 1:])
    return int.from_bytes(np.packbits(bits).tobytes(), "big")


def _spots(length: int, count: int) -> npt.NDArray[np.float32]:
    """Return [count, length] weights that take the mean over each of `count` equal stretches."""
    if (length, count) not in _WEIGHTS:
        edges = np.linspace(0, length, count + 1)
        pixels = np.arange(length)
        inside = np.minimum(edges[1:, None], pixels + 1) - np.maximum(edges[:-1, None], pixels)
        weights = np.clip(inside, 0, None) * (count / length)
        _WEIGHTS[length, count] = weights.astype(np.float32)
    return _WEIGHTS[length, count]
