"""Which IDX files of a folder hold samples and which their labels, by content and number."""

import gzip
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from studio.datasets.idx import Header, read_header
from studio.datasets.naming import order, shown
from studio.datasets.parting import PARTS
from studio.datasets.places import some_of
from studio.errors import DataError, FileError
from studio.wording import _

_PARTS = {**PARTS, "t10k": "test"}
_FOLDERS = 8
"""How many folders of one are looked into."""


@dataclass(frozen=True)
class Found:
    """One IDX file and what it says it holds."""

    path: Path
    header: Header

    @property
    def part(self) -> str:
        """The part its name speaks of, train if of none."""
        words = self.path.name.casefold().replace("_", "-").replace(".", "-").split("-")
        return next((_PARTS[word] for word in words if word in _PARTS), "train")


def before_part(name: str) -> str:
    """Return how a file's name begins before the word for its part: "emnist-letters-"."""
    found = re.search(rf"(?<![a-z])({'|'.join(_PARTS)})(?![a-z])", name, re.IGNORECASE)
    return name[: found.start()] if found else ""


def is_idx(path: Path) -> bool:
    """Return whether a file, plain or gzipped, begins as an IDX file."""
    try:
        with path.open("rb") as stream:
            start = stream.read(2)
            stream.seek(0)
            head = gzip.GzipFile(fileobj=stream).read(4) if start == b"\x1f\x8b" else stream.read(4)
    except (OSError, EOFError, zlib.error):
        return False
    known = (8, 9, 11, 12, 13, 14)
    return len(head) == 4 and head[:2] == b"\0\0" and head[2] in known and 1 <= head[3] <= 4


def holds_idx(folder: Path) -> bool:
    """Return whether any file of a folder begins as an IDX file."""
    try:
        return any(path.is_file() and is_idx(path) for path in some_of(folder))
    except OSError:
        return False


def home_of(folder: Path, depth: int = 2) -> Path | None:
    """Return the folder that holds IDX files: this one, or the only one below, as MNIST/raw."""
    if holds_idx(folder):
        return folder
    try:
        below = sorted(path for path in some_of(folder, _FOLDERS) if path.is_dir())
    except OSError:
        return None
    homes = [home for path in below if depth and (home := home_of(path, depth - 1))]
    return homes[0] if len(homes) == 1 else None


def found_in(folder: Path, prefix: str) -> tuple[tuple[Found, Found], ...]:
    """Return the samples and labels of each part, training first.

    Raises DataError if there are none, if labels are missing, or if several sets lie there.
    """
    paths = sorted(
        (p for p in some_of(folder) if p.name.startswith(prefix)), key=lambda p: order(p.name)
    )
    files = [Found(p, read_header(p)) for p in _once(paths) if _is_named(p) or is_idx(p)]
    samples = [one for one in files if len(one.header.axes) > 1]
    labels = [one for one in files if len(one.header.axes) == 1]
    if not samples:
        raise DataError(
            _("{folder} holds no IDX file of pictures.").format(folder=shown(str(folder))),
            _("Choose the folder with the files, gzipped or not."),
        )
    found = {one.part: (one, _labels_of(one, labels)) for one in samples}
    if len(found) < len(samples):
        raise DataError(
            _("{folder} holds several sets: {names}.").format(
                folder=shown(str(folder)),
                names=", ".join(shown(one.path.name) for one in samples[:8]),
            ),
            _("Say how the names of the one you want begin."),
        )
    ranks = ("train", "validation", "test")
    return tuple(found[part] for part in sorted(found, key=ranks.index))


def _once(paths: Sequence[Path]) -> Sequence[Path]:
    """Return the files, those that lie beside their gzipped form but once."""
    files = [path for path in paths if path.is_file()]
    names = {path.name for path in files}
    return [path for path in files if path.suffix != ".gz" or path.stem not in names]


def _is_named(path: Path) -> bool:
    """Return whether a file is called as IDX files are, so that another content is a fault."""
    return re.search(r"[-.]idx\d-", path.name) is not None


def _labels_of(samples: Found, labels: Sequence[Found]) -> Found:
    """Return the labels of samples: the same number of them, and the most alike name."""
    count = samples.header.axes[0]
    fitting = [one for one in labels if one.header.axes[0] == count]
    if not fitting:
        same = [one for one in labels if one.part == samples.part]
        raise _mismatch(samples, same[0] if same else None)
    return max(fitting, key=lambda one: (one.part == samples.part, _shared(one, samples)))


def _shared(one: Found, other: Found) -> int:
    pairs = zip(one.path.name, other.path.name, strict=False)
    return next((place for place, (a, b) in enumerate(pairs) if a != b), 1000)


def _mismatch(samples: Found, labels: Found | None) -> DataError | FileError:
    if labels is None:
        return DataError(
            _("There are no labels for {path}.").format(path=shown(str(samples.path))),
            _("Add the file with the labels."),
        )
    return DataError(
        _("{images} holds {count} pictures, but {labels} holds {others} labels.").format(
            images=shown(str(samples.path)),
            count=samples.header.axes[0],
            labels=shown(str(labels.path)),
            others=labels.header.axes[0],
        ),
        _("Choose files that belong together."),
    )
