"""Which lines of a file could not be used and why, gathered while it is read."""

from collections.abc import Iterable
from itertools import islice

from studio.datasets.problems import MOST_NAMED, Gravity, Problem
from studio.wording import Plural, _, marked

_SAID: dict[str, tuple[Gravity, Plural, str]] = {
    "ragged": (
        "error",
        Plural(
            "{count} row of {file} has more or fewer cells than the table has columns.",
            "{count} rows of {file} have more or fewer cells than the table has columns.",
        ),
        marked("They are left out; look for a missing quote or delimiter there."),
    ),
    "unclosed_quote": (
        "error",
        Plural(
            "{count} row of {file} opens a quote that is never closed.",
            "{count} rows of {file} open a quote that is never closed.",
        ),
        marked("They are left out; close the quote, or read the file without quoting."),
    ),
    "nul": (
        "warning",
        Plural(
            "{count} line of {file} holds zero bytes, which are passed over.",
            "{count} lines of {file} hold zero bytes, which are passed over.",
        ),
        marked("The file may be damaged; write it once more from where it comes."),
    ),
    "long_field": (
        "error",
        Plural(
            "{count} row of {file} holds a cell of more than 1 MiB.",
            "{count} rows of {file} hold a cell of more than 1 MiB.",
        ),
        marked("They are left out; shorten them."),
    ),
    "long_line": (
        "error",
        Plural(
            "{count} line of {file} is longer than 10 MiB.",
            "{count} lines of {file} are longer than 10 MiB.",
        ),
        marked("They are left out; break them into lines."),
    ),
    "encoding": (
        "warning",
        Plural(
            "{count} line of {file} holds bytes that were no characters when it was read.",
            "{count} lines of {file} hold bytes that were no characters when they were read.",
        ),
        marked("Choose the encoding the file was written in; such bytes are read as “\ufffd”."),
    ),
    "names_again": (
        "warning",
        Plural(
            "{count} row of {file} names the columns once more.",
            "{count} rows of {file} name the columns once more.",
        ),
        marked("They are left out; such files are often several, one behind the other."),
    ),
    "above": (
        "note",
        Plural(
            "{count} line of {file} stands above the table.",
            "{count} lines of {file} stand above the table.",
        ),
        marked("They are passed over."),
    ),
}


class Faults:
    """Numbers of lines by the kind of their fault."""

    def __init__(self) -> None:
        self._lines: dict[str, list[int]] = {}
        self._counts: dict[str, int] = {}

    def add(self, kind: str, line: int) -> None:
        """Note the fault of one line, counted from 1."""
        self._counts[kind] = self.count(kind) + 1
        lines = self._lines.setdefault(kind, [])
        if len(lines) < MOST_NAMED:
            lines.append(line)

    def count(self, kind: str) -> int:
        """Return how many lines have that fault."""
        return self._counts.get(kind, 0)

    def problems(self, file: str) -> tuple[Problem, ...]:
        """Return what is to be said of the file of that name, the gravest first."""
        kinds = (kind for kind in _SAID if kind in self._counts)
        return tuple(self._problem(kind, file) for kind in kinds)

    def _problem(self, kind: str, file: str) -> Problem:
        gravity, sentence, remedy = _SAID[kind]
        count = self._counts[kind]
        return Problem(
            kind,
            gravity,
            sentence.of(count, file=file),
            _(remedy),
            places=rows(self._lines[kind]),
            count=count,
            change={"quoting": "none"} if kind == "unclosed_quote" else {},
        )


def rows(lines: Iterable[int]) -> tuple[str, ...]:
    """Return the first lines as people name them."""
    return tuple(_("row {row}").format(row=line) for line in islice(lines, MOST_NAMED))
