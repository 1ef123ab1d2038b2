"""Texts that lie in folders: one file each below the folder of its class, or files of rows."""

import itertools
from collections import Counter
from collections.abc import Sequence
from pathlib import Path, PurePath

from studio.datasets.faulting import left_out, problem
from studio.datasets.listing import Listed, listed
from studio.datasets.naming import alike, shown
from studio.datasets.origins import ROW_OF_FILE, as_told
from studio.datasets.parting import part_of
from studio.datasets.places import unreadable
from studio.datasets.reading.encoding import encoding_of_bytes
from studio.datasets.reading.grid import Reading, dialect_of, opened
from studio.datasets.texts.gathered import Gathered
from studio.datasets.texts.lined import kinds_of
from studio.datasets.texts.rowed import gather_rows
from studio.datasets.watching import Watch
from studio.errors import DataError, StudioError
from studio.wording import Plural, _, byte_size

MOST_BYTES = 10 * 2**20
"""Of one text."""
_ASIDE = frozenset(
    (
        *("source", "readme", "license", "licence", "changelog", "notice", "citation"),
        *("requirements", "manifest"),
    )
)
_NAMES = frozenset(("class.txt", "classes.txt", "labels.txt", "label.txt", "class_names.txt"))
_NO_CLASS = frozenset(("unsup", "unlabeled", "unlabelled"))


def gather_folder(root: Path, asked: tuple[str, str, Reading], watch: Watch) -> Gathered:
    """Return the texts of a folder; `asked` are the columns of rows and how they are read.

    Raises DataError if there are none.
    """
    listing = listed(root, watch)
    files = [file for file in listing.files if not _is_aside(file)]
    gathered = Gathered()
    gathered.problems.extend(left_out(listing))
    shared = _shared([file.folders for file in files])
    below = [file for file in files if class_of(file, shared)]
    if len({class_of(file, shared) for file in below}) > 1:
        _gather_files(gathered, root, below, watch)
    elif files:
        _gather_tables(gathered, root, files, asked, watch)
    if not gathered.texts:
        raise DataError(
            _("{folder} holds no texts with classes.").format(folder=root),
            _("Texts lie in a folder for each class, or in the rows of a CSV or TSV file."),
        )
    return gathered


def class_of(file: Listed, shared: int = 0) -> str:
    """Return the folder that names the class of a file, if it lies in one.

    The first `shared` folders, in which all files lie, name none.
    """
    folders = [name for name in file.folders[shared:] if not part_of(name)]
    return "" if not folders or folders[-1].casefold() in _NO_CLASS else folders[-1]


def _shared(paths: Sequence[tuple[str, ...]]) -> int:
    """Return how many folders all files lie in."""
    levels = (len(set(level)) == 1 for level in zip(*paths, strict=False))
    return sum(itertools.takewhile(bool, levels))


def _is_aside(file: Listed) -> bool:
    pieces = list(map(alike, PurePath(file.name).name.split(".")))
    return pieces[0] in _ASIDE or "readme" in pieces


def _gather_files(into: Gathered, root: Path, files: Sequence[Listed], watch: Watch) -> None:
    """Add every file as one text."""
    broken: dict[str, list[str]] = {"unreadable": [], "encoding": []}
    for number, file in enumerate(files):
        if not number % 32:
            watch.tell(number, len(files))
        content = _content(root, file)
        if content is None:
            broken["unreadable"].append(shown(file.name))
            continue
        if "\ufffd" in content:
            broken["encoding"].append(_placed(file, content))
        part = next(filter(None, map(part_of, file.folders)), "")
        into.add(content, shown(class_of(file)), part, shown(file.name))
    _note_broken(into, broken)


def _content(root: Path, file: Listed) -> str | None:
    """Return what a small text file says, or None for what is none."""
    if file.size > MOST_BYTES:
        return None
    try:
        with (root / file.name).open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except OSError:
        return None
    encoding = encoding_of_bytes(content)
    text = content.decode("utf-8-sig" if encoding == "utf-8" else encoding, errors="replace")
    return None if "\0" in text else text


def _placed(file: Listed, content: str) -> str:
    line = content[: content.index("\ufffd")].count("\n") + 1
    return as_told(ROW_OF_FILE.format(file=shown(file.name), row=line))


def _note_broken(into: Gathered, broken: dict[str, list[str]]) -> None:
    into.problems += problem(
        "unreadable",
        "error",
        Plural(
            "{count} file is no text, cannot be read, or has more than {most}.",
            "{count} files are no texts, cannot be read, or have more than {most}.",
            most=byte_size(MOST_BYTES),
        ),
        _("They are left out; take them out of the folder."),
        broken["unreadable"],
    )
    into.problems += problem(
        "encoding",
        "warning",
        Plural(
            "{count} file holds bytes that were no characters when it was read.",
            "{count} files hold bytes that were no characters when they were read.",
        ),
        _("Write the files as UTF-8; such bytes are read as “\ufffd”."),
        broken["encoding"],
    )


def _gather_tables(
    into: Gathered,
    root: Path,
    files: Sequence[Listed],
    asked: tuple[str, str, Reading],
    watch: Watch,
) -> None:
    """Add the rows of every file that has some; files of lines alone are a class each."""
    names = next((file for file in files if PurePath(file.name).name in _NAMES), None)
    rest = [file for file in files if file is not names]
    reading = asked[2]
    rowed: list[Listed] = []
    plain: list[Listed] = []
    for file in rest:
        watch.check()
        (rowed if _has_rows(root / file.name, reading) else plain).append(file)
    rowed.sort(key=lambda file: -file.size)  # the largest tells best which column is which
    for file in rowed:
        gather_rows(into, root / file.name, part_of(file.name) or _part(file), asked, watch)
    kinds = kinds_of([PurePath(file.name).name for file in plain])
    for file, kind in zip(plain, kinds, strict=True) if not rowed and len(set(kinds)) > 1 else ():
        _gather_lines(into, root / file.name, kind, reading, watch)
    if names is not None:
        _name_classes(into, root / names.name)


def _part(file: Listed) -> str:
    return next(filter(None, map(part_of, file.folders)), "")


def _has_rows(path: Path, reading: Reading) -> bool:
    try:
        return dialect_of(path, reading) is not None
    except StudioError:
        return False


def _gather_lines(into: Gathered, path: Path, label: str, reading: Reading, watch: Watch) -> None:
    """Add every line of a file that says something; all are of one class."""
    with opened(path, reading.encoding) as stream:
        for number, line in enumerate(stream):
            if not number % 512:
                watch.check()
            origin = ROW_OF_FILE.format(file=shown(path.name), row=number + 1)
            if text := line.strip()[:MOST_BYTES]:
                into.add(text, label, part_of(path.name), origin)


def _name_classes(into: Gathered, path: Path) -> None:
    """Replace the numbers of classes by the names in a file that has one for each."""
    try:
        with opened(path) as stream:
            names = [line.strip() for line in stream.read(2**20).splitlines() if line.strip()]
    except OSError as error:
        raise unreadable(path, error) from error
    numbers = Counter(into.labels)
    first = 0 if "0" in numbers else 1
    known = {str(number): name for number, name in enumerate(names, first)}
    if len(set(names)) == len(names) and set(numbers) <= set(known):
        into.labels = [known[label] for label in into.labels]
