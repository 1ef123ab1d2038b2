"""Whether a file is an archive, which has to be unpacked before anything in it can be read."""

from pathlib import Path

_MARKS = (
    ("ZIP", 0, b"PK\x03\x04"),
    ("RAR", 0, b"Rar!\x1a\x07"),
    ("7z", 0, b"7z\xbc\xaf\x27\x1c"),
    ("gzip", 0, b"\x1f\x8b"),
    ("bzip2", 0, b"BZh"),
    ("xz", 0, b"\xfd7zXZ\x00"),
    ("Zstandard", 0, b"\x28\xb5\x2f\xfd"),
    ("tar", 257, b"ustar"),
)
"""What each kind is called, and the bytes that tell it by at which place."""
_HEAD = 512


def packing_of(path: Path) -> str:
    """Return the kind of an archive, judged by its first bytes; empty for anything else."""
    head = head_of(path)
    return next((name for name, at, mark in _MARKS if head[at:].startswith(mark)), "")


def head_of(path: Path) -> bytes:
    """Return the first bytes of a file, none of what is no file or cannot be read."""
    try:
        if not path.is_file():
            return b""
        with path.open("rb") as stream:
            return stream.read(_HEAD)
    except OSError:
        return b""
