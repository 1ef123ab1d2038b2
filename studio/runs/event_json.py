"""How an event is written as one JSON line and read back, numbers that JSON lacks included."""

import dataclasses
import json
import math
import typing
from collections.abc import Mapping
from functools import cache
from typing import Any, Literal

from studio.training.events import Event

_TYPES: dict[str, type[Any]] = {cls.__name__: cls for cls in typing.get_args(Event)}
_LIMITLESS = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


def to_json(event: Event) -> dict[str, Any]:
    """Return an event as plain JSON values, its name under "event"."""
    fields = dataclasses.fields(event)
    return {"event": type(event).__name__} | {
        field.name: plain(getattr(event, field.name)) for field in fields
    }


def to_line(event: Event) -> str:
    """Return an event as one line of strict JSON, without the line end."""
    return json.dumps(to_json(event), ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def from_json(value: object) -> Event | None:
    """Return the event, or None for a kind that only a newer version knows.

    Unknown fields are skipped, missing ones take their default. Raises ValueError for anything that
    is not an event.
    """
    if not isinstance(value, Mapping) or not isinstance(value.get("event"), str):
        raise ValueError(value)  # noqa: TRY004  whatever is in a line, the caller catches one thing
    cls = _TYPES.get(value["event"])
    if cls is None:
        return None
    hints = _hints(value["event"])
    found = {name: _read(hint, value[name]) for name, hint in hints.items() if name in value}
    try:
        event: Event = cls(**found)
    except TypeError as error:  # a field without a default is missing
        raise ValueError(str(error)) from error
    return event


def from_line(line: str | bytes) -> Event | None:
    """Return the event of one line; raises ValueError like `from_json`."""
    try:
        return from_json(json.loads(line))
    except RecursionError as error:
        raise ValueError(line) from error


@cache
def _hints(name: str) -> dict[str, Any]:
    return typing.get_type_hints(_TYPES[name])


def plain(item: Any) -> Any:
    """Return a value with the numbers that JSON lacks spelled as text: "NaN", "-Infinity"."""
    if isinstance(item, float) and not math.isfinite(item):
        return "NaN" if math.isnan(item) else "Infinity" if item > 0 else "-Infinity"
    if isinstance(item, Mapping):
        return {str(name): plain(part) for name, part in item.items()}
    if isinstance(item, tuple | list):
        return [plain(part) for part in item]
    return item


def _read(hint: Any, value: Any) -> Any:
    """Return `value` as the type `hint` says; raises ValueError if it is not that."""
    if hint is Any:
        return value
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple and isinstance(value, list):
        return tuple(_read(arguments[0], item) for item in value)
    if origin is not None and origin not in {tuple, Literal} and isinstance(value, Mapping):
        return {name: _read(arguments[1], item) for name, item in value.items()}
    if origin is Literal and value in arguments:
        return value
    if hint is float:
        return _real(value)
    if isinstance(hint, type) and origin is None and type(value) is hint:
        return value
    raise ValueError(value)


def _real(value: Any) -> float:
    if isinstance(value, str) and value in _LIMITLESS:
        return _LIMITLESS[value]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    raise ValueError(value)
