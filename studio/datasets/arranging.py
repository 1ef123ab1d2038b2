"""What folders say of the files in them: a class each, and the publisher's parts above or below."""

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from studio.datasets.listing import Listed
from studio.datasets.parting import parts_among, says_nothing

LEVELS = ("first", "last", "path")
"""Which of several nested folders names the class."""
_DEEPEST_PART = 4
_PIECE = re.compile(r"(.*[\W_])?(fold|part|batch|chunk|shard|piece|images|split)[\W_]*\d+")
_FEWEST = 2
"""Files that a class named so has at least; they are five on average."""


@dataclass(frozen=True)
class Placed:
    """A file with its class, and the part its publisher put it in."""

    file: Listed
    label: str
    part: str = ""
    """train, validation, test, or nothing where no parts are given."""


@dataclass
class Arrangement:
    """Files that have a class, and those that have none."""

    placed: list[Placed] = field(default_factory=list)
    outside: list[Listed] = field(default_factory=list)
    """Files beside the folders of the classes."""
    apart: list[Listed] = field(default_factory=list)
    """Files beside the folders of the parts."""


def arranged(files: Sequence[Listed], level: str = "first") -> Arrangement:
    """Return the class and part of each file by the folders it lies in.

    Folders that all files lie in say nothing. Where train stands beside test or validation at some
    depth, these are parts; of what is left, `level` says which folder names the class.
    """
    found = Arrangement()
    parts, paths = _parted(files)
    found.apart = [file for file in files if file not in parts]
    shared = _shared([path for path in paths.values() if path])
    for file, part in parts.items():
        rest = paths[file][shared:]
        if rest:
            found.placed.append(Placed(file, _label(rest, level), part))
        else:
            found.outside.append(file)
    return _without_heaps(found)


def _without_heaps(found: Arrangement) -> Arrangement:
    """Return an arrangement in which val/images beside train/cat and train/dog is no class."""
    labels = {one.label for one in found.placed if one.part in {"", "train"}}
    if len(labels) == 1 and any(one.part for one in found.placed):
        labels = {label for label in labels if not says_nothing(label)}
    heaped = [one for one in found.placed if one.label not in labels and says_nothing(one.label)]
    if heaped:
        found.outside += [one.file for one in heaped]
        found.placed = [one for one in found.placed if one not in set(heaped)]
    return found


def are_stores(labels: Iterable[str]) -> bool:
    """Return whether folders are mere pieces of one heap, as fold1 and images_part_2 are."""
    found = [_PIECE.fullmatch(label.casefold()) for label in set(labels)]
    return bool(found) and all(found)


def arranged_by_name(files: Sequence[Listed]) -> Arrangement | None:
    """Return the class of each file by the beginning of its name, as of cat.12.jpg.

    None where nine of ten names that are to train do not end in a number, or what is before it is
    no few words with several files each.
    """
    parts = parts_of(files)
    labels = {file: label for file in files if (label := _before_number(file))}
    training = [file for file in files if parts[file] in {"", "train"}]
    counts = Counter(labels[file] for file in training if file in labels)
    named = counts.total()
    if named < 0.9 * len(training) or not 1 < len(counts) <= named / 5:
        return None
    if min(counts.values()) < _FEWEST:
        return None
    placed = [Placed(file, labels[file], parts[file]) for file in files if file in labels]
    return Arrangement(placed, [file for file in files if file not in labels])


def parts_of(files: Sequence[Listed]) -> dict[Listed, str]:
    """Return the part each file lies in, without regard to classes; "" where there are none."""
    parts = _parted(files)[0]
    return {file: parts.get(file, "") for file in files}


def _parted(
    files: Sequence[Listed],
) -> tuple[dict[Listed, str], dict[Listed, tuple[str, ...]]]:
    """Return the part of each file, and the folders it lies in but for that of its part.

    Files beside the folders of parts are in neither; where there are no parts, "" stands for them.
    Some archives have the folder of a part in one of the same name: seg_train/seg_train.
    """
    paths = {file: file.folders for file in files}
    parts = dict.fromkeys(files, "")
    while found := _parts_in(paths.values()):
        depth, names = found
        at = {file: names.get(path[depth], "") for file, path in paths.items() if path[depth:]}
        if any(parts.values()) and not all(at.get(file) == part for file, part in parts.items()):
            break  # folders within a part, of classes that are called so
        parts = {file: part for file, part in at.items() if part}
        paths = {file: _without(paths[file], depth) for file in parts}
    return parts, paths


def _parts_in(paths: Iterable[tuple[str, ...]]) -> tuple[int, Mapping[str, str]] | None:
    """Return the depth at which folders are parts, and which part each of them is."""
    kinds = set(paths)
    for depth in range(min(_DEEPEST_PART, max(map(len, kinds), default=0))):
        if parts := parts_among({path[depth] for path in kinds if len(path) > depth}):
            return depth, parts
    return None


def _without(path: tuple[str, ...], depth: int) -> tuple[str, ...]:
    return path[:depth] + path[depth + 1 :]


def _shared(paths: list[tuple[str, ...]]) -> int:
    """Return how many leading folders all files share, the last one left to name a class."""
    if not paths:
        return 0
    levels = (len(set(level)) == 1 for level in zip(*paths, strict=False))
    shared = sum(1 for _same in itertools.takewhile(bool, levels))
    return min(shared, min(map(len, paths)) - 1)


def _label(path: tuple[str, ...], level: str) -> str:
    return {"first": path[0], "last": path[-1], "path": "/".join(path)}[level]


def _before_number(file: Listed) -> str:
    """Return what is before the number that a name ends in: cat.12.jpg, daisy (3).png; or ""."""
    stem = file.name.rsplit("/", 1)[-1].rsplit(".", 1)[0].removesuffix(")")
    before = stem.rstrip("0123456789")
    label = before.rstrip(" ._-(")
    return label if before != stem and any(map(str.isalpha, label)) else ""
