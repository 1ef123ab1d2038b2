"""What a line such as `conv 32 3 → relu → linear 10` asks for."""

import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from studio.catalogue.inputs import Output
from studio.catalogue.layer import CATALOGUE, Layer
from studio.errors import EditError, SettingError
from studio.fields import Setting, nearest
from studio.graph.edits.naming import fresh_name
from studio.graph.edits.placing import add
from studio.graph.model import Graph
from studio.graph.topology import order
from studio.wording import _

_EXAMPLE = "conv 32 3 → relu → linear 10"
_TOKEN = re.compile(r"->|[→>|,\n]|(?:[^\s→>|,()-]|-(?!>)|\([^()]*\))+|[()]")
_ARROWS = frozenset({"->", "→", ">", "|", ",", "\n"})
_SPACED_EQUALS = re.compile(r"[ \t]*=[ \t]*")
_BETWEEN = re.compile(r"[x×X,]")
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
_REAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,4})?")
_LETTERED = re.compile(r"([spdg])([0-9][0-9x×X]*)")
_LETTERS = {"s": "stride", "p": "padding", "d": "dilation", "g": "groups"}
"""How the cards shorten settings: s2 p1."""
_TRUTH = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


def parse(text: str) -> tuple[Layer, ...]:
    """Return the layers that a line names, in order.

    Raises EditError for a word that is no layer, SettingError for a value that does not fit.
    """
    return tuple(_layer(words) for words in _parts(text))


def apply(graph: Graph, layers: Sequence[Layer], after: str | None = None) -> Graph:
    """Return the graph with a chain of layers behind `after`, or at the end of the network.

    A network that ends in an Output keeps it at the end.
    """
    last = _end(graph) if after is None else after
    for layer in layers:
        name = fresh_name(graph, layer)
        graph = add(graph, layer, after=last)
        last = name
    return graph


def _end(graph: Graph) -> str | None:
    """Return the last node: an Output if there is one, else the last that feeds nothing."""
    names = order(graph)
    outputs = [name for name in names if isinstance(graph[name].layer, Output)]
    loose = [name for name in names if not graph.consumers[name]]
    return next(iter(reversed(outputs or loose or list(names))), None)


def _parts(text: str) -> Iterator[list[str]]:
    words: list[str] = []
    tokens = list(_tokens(_SPACED_EQUALS.sub("=", text)))
    for word, following in itertools.zip_longest(tokens, tokens[1:], fillvalue=""):
        if word == "," and _goes_on(words, following):
            continue
        if word in _ARROWS:
            if words:
                yield words
            words = []
        else:
            words.append(word)
    if words:
        yield words


def _goes_on(words: Sequence[str], following: str) -> bool:
    """Return whether a comma stands within a list, as in `input 1,28,28`."""
    if len(words) < 2 or not all(_WHOLE.fullmatch(word) for word in (*words[1:], following)):
        return False
    known = _known_types().get(_plain(words[0]))
    return known is not None and _takes_list(next(iter(known.declared.values()), None))


def _takes_list(setting: Setting | None) -> bool:
    return setting is not None and setting.kind == "integers"


def _tokens(text: str) -> Iterator[str]:
    place = 0
    for found in _TOKEN.finditer(text):
        if text[place : found.start()].strip() or found.group() in "()":
            raise EditError(
                _("“{rest}” cannot be read.").format(rest=text[place : place + 20].strip()),
                _("Write layers like {example}.").format(example=_EXAMPLE),
            )
        place = found.end()
        yield found.group()


def _layer(words: Sequence[str]) -> Layer:
    cls = _type(words[0])
    try:
        return cls(**_settings(cls, words[1:]))
    except (SettingError, EditError) as error:
        raise type(error)(
            _("In “{part}”: {problem}").format(part=" ".join(words), problem=error.problem),
            error.remedy,
        ) from error


def _settings(cls: type[Layer], words: Sequence[str]) -> dict[str, Any]:
    """Read the values behind a layer: in order, by name, or by the letter the cards use."""
    settings: dict[str, Any] = {}
    in_order = [one for one in cls.declared.values() if one.kind in _READERS]
    free = iter(in_order)
    last: Setting | None = None
    for word in words:
        if _takes_list(last) and last is not None and _WHOLE.fullmatch(word):
            settings[last.name] = (*settings[last.name], int(word))
            continue
        name, equals, value = _spelled_out(cls, word).partition("=")
        setting = _named(cls, name) if equals else next(free, None)
        if setting is None:
            raise _too_many(cls, in_order)
        if setting.name in settings:
            raise _twice(setting)
        settings[setting.name] = _value(setting, value if equals else word)
        last = setting if _WHOLE.fullmatch(word) else None
    return settings


def _spelled_out(cls: type[Layer], word: str) -> str:
    """Return p1 as padding=1 where the layer has such a setting."""
    found = _LETTERED.fullmatch(word)
    name = _LETTERS[found[1]] if found else ""
    return f"{name}={found[2]}" if found and name in cls.declared else word


def _known_types() -> dict[str, type[Layer]]:
    known: dict[str, type[Layer]] = {}
    for cls in CATALOGUE:
        for name in (cls.key, *cls.aliases, cls.title):
            known.setdefault(_plain(name), cls)
    return known


def _type(word: str) -> type[Layer]:
    known = _known_types()
    if _plain(word) in known:
        return known[_plain(word)]
    if _REAL.fullmatch(word):
        raise EditError(
            _("A part begins with the number {word}, but it must begin with a layer.").format(
                word=word
            ),
            _("Put spaces, not commas, between the values of one layer."),
        )
    words = [name for cls in CATALOGUE for name in (cls.key, *cls.aliases)]
    begun = [name for name in words if name.startswith(word.lower())]
    raise EditError(
        _("There is no layer called {word}.").format(word=word),
        nearest(word.lower(), begun or words)
        or _("Write layers like {example}.").format(example=_EXAMPLE),
    )


def _plain(word: str) -> str:
    return word.lower().replace("_", "").replace("-", "").replace(" ", "")


def _named(cls: type[Layer], name: str) -> Setting:
    """Return the setting called `name`; the beginning is enough where only one begins so."""
    begun = [one for one in cls.declared.values() if name and one.key.startswith(name.lower())]
    setting = begun[0] if len(begun) == 1 else cls.require(name.lower())
    if setting.kind not in _READERS:
        raise EditError(
            _("{name} cannot be written on one line.").format(name=setting.key),
            _("Set it in the inspector."),
        )
    return setting


def _twice(setting: Setting) -> EditError:
    return EditError(_("{name} is given twice.").format(name=setting.key))


def _too_many(cls: type[Layer], settings: Sequence[Setting]) -> EditError:
    names = ", ".join(setting.key for setting in settings)
    if not names:
        return EditError(_("{layer} takes no values.").format(layer=_(cls.title)))
    return EditError(
        _("{layer} does not take so many values.").format(layer=_(cls.title)),
        _("They are, in order: {names}.").format(names=names),
    )


def _value(setting: Setting, word: str) -> Any:
    if setting.optional and word.lower() == "none":
        return None
    return _READERS[setting.kind](word)


def _number(word: str) -> Any:
    if _WHOLE.fullmatch(word):
        return int(word)
    return float(word) if _REAL.fullmatch(word) else word


def _flag(word: str) -> Any:
    return _TRUTH.get(word.lower(), word)


def _sides(word: str) -> Any:
    """Read 3, 3x5, 3×5 or (3, 5); anything else stays a word."""
    parts = [part.strip() for part in _BETWEEN.split(word.strip("()")) if part.strip()]
    numbers = tuple(None if part.lower() == "none" else _number(part) for part in parts)
    if len(numbers) == 1 and not word.startswith("("):
        return numbers[0]
    return word if any(isinstance(item, str) for item in numbers) else numbers


def _list(word: str) -> Any:
    sides = _sides(word)
    return sides if isinstance(sides, str | tuple) else (sides,)


_READERS: Mapping[str, Callable[[str], Any]] = {
    "integer": _number,
    "number": _number,
    "flag": _flag,
    "choice": str,
    "text": str,
    "sides": _sides,
    "integers": _list,
}
