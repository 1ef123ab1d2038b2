"""What NumPy files hold, by name: headers checked against the file before memory is taken.

Formats: NPY 1.0 to 3.0 (numpy.lib.format), NPZ as a ZIP of them. Arrays of objects, which are
pickles, are never read.
"""

import contextlib
import math
import tokenize
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.lib import format as layout

from studio.datasets.dataset import Array
from studio.datasets.naming import order, shown
from studio.datasets.parting import part_of
from studio.datasets.places import require_file, some_of, unreadable
from studio.datasets.watching import Watch
from studio.errors import FileError
from studio.wording import _, byte_size

LARGEST = 8 * 2**30
"""Bytes that all arrays of a file may take in memory."""
MOST_MEMBERS = 10_000
MOST_RATIO = 200
_MOST_PACKED = 16
"""NPZ files of a folder that are taken for one set."""
_SMALL = 100 * 2**20
"""Below this size, members may be squeezed as far as they like."""
_CHUNK = 1 << 20
_KINDS = "biufUS"
_MAGIC = b"\x93NUMPY"
_BROKEN = (
    *(OSError, EOFError, RuntimeError, ValueError, LookupError, TypeError, SyntaxError),
    *(MemoryError, NotImplementedError, zipfile.BadZipFile, zlib.error, OverflowError),
    tokenize.TokenError,  # numpy reads headers as Python
)


@dataclass(frozen=True)
class Head:
    """What an array says it is."""

    name: str
    file: Path
    member: str
    """The entry of a ZIP; empty for a file of its own."""
    dtype: np.dtype[Any]
    axes: tuple[int, ...]
    is_fortran: bool
    start: int
    """Where the values begin."""

    @property
    def bytes(self) -> int:
        """Bytes of the values."""
        return math.prod(self.axes) * self.dtype.itemsize


def heads(path: Path) -> tuple[Head, ...]:
    """Return what the arrays of an NPZ, of an NPY and those beside it, or of a folder are.

    Raises FileError for a file that is damaged, lies about its size, or holds objects.
    """
    if path.is_dir():
        return _beside(path) or _packed_in(path) or _of_parts(path)
    require_file(path)
    with _reading(path), path.open("rb") as stream:
        start = stream.read(6)
    if start == _MAGIC:
        return _beside(path.parent, path)
    return _in_zip(path)


def is_numpy(path: Path) -> bool:
    """Return whether a file begins as an NPY, or as a ZIP of them."""
    try:
        with path.open("rb") as stream:
            start = stream.read(64)
    except OSError:
        return False
    name = start[30 : 30 + int.from_bytes(start[26:28], "little")]
    return start.startswith(_MAGIC) or (start[:4] == b"PK\3\4" and b".npy" in name)


def values_of(head: Head, watch: Watch | None) -> Array:
    """Return the values of an array; raises FileError if they are not all there, or too many."""
    content = bytearray()
    with _reading(head.file), _opened(head) as stream:
        stream.read(head.start)
        while len(content) <= head.bytes:
            if watch is not None:
                watch.check()
            chunk = stream.read(min(_CHUNK, head.bytes + 1 - len(content)))
            if not chunk:
                break
            content += chunk
    if len(content) != head.bytes:
        raise _lies(head, len(content))
    flat = np.frombuffer(content, dtype=head.dtype)
    values = flat.reshape(head.axes, order="F" if head.is_fortran else "C")
    return values.astype(head.dtype.newbyteorder("="), copy=False)


def _beside(folder: Path, *given: Path) -> tuple[Head, ...]:
    with _reading(folder):
        paths = some_of(folder, 1000)
    arrays = {path for path in paths if path.suffix.lower() == ".npy" and path.is_file()}
    found = []
    for path in sorted(arrays.union(given), key=lambda one: order(one.name)):
        with _reading(path), path.open("rb") as stream:
            found.append(_head(stream, path, "", path.stem, path.stat().st_size))
    return tuple(found)


def _packed_in(folder: Path) -> tuple[Head, ...]:
    """Return the arrays of the few NPZ files of a folder, called after file and array."""
    with _reading(folder):
        paths = [path for path in some_of(folder, 1000) if path.suffix.lower() == ".npz"]
    if len(paths) > _MOST_PACKED:
        return ()
    paths = sorted((path for path in paths if path.is_file()), key=lambda one: order(one.name))
    return tuple(
        replace(head, name=f"{path.stem}_{head.name}") for path in paths for head in _in_zip(path)
    )


def _of_parts(folder: Path) -> tuple[Head, ...]:
    """Return the arrays in the folders of parts, called after folder and array: train/x."""
    with _reading(folder):
        parts = [path for path in some_of(folder) if part_of(path.name) and path.is_dir()]
    return tuple(
        replace(head, name=f"{part.name}/{head.name}")
        for part in sorted(parts, key=lambda one: order(one.name))
        for head in _beside(part)
    )


def _in_zip(path: Path) -> tuple[Head, ...]:
    found = []
    with _reading(path), zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        _require_modest(path, entries)
        for entry in entries:
            if entry.filename.endswith(".npy"):
                with archive.open(entry) as stream:
                    name = entry.filename.removesuffix(".npy")
                    found.append(_head(stream, path, entry.filename, name, entry.file_size))
    return tuple(found)


def _require_modest(path: Path, entries: list[zipfile.ZipInfo]) -> None:
    """Raise FileError for a ZIP of too many or too large members, or of two with one name."""
    size, packed = (sum(getattr(e, key) for e in entries) for key in ("file_size", "compress_size"))
    bloated = size > _SMALL and size > MOST_RATIO * max(1, packed)
    if len(entries) > MOST_MEMBERS or size > LARGEST or bloated:
        raise FileError(
            _("{path} would unfold from {packed} to {size} in {count} arrays.").format(
                path=shown(str(path)),
                packed=byte_size(packed),
                size=byte_size(size),
                count=len(entries),
            ),
            _("At most {size} are read, and {ratio} times the size of the file.").format(
                size=byte_size(LARGEST), ratio=MOST_RATIO
            ),
        )
    if len({entry.filename for entry in entries}) < len(entries):
        raise FileError(_("{path} has two arrays of one name.").format(path=shown(str(path))))


def _head(stream: IO[bytes], path: Path, member: str, name: str, size: int) -> Head:
    version = layout.read_magic(stream)
    read = layout.read_array_header_1_0 if version == (1, 0) else layout.read_array_header_2_0
    axes, is_fortran, dtype = read(stream)
    start = stream.tell()
    head = Head(name, path, member, dtype, tuple(axes), bool(is_fortran), start)
    if dtype.hasobject or dtype.kind not in _KINDS:
        raise FileError(
            _("“{name}” in {path} holds {type}, which is never read.").format(
                name=shown(name), path=shown(str(path)), type=shown(str(dtype))[:80]
            ),
            _("Save it as numbers; arrays of objects are programs in disguise."),
        )
    if any(axis < 0 for axis in axes) or head.bytes != size - start or head.bytes > LARGEST:
        raise _lies(head, size - start)
    return head


@contextlib.contextmanager
def _opened(head: Head) -> Iterator[IO[bytes]]:
    if not head.member:
        with head.file.open("rb") as stream:
            yield stream
        return
    with zipfile.ZipFile(head.file) as archive, archive.open(head.member) as stream:
        yield stream


def _lies(head: Head, found: int) -> FileError:
    return FileError(
        _("“{name}” in {path} says it holds {axes} values ({expected}), but has {found}.").format(
            name=shown(head.name),
            path=shown(str(head.file)),
            axes=" × ".join(map(str, head.axes)),
            expected=byte_size(head.bytes),
            found=byte_size(max(0, found)),
        ),
        _("Save it anew; at most {most} are read.").format(most=byte_size(LARGEST)),
    )


@contextlib.contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Turn what NumPy and zipfile raise for broken files into FileError."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # NumPy's remarks on old headers
            yield
    except _BROKEN as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise unreadable(path, error) from error
        raise FileError(
            _("{path} is no whole NumPy file: {reason}.").format(
                path=shown(str(path)), reason=shown(str(error))[:200].rstrip(".")
            ),
            _("Save it anew."),
        ) from error
