"""What an IDX file holds: the format of MNIST, read without trusting its header.

Format: two zero bytes, one for the type, one for the number of axes, then each axis as a big-endian
32-bit number, then the values (yann.lecun.com/exdb/mnist).
"""

import contextlib
import gzip
import math
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np

from studio.datasets.dataset import Array
from studio.datasets.places import require_file
from studio.errors import DataError, FileError
from studio.wording import _, byte_size

_TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
_GZIP = b"\x1f\x8b"
_MOST_AXES = 8
_GZIP_LIMIT = 1040
"""Deflate cannot shrink anything further than about 1 : 1032."""
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Header:
    """What an IDX file says it holds."""

    dtype: np.dtype[np.generic]
    axes: tuple[int, ...]

    @property
    def length(self) -> int:
        """Bytes of the header itself."""
        return 4 + 4 * len(self.axes)

    @property
    def bytes(self) -> int:
        """Bytes of the values that follow the header."""
        return math.prod(self.axes) * self.dtype.itemsize


def read_header(path: Path, byte_axes: int | None = None) -> Header:
    """Return what the file says it holds, at once.

    Raises FileError if it is no IDX file, DataError if it does not hold bytes along `byte_axes`
    axes.
    """
    with _opened(path) as (stream, most):
        return _header(path, stream, most, byte_axes)


def read_idx(path: Path, byte_axes: int | None = None) -> Array:
    """Return the values of a plain or gzipped IDX file.

    Raises FileError for a file that is missing, cut short, damaged, too long, or not IDX, DataError
    if it does not hold bytes along `byte_axes` axes. Memory is only taken for a size that the file
    can really hold.
    """
    with _opened(path) as (stream, most):
        header = _header(path, stream, most, byte_axes)
        content = _content(path, stream, header)
    native = header.dtype.newbyteorder("=")
    return np.frombuffer(content, dtype=header.dtype).reshape(header.axes).astype(native)


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[tuple[BinaryIO, int]]:
    """Yield the plain bytes of a file, and how many there can be at most."""
    require_file(path)
    try:
        with path.open("rb") as raw:
            zipped = raw.read(2) == _GZIP
            raw.seek(0)
            size = path.stat().st_size
            if zipped:
                yield cast("BinaryIO", gzip.GzipFile(fileobj=raw)), size * _GZIP_LIMIT
            else:
                yield raw, size
    except EOFError as error:
        raise _damaged(path, _("the compressed data end too early")) from error
    except (zlib.error, gzip.BadGzipFile) as error:
        raise _damaged(path, _("the compressed data are broken")) from error
    except OSError as error:
        raise _damaged(path, error.strerror or str(error)) from error


def _header(path: Path, stream: BinaryIO, most: int, byte_axes: int | None) -> Header:
    start = stream.read(4)
    if len(start) < 4 or start[:2] != b"\0\0" or start[2] not in _TYPES or not start[3]:
        raise FileError(
            _("{path} is not an IDX file: it starts with {found}, not with 00 00.").format(
                path=path, found=start.hex(" ") or _("nothing")
            ),
            _("Choose the original file, plain or gzipped."),
        )
    if byte_axes is not None:
        _require_kind(path, np.dtype(_TYPES[start[2]]), start[3], byte_axes)
    axes = stream.read(4 * start[3])
    if len(axes) < 4 * start[3]:
        raise _damaged(path, _("it ends inside its header"))
    if start[3] > _MOST_AXES:
        raise _damaged(path, _("it says that its values have {count} axes").format(count=start[3]))
    header = Header(np.dtype(_TYPES[start[2]]), struct.unpack(f">{start[3]}I", axes))
    if header.length + header.bytes > most:
        raise _sizes(path, header, most - header.length)
    return header


def _require_kind(path: Path, dtype: np.dtype[np.generic], axes: int, expected: int) -> None:
    if dtype == np.uint8 and axes == expected:
        return
    raise DataError(
        _(
            "{path} says that its values are {type} with {found} axes; expected are uint8 with "
            "{expected} axes."
        ).format(path=path, type=dtype.name, found=axes, expected=expected),
        _("Choose the original file, plain or gzipped."),
    )


def _content(path: Path, stream: BinaryIO, header: Header) -> bytearray:
    content = bytearray()
    while len(content) <= header.bytes:  # one byte more tells whether the file goes on
        chunk = stream.read(min(_CHUNK, header.bytes + 1 - len(content)))
        if not chunk:
            break
        content += chunk
    if len(content) < header.bytes:
        raise _sizes(path, header, len(content))
    if len(content) > header.bytes:
        raise FileError(
            _("{path} holds more than the {expected} that its header names.").format(
                path=path, expected=byte_size(header.bytes)
            ),
            _("Fetch the file again."),
        )
    return content


def _sizes(path: Path, header: Header, found: int) -> FileError:
    return FileError(
        _("{path} says it holds {axes} values ({expected}), but has at most {found}.").format(
            path=path,
            axes=" × ".join(map(str, header.axes)),
            expected=byte_size(header.bytes),
            found=byte_size(max(0, found)),
        ),
        _("Fetch the file again."),
    )


def _damaged(path: Path, reason: str) -> FileError:
    return FileError(
        _("{path} cannot be read: {reason}.").format(path=path, reason=reason),
        _("Fetch the file again."),
    )
