"""How a network of the gallery is found by its name and opened."""

import json
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any

from studio.errors import FileError, SettingError
from studio.fields import nearest
from studio.gallery import files
from studio.gallery.architecture import PUBLISHED, Architecture, Entry
from studio.graph.file import ProjectFile
from studio.graph.model import Graph
from studio.wording import _, marked

EMPTY = "empty"
"""The template without a layer; it has no file and is not among the names."""

_BLANK = Entry(
    EMPTY,
    marked("Empty network"),
    "",
    marked("A blank page: drag layers onto it, or press / and type them."),
)


@cache
def published() -> Mapping[str, Entry]:
    """Return the published networks by name; their families are imported when first asked for."""
    import_module("studio.gallery.families")
    return PUBLISHED


def names() -> tuple[str, ...]:
    """Return the names of all networks: projects ready to train first, then the published ones."""
    return (*files.names(), *published())


def entries() -> tuple[Entry, ...]:
    """Return all entries of the gallery, in the order of `names`."""
    return tuple(map(entry, names()))


def entry(name: str) -> Entry:
    """Return an entry by its name or its reference; raises FileError with the nearest name."""
    if name == EMPTY:
        return _BLANK
    if name in files.names():
        return files.entry(name)
    if name in published():
        return published()[name]
    known = _references()
    if name in known:
        return entry(known[name])
    raise FileError(
        _("There is no template called {name}.").format(name=name),
        nearest(name, (*names(), *known)) or _("“layerwise templates” lists them all."),
    )


def load(name: str) -> ProjectFile:
    """Return the project of a template by its name, its reference, or a variant of it.

    "gpt2?layers=4&width=256" is GPT-2 with some of its settings changed. Raises FileError with the
    nearest name if there is no such template, SettingError for settings it does not have.
    """
    wanted, _sign, asked = name.partition("?")
    found = entry(wanted)
    if found.architecture is None and asked:
        raise FileError(
            _("{name} is a project file and has no sizes to choose from.").format(name=wanted)
        )
    about = {"title": found.title, "about": found.about}
    if found.name == EMPTY:
        return ProjectFile(Graph(), {}, {}, about)
    if found.architecture is None:
        return files.load(found.name)
    return ProjectFile(_variant(found.architecture, asked).graph(), {}, {}, about)


def _variant(architecture: Architecture, asked: str) -> Architecture:
    values: dict[str, Any] = {}
    for pair in filter(None, asked.split("&")):
        name, _sign, text = pair.partition("=")
        if name.strip() in values:
            raise SettingError(
                _("{name} is given twice.").format(name=name.strip()), _("Keep one of the two.")
            )
        values[name.strip()] = _value(text)
    return architecture.changed(**values)


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


@cache
def _references() -> dict[str, str]:
    return {one.reference: one.name for one in entries() if one.reference}
