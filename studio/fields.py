"""How settings are declared: one call each, from which form, validation, JSON and hints follow.

A class that derives from `Declared` lists its settings with the specifiers below; no setting is
described twice.
"""

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self, dataclass_transform

from studio.errors import SettingError
from studio.setting import Setting, nearest
from studio.wording import _

__all__ = [
    "Declared",
    "Setting",
    "choice",
    "flag",
    "integer",
    "integers",
    "many",
    "nearest",
    "nested",
    "number",
    "opaque",
    "sides",
    "text",
]


def integer(
    *,
    default: int | None,
    hint: str,
    low: int | None = 1,
    high: int | None = None,
    optional: bool = False,
    label: str = "",
) -> Any:
    """Declare a whole number from `low` to `high`; `optional` also allows None."""
    return _declare(Setting("integer", default, hint, label, low=low, high=high, optional=optional))


def number(
    *,
    default: float | None,
    hint: str,
    low: float | None = None,
    high: float | None = None,
    optional: bool = False,
    label: str = "",
) -> Any:
    """Declare a finite real number from `low` to `high`."""
    return _declare(Setting("number", default, hint, label, low=low, high=high, optional=optional))


def flag(*, default: bool, hint: str, label: str = "") -> Any:
    """Declare a yes-or-no setting."""
    return _declare(Setting("flag", default, hint, label))


def choice(*, default: str, options: Iterable[str], hint: str, label: str = "") -> Any:
    """Declare one word out of a few."""
    return _declare(Setting("choice", default, hint, label, options=tuple(options)))


def text(*, default: str, hint: str, label: str = "") -> Any:
    """Declare free text on one line."""
    return _declare(Setting("text", default, hint, label))


def sides(  # noqa: PLR0913
    *,
    default: int | str | tuple[int | None, ...] | None,
    axes: int,
    hint: str,
    low: int = 1,
    high: int | None = None,
    optional: bool = False,
    words: tuple[str, ...] = (),
    holes: bool = False,
    label: str = "",
) -> Any:
    """Declare one whole number for all of `axes` axes, or one for each.

    `words` are accepted instead ("same"); `optional` allows None, `holes` None for single axes.
    """
    return _declare(
        Setting(
            "sides",
            default,
            hint,
            label,
            low=low,
            high=high,
            optional=optional,
            options=words,
            axes=axes,
            holes=holes,
        )
    )


def integers(
    *,
    default: tuple[int, ...],
    hint: str,
    low: int | None = None,
    high: int | None = None,
    filled: bool = False,
    label: str = "",
    spelled: str = "",
) -> Any:
    """Declare a list of whole numbers, a `filled` one with at least one of them.

    `spelled` is its name in files.
    """
    setting = Setting("integers", default, hint, label, low=low, high=high, spelled=spelled)
    return _declare(dataclasses.replace(setting, filled=filled))


def nested(*, default: Any, family: Any, hint: str, label: str = "", optional: bool = False) -> Any:
    """Declare one member of a `Family`, with settings of its own."""
    return _declare(Setting("nested", default, hint, label, family=family, optional=optional))


def many(*, default: tuple[Any, ...], family: Any, hint: str, label: str = "") -> Any:
    """Declare a list of members of a `Family`."""
    return _declare(Setting("many", default, hint, label, family=family))


def opaque(*, default: Any, hint: str = "", label: str = "") -> Any:
    """Declare a value that only its owner understands, such as the graph inside a block."""
    return _declare(Setting("opaque", default, hint, label))


def _declare(setting: Setting) -> Any:
    if isinstance(setting.default, dict):  # dataclasses refuse a default that could be changed
        empty = dict(setting.default)
        return dataclasses.field(default_factory=lambda: empty, metadata={"setting": setting})
    return dataclasses.field(default=setting.default, metadata={"setting": setting})


@dataclass_transform(
    frozen_default=True,
    field_specifiers=(integer, number, flag, choice, text, sides, integers, nested, many, opaque),
)
class Declared:
    """A frozen value made of settings; one that breaks a bound cannot exist."""

    key: ClassVar[str] = ""
    declared: ClassVar[Mapping[str, Setting]] = {}

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        dataclass(frozen=True)(cls)
        cls.declared = {
            item.name: dataclasses.replace(item.metadata["setting"], name=item.name)
            for item in dataclasses.fields(cls)  # type: ignore[arg-type]
        }

    def __post_init__(self) -> None:
        for name, setting in self.declared.items():
            object.__setattr__(self, name, setting.check(getattr(self, name)))

    def changed(self, **values: Any) -> Self:
        """Return the same with some settings replaced, checked like any other.

        Raises SettingError for a value out of bounds or an unknown name.
        """
        named = {self.require(name).name: value for name, value in values.items()}
        return dataclasses.replace(self, **named)  # type: ignore[type-var]

    def values(self) -> dict[str, Any]:
        """Return the settings by name, in the order they are declared."""
        return {name: getattr(self, name) for name in self.declared}

    def offered(self) -> Mapping[str, Setting]:
        """Return the settings that people may change here, by name."""
        return self.declared

    def get(self, name: str) -> Any:
        """Return the value of one offered setting."""
        return getattr(self, name)

    @classmethod
    def require(cls, name: str) -> Setting:
        """Return the declaration of `name`; raises SettingError with the nearest known name."""
        for setting in cls.declared.values():
            if name in {setting.name, setting.key}:
                return setting
        raise SettingError(
            _("{owner} has no setting called {name}.").format(
                owner=cls.key or cls.__name__, name=name
            ),
            nearest(name, (setting.key for setting in cls.declared.values())),
        )
