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
_DECODER = json.JSONDecoder()
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
    if not isinstance(value, dict) or not isinstance(name := value.get("event"), str):
        raise ValueError(value)  # noqa: TRY004  whatever is in a line, the caller catches one thing
    cls = _TYPES.get(name)
    if cls is None:
        return None
    found = {}
    for field, usual, hint in _fields(name):
        if field.name not in value:
            found[field.name] = _default(field)
            continue
        item = value[field.name]
        # nothing has to be read into what it is already, as nearly all of a long log
        is_read = type(item) is usual and (usual is not dict or not item)
        found[field.name] = item if is_read else _read(hint, item)
    event: Event = object.__new__(cls)
    event.__dict__.update(found)  # ten times as fast as to set one frozen field after the other
    return event


def from_line(line: str | bytes) -> Event | None:
    """Return the event of one line; raises ValueError like `from_json`."""
    text = line.decode() if isinstance(line, bytes) else line
    try:
        value, end = _DECODER.raw_decode(text)
    except RecursionError as error:
        raise ValueError(line) from error
    if end < len(text) and text[end:].strip():
        raise ValueError(line)
    return from_json(value)


@cache
def _fields(name: str) -> tuple[tuple[dataclasses.Field[Any], type | None, Any], ...]:
    """Return the fields of an event, each with what JSON calls the same, and with its hint."""
    hints = typing.get_type_hints(_TYPES[name])
    fields = dataclasses.fields(_TYPES[name])
    return tuple((field, _usual(hints[field.name]), hints[field.name]) for field in fields)


def _default(field: dataclasses.Field[Any]) -> Any:
    if field.default is not dataclasses.MISSING:
        return field.default
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    raise ValueError(field.name)


def _usual(hint: Any) -> type | None:
    if typing.get_origin(hint) is Mapping:
        return dict
    return hint if hint in {float, int, str, bool} else None


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
