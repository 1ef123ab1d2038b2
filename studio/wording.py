"""How the program speaks: translated sentences and numbers fit for people."""

import gettext as _gettext
import locale
import os
from functools import cache

from studio.paths import resources

LANGUAGES = {"en": "English", "zh_CN": "简体中文"}


class _Voice:
    """The language in use; one per process, since a desktop speaks one language at a time."""

    language = "en"
    catalog: _gettext.NullTranslations = _gettext.NullTranslations()


def _(text: str) -> str:
    """Return `text` in the language in use."""
    return _Voice.catalog.gettext(text) if text else ""


def marked(text: str) -> str:
    """Mark a text of a table for translation; `_` translates it where it is shown."""
    return text


class Plural:
    """A sentence about a number of things, in a form for one of them and a form for more.

    Both are translated where the sentence is said; `{count}` stands for the number, and `values`
    for what else is known by then.
    """

    def __init__(self, one: str, many: str, **values: object) -> None:
        self._one, self._many, self._values = one, many, values

    def of(self, count: int, **values: object) -> str:
        """Return what is said of so many."""
        form = _(self._one) if count == 1 else _(self._many)
        return form.format(count=full(count), **self._values, **values)


@cache
def _catalog(code: str) -> _gettext.NullTranslations:
    return _gettext.translation(
        "layerwise", resources() / "translations", languages=[code], fallback=True
    )


def spoken(text: str, code: str) -> str:
    """Return `text` in the language `code`, whichever is in use."""
    return _catalog(code).gettext(text)


def use_language(code: str) -> None:
    """Speak the language `code` from now on; anything unknown means English."""
    known = code if code in LANGUAGES else "en"
    _Voice.language = known
    _Voice.catalog = _catalog(known)


def language() -> str:
    """Return the code of the language in use."""
    return _Voice.language


def system_language() -> str:
    """Return the language the system asks for, if the program speaks it, else English."""
    asked = os.environ.get("LAYERWISE_LANGUAGE") or os.environ.get("LANGUAGE") or _locale_name()
    return "zh_CN" if asked.lower().startswith("zh") else "en"


def _locale_name() -> str:
    names = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return next((name for name in names if name), locale.getlocale()[0] or "")


def full(number: int) -> str:
    """Return a whole number with thousands set apart: 54,410."""
    return f"{number:,}"


def measured(number: float, digits: int = 4) -> str:
    """Return a measured number with so many digits, and an exponent only where it is worth it.

    0.03142, 37.85, 358,500; 1.2e+12.
    """
    if 10**digits <= abs(number) < 1e10:
        return f"{number:,.0f}"
    return f"{number:.{digits}g}"


def in_percent(share: float, digits: int = 0) -> str:
    """Return a share with so many digits behind the point: 32 %, 99.7 %."""
    return f"{100 * share:.{digits}f} %"


def humanized(number: float) -> str:
    """Return a count at reading size: 320, 54.4 K, 1.2 M, 7.1 B."""
    if abs(number) < 10_000:
        return f"{number:,.0f}"
    for size, unit in ((1e3, "K"), (1e6, "M"), (1e9, "B"), (1e12, "T")):
        if abs(number) < 999.5 * size:
            return f"{number / size:.3g} {unit}"
    return f"{number / 1e12:,.0f} T"


def byte_size(number: float) -> str:
    """Return a number of bytes at reading size: 640 B, 12.5 KiB, 1.2 GiB."""
    if abs(number) < 1024:
        return f"{number:.0f} B"
    for size, unit in ((2**10, "KiB"), (2**20, "MiB"), (2**30, "GiB"), (2**40, "TiB")):
        if abs(number) < 999.5 * size:
            return f"{number / size:.3g} {unit}"
    return f"{number / 2**40:,.0f} TiB"


def duration(seconds: float) -> str:
    """Return a time span as a clock: 0:07, 12:40, 1:02:03."""
    minutes, rest = divmod(round(max(0.0, seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
