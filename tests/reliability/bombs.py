"""Small files that unfold, or claim to unfold, to more than a computer holds."""

import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from tests.unit.datasets.cifar.cifar_files import python_batch
from tests.unit.datasets.sounds.sound_files import tone, wav

MEGABYTE = 2**20


def _png(width: int, height: int, packed: bytes = b"") -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    body = packed or zlib.compress(bytes(1000))
    parts = (b"IHDR" + head, b"IDAT" + body, b"IEND")
    chunks = (
        struct.pack(">I", len(part) - 4) + part + struct.pack(">I", zlib.crc32(part))
        for part in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _tiff_loop() -> bytes:
    """A TIFF whose list of pictures leads back to itself."""
    entries = [(256, 3, 1, 60_000), (257, 3, 1, 60_000), (262, 3, 1, 1)]
    body = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return b"II*\0" + struct.pack("<IH", 8, len(entries)) + body + struct.pack("<I", 8)


def _zip(name: str, content: bytes, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        archive.writestr(name, content)
    return stream.getvalue()


def _zip_of_many() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for number in range(10_001):
            archive.writestr(f"{number}.npy", b"")
    return stream.getvalue()


def _npy(axes: str, values: bytes = b"") -> bytes:
    head = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {axes}, }}\n".encode()
    return b"\x93NUMPY\x01\0" + struct.pack("<H", len(head)) + head + values


def _lying_zip() -> bytes:
    """A ZIP whose member says it is small."""
    content = bytearray(_zip("x.npy", _npy("(20000000,)", bytes(160 * MEGABYTE))))
    at = content.rindex(b"PK\1\2")
    content[at + 24 : at + 28] = struct.pack("<I", 1000)
    return bytes(content)


def _gif() -> bytes:
    stream = io.BytesIO()
    Image.new("P", (8, 8)).save(stream, "GIF")
    content = bytearray(stream.getvalue())
    content[6:10] = struct.pack("<HH", 60_000, 60_000)
    return bytes(content)


def _bmp() -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (8, 8)).save(stream, "BMP")
    content = bytearray(stream.getvalue())
    content[18:26] = struct.pack("<ii", 100_000, 100_000)
    return bytes(content)


def _wav_of(place: int, form: str, value: int) -> bytes:
    content = bytearray(wav(tone(440)))
    struct.pack_into(form, content, place, value)
    return bytes(content)


def _columns() -> bytes:
    return (",".join(f"c{n}" for n in range(200_000)) + "\n" + "1," * 199_999 + "1\n").encode()


_pixels = np.zeros((2, 3072), np.uint8)
_batch = python_batch(_pixels, {"labels": [0, 1]})
_zeros = bytes(200 * MEGABYTE)

BOMBS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "PNG of 60,000²": ("picture", lambda: _png(60_000, 60_000)),
    "PNG of 13,000²": ("picture", lambda: _png(13_000, 13_000, zlib.compress(bytes(21_000_000)))),
    "PNG of no width": ("picture", lambda: _png(0, 100)),
    "PNG of 2³¹": ("picture", lambda: _png(2**31 - 1, 2**31 - 1)),
    "line of 50 million": ("picture", lambda: _png(49_999_999, 1)),
    "GIF of 60,000²": ("picture", _gif),
    "BMP of 100,000²": ("picture", _bmp),
    "TIFF that loops": ("picture", _tiff_loop),
    "PPM of 10¹⁸": ("picture", lambda: b"P6\n1000000000 1000000000\n255\n"),
    "EPS": ("picture", lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n" + b"{} " * 9),
    "IDX of 2⁷⁶ values": ("idx", lambda: b"\0\0\x08\x03" + b"\xff" * 12),
    "gzip of an IDX": ("idx", lambda: gzip.compress(b"\0\0\x08\x01\0\0\0\x09" + _zeros)),
    "gzip that lies": ("idx", lambda: gzip.compress(b"\0\0\x08\x03" + b"\0\xff\xff\xff" * 3)),
    "IDX of 255 axes": ("idx", lambda: b"\0\0\x08\xff" + b"\xff" * 1020),
    "NPZ of zeros": ("numpy", lambda: _zip("x.npy", _npy("(26214400,)", _zeros))),
    "NPZ that lies": ("numpy", _lying_zip),
    "NPZ of 10,001": ("numpy", _zip_of_many),
    "NPY of 10¹⁸": ("numpy", lambda: _npy("(1000000000, 1000000000)")),
    "NPY of a deep shape": ("numpy", lambda: _npy("(" * 5000 + ")" * 5000)),
    "table of 200,000 columns": ("table", _columns),
    "table of one line": ("table", lambda: b"1," * (6 * MEGABYTE)),
    "text of one quote": ("table", lambda: b'a,b\n1,"' + b"x\n" * (4 * MEGABYTE)),
    "text of zeros": ("texts", lambda: bytes(20 * MEGABYTE)),
    "sound of 4 GiB": ("sound", lambda: _wav_of(16, "<I", 2**32 - 1)),
    "sound of 65,535 channels": ("sound", lambda: _wav_of(22, "<H", 65_535)),
    "batch of many steps": ("cifar_python", lambda: b"\x80\x02" + b"N" * 3_000_000),
    "batch that grows": ("cifar_python", lambda: b"\x80\x02(" + b"2" * 1000 + b"."),
    "batch of a long number": (
        "cifar_python",
        lambda: b"\x80\x02\x8b\xff\xff\xff\x7f" + b"9" * 999,
    ),
    "batch with a call": ("cifar_python", lambda: b"cposix\nsystem\n(S'true'\ntR."),
    "batch that lies": ("cifar_python", lambda: _batch.replace(b"T\0\x18\0\0", b"T\0\0\0\x7f")),
}
"""By name, the reader they are given to and the file."""


def written(folder: Path) -> list[tuple[str, str, str]]:
    """Write all of them; return name, reader and path of each."""
    found: list[tuple[str, str, str]] = []
    for number, (name, (kind, content)) in enumerate(BOMBS.items()):
        path = folder / f"bomb{number}"
        path.write_bytes(content())
        found.append((name, kind, str(path)))
    return found


def refused(kind: str, path: str) -> dict[str, Any]:
    """Return what became of a bomb: why it was refused, seconds, and kilobytes more of memory."""
    import resource
    import time

    from studio.errors import StudioError
    from tests.reliability.readers import READERS

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun, why = time.process_time(), ""
    try:
        READERS[kind].read(Path(path))
    except StudioError as error:
        why = str(error)
    took = time.process_time() - begun
    more = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return {"why": why, "seconds": took, "kilobytes": more}
