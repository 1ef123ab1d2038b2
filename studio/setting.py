"""What one setting is: which values it takes, how it refuses the others, how it explains itself."""

import difflib
import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

from studio.errors import SettingError
from studio.wording import _

_MOST_ITEMS = 1_000

Kind = Literal[
    "integer", "number", "flag", "choice", "text", "sides", "integers", "nested", "many", "opaque"
]


@dataclass(frozen=True)
class Setting:
    """One declared setting: which values it takes and how it explains itself."""

    kind: Kind
    default: Any
    hint: str = ""
    label: str = ""
    name: str = ""
    low: float | None = None
    high: float | None = None
    optional: bool = False
    options: tuple[str, ...] = ()
    axes: int = 0
    holes: bool = False
    family: Any = None
    filled: bool = False
    """Whether a list must have something in it."""
    spelled: str = ""
    """The name in files where it differs from the attribute's, as “shape” must."""

    @property
    def key(self) -> str:
        """The name in files."""
        return self.spelled or self.name

    @property
    def title(self) -> str:
        """The name for people, in the language in use."""
        return _(self.label or self.key.replace("_", " ").capitalize())

    def in_words(self) -> "Setting":
        """Return the same setting with the name for people in what it refuses."""
        return replace(self, spelled=self.title)

    def check(self, value: Any) -> Any:
        """Return `value` in its normal form.

        Raises SettingError naming the setting, what was given and what is allowed.
        """
        if value is None and self.optional:
            return None
        return _CHECKS[self.kind](self, value)

    def refuse(self, value: Any, expected: str) -> SettingError:
        """Return the refusal of `value`; `expected` completes “… must be …”."""
        return SettingError(
            _("{name} must be {expected}, but {value} was given.").format(
                name=self.key, expected=expected, value=_shown(value)
            )
        )


def nearest(name: str, known: Iterable[str]) -> str:
    """Return “Did you mean …?” for a misspelled name, or nothing."""
    found = difflib.get_close_matches(name, tuple(known), n=1)
    return _("Did you mean {name}?").format(name=found[0]) if found else ""


def _shown(value: Any) -> str:
    if isinstance(value, str) and not value.strip():
        return _("nothing")
    large = isinstance(value, float) and abs(value) >= 1e6
    shown = f"{value:.10g}" if large else repr(value)
    return shown if len(shown) <= 60 else shown[:57] + "…"


def _bounds(setting: Setting, what: str) -> str:
    low, high = _bound(setting.low), _bound(setting.high)
    if low and high:
        return _("{what} from {low} to {high}").format(what=what, low=low, high=high)
    if low:
        return _("{what}, at least {low}").format(what=what, low=low)
    if high:
        return _("{what}, at most {high}").format(what=what, high=high)
    return what


def _bound(value: float | None) -> str:
    return "" if value is None else f"{value:,}" if isinstance(value, int) else f"{value:g}"


def _inside(setting: Setting, value: float) -> bool:
    return not (setting.low is not None and value < setting.low) and not (
        setting.high is not None and value > setting.high
    )


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**53


def _check_integer(setting: Setting, value: Any) -> int:
    if not _whole(value) or not _inside(setting, value):
        raise setting.refuse(value, _bounds(setting, _("a whole number")))
    return int(value)


def _check_number(setting: Setting, value: Any) -> float:
    real = isinstance(value, int | float) and not isinstance(value, bool)
    if not real or not math.isfinite(value) or not _inside(setting, value):
        raise setting.refuse(value, _bounds(setting, _("a number")))
    return float(value)


def _check_flag(setting: Setting, value: Any) -> bool:
    if not isinstance(value, bool):
        raise setting.refuse(value, _("true or false"))
    return value


def _check_choice(setting: Setting, value: Any) -> str:
    if value not in setting.options:
        raise setting.refuse(
            value, _("one of {options}").format(options=", ".join(setting.options))
        )
    return str(value)


def _check_text(setting: Setting, value: Any) -> str:
    if not isinstance(value, str):
        raise setting.refuse(value, _("a text"))
    return value


def _check_sides(setting: Setting, value: Any) -> Any:
    if isinstance(value, str) and value in setting.options:
        return value
    items = tuple(value) if isinstance(value, list | tuple) else (value,)
    fits = (
        len(items) in {1, setting.axes}
        if not isinstance(value, list | tuple)
        else len(items) == setting.axes
    )
    if not fits or not all(
        (setting.holes and item is None) or (_whole(item) and _inside(setting, item))
        for item in items
    ):
        what = _("a whole number or {axes} of them").format(axes=setting.axes)
        words = "".join(f", “{word}”" for word in setting.options)
        raise setting.refuse(value, _bounds(setting, what) + words)
    return items if isinstance(value, list | tuple) else value


def _check_integers(setting: Setting, value: Any) -> tuple[int, ...]:
    items = tuple(value) if isinstance(value, list | tuple) else None
    if items is None or not all(_whole(item) and _inside(setting, item) for item in items):
        raise setting.refuse(value, _bounds(setting, _("a list of whole numbers")))
    if len(items) > _MOST_ITEMS or (setting.filled and not items):
        raise SettingError(
            _("{name} must have from {fewest} to {most:,} entries, but it has {count:,}.").format(
                name=setting.key, fewest=int(setting.filled), most=_MOST_ITEMS, count=len(items)
            )
        )
    return items


def _check_nested(setting: Setting, value: Any) -> Any:
    return setting.family.member(value)


def _check_many(setting: Setting, value: Any) -> tuple[Any, ...]:
    if not isinstance(value, list | tuple):
        raise setting.refuse(value, _("a list"))
    return tuple(setting.family.member(item) for item in value)


def _check_opaque(_setting: Setting, value: Any) -> Any:
    return value


_CHECKS = {
    "integer": _check_integer,
    "number": _check_number,
    "flag": _check_flag,
    "choice": _check_choice,
    "text": _check_text,
    "sides": _check_sides,
    "integers": _check_integers,
    "nested": _check_nested,
    "many": _check_many,
    "opaque": _check_opaque,
}
