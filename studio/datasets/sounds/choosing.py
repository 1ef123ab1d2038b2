"""Which files of a folder are sounds, and of which class: by folder, or by name."""

import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from studio.datasets.arranging import Placed, arranged, parts_of
from studio.datasets.listing import Listed, Listing, glimpsed
from studio.datasets.naming import shown
from studio.datasets.sounds.wave import is_wave
from studio.datasets.watching import Watch
from studio.errors import DataError
from studio.wording import _

LABELS = ("auto", "folders", "names")
_SNIFFED = 24
_BEGINNING = re.compile(r"([^_-]+)[_-]")
_MOST_SHARE = 0.5
"""Beginnings of names are classes only if there are at most half as many of them as files."""


def is_sound(path: Path) -> bool:
    """Return whether a regular file begins as a WAV file."""
    try:
        with path.open("rb", buffering=0) as stream:
            return is_wave(stream.read(12))
    except OSError:
        return False


def likeness(folder: Path) -> float:
    """Return how surely a folder is one of sounds, as a few of its files tell."""
    files = sorted(glimpsed(folder), key=lambda file: file.name)
    count = min(_SNIFFED, len(files))
    some = [files[number * len(files) // count] for number in range(count)]
    share = sum(is_sound(folder / file.name) for file in some) / max(1, count)
    return 0.6 + 0.35 * share if share >= 0.5 else 0.0


def sounds_of(listing: Listing, watch: Watch | None = None) -> list[Listed]:
    """Return the files that begin as sounds."""
    found = []
    for number, file in enumerate(listing.files):
        if watch is not None and not number % 64:
            watch.check()
        if file.size and is_sound(listing.root / file.name):
            found.append(file)
    return found


def placed(root: Path, sounds: Sequence[Listed], labels: str) -> tuple[list[Placed], list[Listed]]:
    """Return the sounds with their classes, and those without one.

    Raises DataError if there is no sound, or nothing tells a class.
    """
    if not sounds:
        raise DataError(
            _("{folder} holds no sound.").format(folder=shown(str(root))),
            _("Choose a folder with WAV files, in a folder for each class."),
        )
    by_folder = arranged(sounds)
    if labels == "folders" or (
        labels == "auto" and len({one.label for one in by_folder.placed}) > 1
    ):
        found, rest = by_folder.placed, [*by_folder.outside, *by_folder.apart]
    else:
        found, rest = _by_name(sounds)
    kinds = {one.label for one in found}
    if not found or (labels == "auto" and len(kinds) > max(1, _MOST_SHARE * len(found))):
        raise DataError(
            _("{folder} holds {count} sounds, but nothing says what they are.").format(
                folder=shown(str(root)), count=len(sounds)
            ),
            _("Put each class into a folder of its own, or begin the names with it: seven_01.wav."),
        )
    return found, rest


def speakers(files: Sequence[Listed]) -> list[str]:
    """Return the second word of each name, as in 3_jackson_12.wav; "" where there is none."""
    words = [re.split("[_-]", _stem(file)) for file in files]
    return [some[1] if len(some) > 2 else "" for some in words]


def _by_name(sounds: Sequence[Listed]) -> tuple[list[Placed], list[Listed]]:
    parts = parts_of(sounds)
    kinds: dict[bool, list[Listed]] = defaultdict(list)
    for file in sounds:
        kinds[_BEGINNING.match(_stem(file)) is not None].append(file)
    found = [Placed(file, re.split("[_-]", _stem(file))[0], parts[file]) for file in kinds[True]]
    return found, kinds[False]


def _stem(file: Listed) -> str:
    return file.name.rsplit("/", 1)[-1].rsplit(".", 1)[0]
