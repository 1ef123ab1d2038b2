"""How a kind of thing with several members is listed, found by its word, and read from a file."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Generic, TypeVar

from studio.errors import SettingError
from studio.fields import Declared, nearest
from studio.wording import _

M = TypeVar("M", bound=Declared)


class Family(Generic[M]):
    """Declared classes by key, in the order they were filed: optimizers, losses, layers."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._members: dict[str, type[M]] = {}

    def file(self, key: str) -> Callable[[type[M]], type[M]]:
        """Decorate a class to file it under `key`; a key is filed once."""

        def decorate(cls: type[M]) -> type[M]:
            assert key not in self._members, f"{key} is filed twice"
            cls.key = key
            self._members[key] = cls
            return cls

        return decorate

    def __iter__(self) -> Iterator[type[M]]:
        return iter(self._members.values())

    def __contains__(self, key: object) -> bool:
        return key in self._members

    def __getitem__(self, key: object) -> type[M]:
        """Return the class filed under `key`; raises SettingError with the nearest known word."""
        if isinstance(key, str) and key in self._members:
            return self._members[key]
        raise SettingError(
            _("There is no {family} called {key}.").format(family=_(self.name), key=key),
            nearest(str(key), self._members)
            or _("Known: {keys}.").format(keys=", ".join(self._members)),
        )

    def member(self, value: Any) -> M:
        """Return `value` if it is a member already, else read it from its word or its JSON form.

        Raises SettingError for anything that is not of this family.
        """
        if isinstance(value, Declared):
            if type(value) in self._members.values():
                return value  # type: ignore[return-value]
        elif isinstance(value, str):
            return self[value]()
        elif isinstance(value, Mapping) and "type" in value:
            cls = self[value["type"]]
            return read(cls, {name: item for name, item in value.items() if name != "type"})
        raise SettingError(
            _("{family} needs a word or an object with a type, but {value!r} was given.").format(
                family=_(self.name).capitalize(), value=value
            )
        )


D = TypeVar("D", bound=Declared)


def read(cls: type[D], values: Mapping[str, Any]) -> D:
    """Return a `cls` made from JSON values; raises SettingError for a bad name or value."""
    return cls(**{cls.require(name).name: value for name, value in values.items()})


def written(value: Declared) -> dict[str, Any]:
    """Return the JSON form of a declared value, its `type` first when it belongs to a family."""
    head = {"type": value.key} if value.key else {}
    return head | {value.declared[name].key: _plain(item) for name, item in value.values().items()}


def _plain(item: Any) -> Any:
    if isinstance(item, Declared):
        return written(item)
    if isinstance(item, tuple | list):
        return [_plain(part) for part in item]
    return item
