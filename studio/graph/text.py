"""How JSON is laid out so that it reads and diffs well, and read strictly."""

import json
import math
from collections.abc import Iterable, Iterator
from typing import Any, NoReturn

from studio.errors import FileError
from studio.wording import _

LARGEST = 50_000_000
_DEEPEST = 100
_WIDTH = 100
_MOST_DIGITS = 20  # enough for 64 bits, such as a seed


def json_text(value: Any) -> str:
    """Return JSON in which each thing that fits on one line has one; graphs one line per layer.

    Raises FileError for what JSON cannot say, such as infinity or half a character.
    """
    try:
        text = _laid_out(value, 0, open_up=True) + "\n"
        text.encode()
    except (ValueError, RecursionError) as error:
        raise FileError(
            _("This cannot be written as JSON: {reason}.").format(reason=error)
        ) from error
    return text


def json_value(content: bytes | str) -> Any:
    """Return what JSON text says, strictly: no key twice, no NaN, no absurd numbers or depths.

    Raises FileError, with the line where it can.
    """
    try:
        text = content.decode("utf-8-sig") if isinstance(content, bytes) else content
        value = json.loads(
            text,
            object_pairs_hook=_unique,
            parse_constant=_refuse_constant,
            parse_float=_finite,
            parse_int=_modest,
        )
    except UnicodeDecodeError as error:
        raise FileError(_("It is not a UTF-8 text.")) from error
    except json.JSONDecodeError as error:
        raise FileError(
            _("It is not valid JSON: {reason} in line {line}, column {column}.").format(
                reason=error.msg, line=error.lineno, column=error.colno
            )
        ) from error
    except RecursionError as error:
        raise _too_deep() from error
    _check_depth(value)
    if "\\u" in text.lower():
        _check_letters(value)
    return value


def _laid_out(value: Any, indent: int, *, open_up: bool = False) -> str:
    if not isinstance(value, dict | list | tuple) or not value:
        return _line(value)
    if not open_up:
        line = _line(value)
        if len(line) + indent <= _WIDTH:
            return line
    inner = indent + 2
    if isinstance(value, dict):
        items = [
            f"{_line(str(key))}: {_laid_out(item, inner, open_up=key == 'graph')}"
            for key, item in value.items()
        ]
        return _bracketed("{}", items, indent)
    return _bracketed("[]", [_laid_out(item, inner) for item in value], indent)


def _bracketed(brackets: str, items: Iterable[str], indent: int) -> str:
    pad = " " * indent
    body = ",\n".join(f"{pad}  {item}" for item in items)
    return f"{brackets[0]}\n{body}\n{pad}{brackets[1]}"


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _value in pairs]
        twice = next(key for index, key in enumerate(keys) if key in keys[:index])
        raise FileError(
            _("The key {key!r} stands twice in one object.").format(key=twice[:60]),
            _("Keep one of the two."),
        )
    return found


def _refuse_constant(word: str) -> NoReturn:
    raise FileError(_("{word} is not a number that can be used.").format(word=word))


def _finite(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        _refuse_constant(digits[:60])
    return value


def _modest(digits: str) -> int:
    if len(digits.lstrip("-")) > _MOST_DIGITS:
        _refuse_constant(digits[:60])
    return int(digits)


def _too_deep() -> FileError:
    return FileError(_("It is nested more than {deepest} levels deep.").format(deepest=_DEEPEST))


def _inside(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from value.keys()
        yield from value.values()
    elif isinstance(value, list):
        yield from value


def _check_depth(value: Any) -> None:
    level, depth = [value], 0
    while level:
        if depth > _DEEPEST:
            raise _too_deep()
        level = [item for outer in level for item in _inside(outer)]
        depth += 1


def _check_letters(value: Any) -> None:
    todo = [value]
    while todo:
        item = todo.pop()
        if isinstance(item, str) and any("\ud800" <= letter <= "\udfff" for letter in item):
            raise FileError(_("It holds half a character: {text!r}.").format(text=item[:60]))
        todo.extend(_inside(item))
