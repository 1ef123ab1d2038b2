"""Where samples and columns come from: kept in one spelling, told in the language in use."""

import re
from functools import cache

from studio.wording import LANGUAGES, _, marked, spoken

ROW = marked("row {row}")
ROWS = marked("rows {first}–{last}")
WINDOW = marked("window {number}")
ROW_OF_FILE = marked("{file}, row {row}")
ROW_OF_PART = marked("{part} row {row}")
COLUMN = marked("column {number}")
"""A column that has no name in its file."""
_FORMS = (ROW, ROWS, WINDOW, ROW_OF_FILE, ROW_OF_PART, COLUMN)
_WORDS = ("file", "part")


def as_told(origin: str) -> str:
    """Return an origin, a form with its values or the name of a file, as people read it."""
    for form in _FORMS:
        if match := _pattern(form).fullmatch(origin):
            return _(form).format(**match.groupdict())
    return origin


def as_kept(told: str) -> str:
    """Return an origin as it is kept, which older projects kept as it was told."""
    for code in LANGUAGES:
        for form in _FORMS:
            if match := _pattern(spoken(form, code)).fullmatch(told):
                return form.format(**match.groupdict())
    return told


@cache
def _pattern(form: str) -> re.Pattern[str]:
    """Return what finds the values in a form that was filled in."""
    parts = re.split(r"\{(\w+)\}", form)
    parts[::2] = map(re.escape, parts[::2])
    parts[1::2] = [f"(?P<{name}>{'.+' if name in _WORDS else '[0-9]+'})" for name in parts[1::2]]
    return re.compile("".join(parts), re.DOTALL)
