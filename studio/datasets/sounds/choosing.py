"""Which files of a folder are sounds, and of which class: by folder, or by name."""

import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from studio.datasets.arranging import Placed, are_stores, arranged, parts_of
from studio.datasets.listing import Listed, Listing, glimpsed
from studio.datasets.named_files import Names
from studio.datasets.naming import shown
from studio.datasets.part_lists import with_listed_parts
from studio.datasets.pictures.labels import Labels, found_labels
from studio.datasets.sounds.wave import is_wave
from studio.datasets.watching import Watch
from studio.errors import DataError
from studio.wording import _

LABELS = ("auto", "folders", "names")
_SNIFFED = 24
_LEAST_SHARE = 0.4
"""Of sounds; pictures of each of them often lie beside them."""
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
    return 0.6 + 0.35 * min(1, 1.5 * share) if share >= _LEAST_SHARE else 0.0


def sounds_of(listing: Listing, watch: Watch | None = None) -> list[Listed]:
    """Return the files that begin as sounds."""
    found = []
    for number, file in enumerate(listing.files):
        if watch is not None and not number % 64:
            watch.check()
        if file.size and is_sound(listing.root / file.name):
            found.append(file)
    return found


def placed(
    listing: Listing, sounds: Sequence[Listed], labels: str
) -> tuple[list[Placed], list[Listed]]:
    """Return the sounds with their classes, and those without one.

    Folders come first, then a table that names the files, then the beginnings of names. Raises
    DataError if there is no sound, or nothing tells a class.
    """
    folder = shown(str(listing.root))
    if not sounds:
        raise DataError(
            _("{folder} holds no sound.").format(folder=folder),
            _("Choose a folder with WAV files, in a folder for each class."),
        )
    known = set(sounds)
    others = [file for file in listing.files if file not in known]
    found, rest = _chosen(listing.root, sounds, others, labels)
    kinds = {one.label for one in found}
    if not found or (labels == "auto" and len(kinds) > max(1, _MOST_SHARE * len(found))):
        raise DataError(
            _("{folder} holds {count} sounds, but nothing says what they are.").format(
                folder=folder, count=len(sounds)
            ),
            _("Put each class into a folder of its own, or begin the names with it: seven_01.wav."),
        )
    return with_listed_parts(listing.root, found, others), rest


def _chosen(
    root: Path, sounds: Sequence[Listed], others: Sequence[Listed], labels: str
) -> tuple[list[Placed], list[Listed]]:
    by_folder = arranged(sounds)
    found = [one for one in by_folder.placed if not _is_aside(one.label)]
    aside = [one.file for one in by_folder.placed if _is_aside(one.label)]
    kinds = {one.label for one in found}
    are_kinds = len(kinds) > 1 and not are_stores(kinds)
    if labels == "folders" or (labels == "auto" and are_kinds):
        return found, [*by_folder.outside, *by_folder.apart, *aside]
    if labels == "auto":
        names = Names(sounds)
        wanted = dict.fromkeys(("labels", "file_column", "label_column"), "")
        table = found_labels(root, others, names, wanted)
        if table is not None and table.label_column is not None and not table.is_number:
            return _by_table(sounds, names, table, table.label_column)
    return _by_name(sounds)


def _is_aside(label: str) -> bool:
    """Return whether a folder is no class, as _background_noise_ is none."""
    return label.startswith("_") and label.endswith("_")


def _by_table(
    sounds: Sequence[Listed], names: Names, table: Labels, column: int
) -> tuple[list[Placed], list[Listed]]:
    parts = parts_of(sounds)
    parts |= {} if any(parts.values()) else table.parts(names)
    labels = {
        file: label
        for title, _line, cell, label in table.rows(column)
        if label and (file := names.find(cell, title)) is not None
    }
    found = [Placed(file, labels[file], parts[file]) for file in sounds if file in labels]
    return found, [file for file in sounds if file not in labels]


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
