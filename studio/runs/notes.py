"""What people wrote on a run: its name, its tags and a note, in a small file of its own."""

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.errors import FileError
from studio.storage import read_json, write_json
from studio.wording import _

FILE = "notes.json"
_LONGEST_NAME, _LONGEST_TAG, _LONGEST_NOTE, _MOST_TAGS = 120, 40, 10_000, 32


@dataclass(frozen=True)
class Notes:
    """The words on a run; all are empty where nobody wrote any."""

    name: str = ""
    tags: tuple[str, ...] = ()
    note: str = ""

    @classmethod
    def of(cls, name: str = "", tags: Iterable[str] = (), note: str = "") -> "Notes":
        """Return tidy notes: one line as a name, each tag once, nothing endlessly long."""
        return cls(
            name=_line(name, _LONGEST_NAME), tags=_tidy(tags), note=note.strip()[:_LONGEST_NOTE]
        )


def tags_of(text: str) -> tuple[str, ...]:
    """Return the tags of a line in which commas, also Chinese ones, stand between them."""
    return _tidy(text.replace("，", ",").replace("、", ",").split(","))


def read_notes(folder: Path) -> Notes:
    """Return what is written on a run; what cannot be read counts as nothing."""
    values = _values(folder)
    name, tags, note = (values.get(key) for key in ("name", "tags", "note"))
    return Notes.of(
        name if isinstance(name, str) else "",
        (tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else (),
        note if isinstance(note, str) else "",
    )


def write_notes(folder: Path, notes: Notes) -> None:
    """Write on a run, whole or not at all; what a newer version wrote beside it stays.

    Raises FileError if the folder is gone or cannot be written. A file that is no JSON object is
    put aside as "notes.json.bad".
    """
    if not folder.is_dir():  # writing would make half a run of nothing
        raise FileError(
            _("The run {folder} is gone.").format(folder=folder),
            _("It was deleted or moved by another program."),
        )
    path = folder / FILE
    if path.exists() and not _values(folder):
        with contextlib.suppress(OSError):
            path.replace(path.with_name(f"{FILE}.bad"))
    tidy = Notes.of(notes.name, notes.tags, notes.note)
    write_json(
        path,
        _values(folder) | {"name": tidy.name, "tags": list(tidy.tags), "note": tidy.note},
    )


def _values(folder: Path) -> dict[str, Any]:
    try:
        found = read_json(folder / FILE)
    except FileError:
        return {}
    return found if isinstance(found, dict) else {}


def _tidy(tags: Iterable[str]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for tag in tags:
        word = _line(tag.replace(",", " ").lstrip("# "), _LONGEST_TAG)
        if word:
            found.setdefault(word.casefold(), word)
    return tuple(found.values())[:_MOST_TAGS]


def _line(text: str, longest: int) -> str:
    """Return a text as one line without signs that cannot be seen."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:longest].strip()
