"""Whether a file begins as a picture does; its name has no say in it."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from studio.datasets.listing import Listed, Listing
from studio.datasets.watching import Watch

_STARTS = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
)
_PPM = re.compile(rb"P[1-6]\s[\s\d#]")
SAMPLED = 3


def format_of(start: bytes) -> str:
    """Return the format that a file with these first 16 bytes has, or nothing."""
    for magic, name in _STARTS:
        if start.startswith(magic):
            return name
    if start.startswith(b"BM") and len(start) >= 16 and start[6:10] == b"\0\0\0\0":
        return "BMP"
    if start.startswith(b"RIFF") and start[8:12] == b"WEBP":
        return "WEBP"
    return "PPM" if _PPM.match(start) else ""


def sniffed(path: Path) -> str:
    """Return the format a regular file begins as, or nothing if it cannot be read."""
    try:
        with path.open("rb", buffering=0) as stream:
            return format_of(stream.read(16))
    except OSError:
        return ""


def probable(root: Path, files: Iterable[Listed]) -> tuple[Listed, ...]:
    """Return the files that are pictures as far as a few of each ending tell; a quick guess."""
    files = tuple(files)
    endings = defaultdict(list)
    for file in files:
        endings[file.suffix].append(file)
    pictures = {
        suffix
        for suffix, some in endings.items()
        if any(sniffed(root / file.name) for file in _spread(some, SAMPLED))
    }
    return tuple(file for file in files if file.suffix in pictures)


def formats(
    root: Path, files: Iterable[Listed], watch: Watch | None
) -> Iterator[tuple[Listed, str]]:
    """Yield each file with the format it begins as, nothing for what is no picture."""
    for number, file in enumerate(files):
        if watch is not None and not number % 64:
            watch.check()
        yield file, sniffed(root / file.name) if file.size else ""


def pictures_of(listing: Listing, watch: Watch | None = None) -> list[Listed]:
    """Return the files of a folder that begin as pictures."""
    return [file for file, kind in formats(listing.root, listing.files, watch) if kind]


def _spread(files: list[Listed], most: int) -> list[Listed]:
    """Return up to `most` files from all over the list."""
    if len(files) <= most:
        return files
    return [files[number * (len(files) - 1) // (most - 1)] for number in range(most)]
