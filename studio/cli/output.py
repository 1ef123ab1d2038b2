"""How a command speaks: answers on stdout, messages on stderr, tables that line up."""

import errno
import io
import json
import sys
import unicodedata
from collections.abc import Iterable, Sequence

from studio.runs.event_json import plain


def replace_unknown_letters() -> None:
    """Let what the terminal has no letter for appear as a question mark instead of failing."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def emit(value: object) -> None:
    """Write one strict JSON object to stdout, for programs; NaN is spelled as in the events."""
    say(json.dumps(plain(value), indent=2, ensure_ascii=False, allow_nan=False))


def say(text: str = "") -> None:
    """Write one line to stdout."""
    if sys.stdout is not None:  # as where a shell closed it
        sys.stdout.write(text + "\n")


def note(text: str) -> None:
    """Write one line about progress to stderr, where it does not disturb an answer."""
    show(text + "\n")


def show(text: str) -> None:
    """Write signs to stderr at once; a terminal that was closed is no reason to end."""
    if sys.stderr is None:
        return
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except OSError as error:
        if error.errno != errno.EIO:
            raise


def complain(problem: str, remedy: str = "") -> None:
    """Write why something was refused, and what would help, as one line on stderr."""
    note(" ".join(f"{problem} {remedy}".split()))


def table(head: Sequence[str], rows: Iterable[Sequence[str]], right: Iterable[int] = ()) -> str:
    """Return a head, a rule and rows whose columns line up; those numbered in `right` end flush."""
    body = [tuple(row) for row in rows]
    widths = [max(map(_width, column)) for column in zip(head, *body, strict=True)]
    rule = tuple("─" * width for width in widths)
    return columns([tuple(head), rule, *body], right)


def columns(rows: Iterable[Sequence[str]], right: Iterable[int] = ()) -> str:
    """Return lines whose columns line up; those numbered in `right` end flush."""
    lines = [tuple(row) for row in rows]
    widths = [max(map(_width, column)) for column in zip(*lines, strict=True)]
    ends = frozenset(right)
    return "\n".join(
        "  ".join(_padded(cell, widths[i], flush=i in ends) for i, cell in enumerate(line)).rstrip()
        for line in lines
    )


def _width(text: str) -> int:
    """Columns on a terminal, where Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _padded(text: str, width: int, *, flush: bool) -> str:
    space = " " * (width - _width(text))
    return space + text if flush else text + space
