"""How the copies of a repeated block may differ, and how that survives edits inside the block."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from studio.catalogue.layer import Layer
from studio.errors import SettingError
from studio.graph.exposing import Exposed, Exposures, declared
from studio.graph.formula import names
from studio.graph.model import Graph
from studio.graph.targets import configured, firm, setting_of
from studio.wording import _

Overrides = Mapping[str, Mapping[str, Any]]
Ramps = Mapping[str, tuple[float, float]]
Moved = Mapping[str, str]
"""Old path of a layer → its new one."""

_COPY = re.compile("-?[0-9]{1,6}")


def read_overrides(graph: Graph, given: Any) -> Overrides:
    """Return overrides in their normal form; raises SettingError for what cannot be overridden."""
    found: dict[str, dict[str, Any]] = {}
    for number, values in dict(given).items():
        if not (isinstance(number, str) and _COPY.fullmatch(number)):
            raise SettingError(
                _("overrides needs the number of a copy, but {value!r} was given.").format(
                    value=number
                ),
                _("0 is the first copy, -1 the last."),
            )
        if not isinstance(values, Mapping):
            raise SettingError(
                _("overrides of copy {number} must be settings, but {value!r} was given.").format(
                    number=number, value=values
                )
            )
        configured(graph, values)  # raises for settings that do not exist
        found[number] = {target: firm(value) for target, value in values.items()}
    return found


def refuse_shared(shared: bool) -> None:  # noqa: FBT001
    """Raise SettingError when copies that differ are to share their weights."""
    if shared:
        raise SettingError(
            _("Copies that share their weights cannot differ."),
            _("Take the overrides away, or let each copy have its own weights."),
        )


def read_ramps(graph: Graph, given: Any) -> Ramps:
    """Return ramps in their normal form; raises SettingError unless they are of real numbers.

    Whole numbers cannot grow evenly, and only they change shapes and counts.
    """
    found: dict[str, tuple[float, float]] = {}
    for target, ends in dict(given).items():
        setting, _value = setting_of(graph, target)
        if setting.kind != "number":
            raise SettingError(
                _("{target} cannot grow from copy to copy: it is no real number.").format(
                    target=target
                ),
                _("Use an override for single copies."),
            )
        if not isinstance(ends, tuple | list) or len(ends) != 2:
            raise SettingError(
                _("{target} needs its first and its last value, but {value!r} was given.").format(
                    target=target, value=ends
                )
            )
        first, last = (setting.check(end) for end in ends)
        found[target] = (first, last)
    return found


def ramped(ramps: Ramps, number: int, repeat: int) -> Mapping[str, float]:
    """Return the values of one copy; a single copy has the first ones."""
    share = number / (repeat - 1) if repeat > 1 else 0.0
    return {target: first + (last - first) * share for target, (first, last) in ramps.items()}


def renamed(before: Graph, after: Graph) -> Moved:
    """Return which layers an edit renamed, folded or unfolded, on this page or in a block on it."""
    gone = [name for name in before if name not in after]
    new = [name for name in after if name not in before]
    if len(gone) == len(new) == 1 and before[gone[0]].layer is after[new[0]].layer:
        return {gone[0]: new[0]}
    if gone or new:
        return _folded(before, after, gone, new)
    pairs = ((name, before[name].layer, after[name].layer) for name in before)
    return {
        f"{name}/{old}": f"{name}/{fresh}"
        for name, layer, edited in pairs
        if layer is not edited
        for old, fresh in renamed(_inside(layer), _inside(edited)).items()
    }


def _folded(before: Graph, after: Graph, gone: list[str], new: list[str]) -> Moved:
    """Return where layers went that a new block holds, or that a block held which is gone."""
    if len(new) == 1:
        inner = _inside(after[new[0]].layer)
        return {name: f"{new[0]}/{name}" for name in gone if _same(before, inner, name)}
    if len(gone) == 1:
        inner = _inside(before[gone[0]].layer)
        return {f"{gone[0]}/{name}": name for name in new if _same(inner, after, name)}
    return {}


def _same(some: Graph, others: Graph, name: str) -> bool:
    return name in some and name in others and some[name].layer is others[name].layer


def _inside(layer: Layer) -> Graph:
    inner = getattr(layer, "graph", None)
    return inner if isinstance(inner, Graph) else Graph()


def kept_overrides(overrides: Overrides, graph: Graph, moved: Moved) -> Overrides:
    """Return what still holds after an edit."""
    kept = {
        number: {
            _moved(target, moved): value
            for target, value in values.items()
            if _allowed(configured, graph, {_moved(target, moved): value})
        }
        for number, values in overrides.items()
    }
    return {number: values for number, values in kept.items() if values}


def kept_ramps(ramps: Ramps, graph: Graph, moved: Moved) -> Ramps:
    """Return what still holds after an edit."""
    named = {_moved(target, moved): ends for target, ends in ramps.items()}
    return {
        target: ends
        for target, ends in named.items()
        if _allowed(read_ramps, graph, {target: ends})
    }


def kept_exposed(exposed: Exposures, before: Graph, after: Graph, moved: Moved) -> Exposures:
    """Return what still drives something after an edit, with the values set by hand inside."""
    kept = {name: _kept(name, one, before, after, moved) for name, one in exposed.items()}
    formulas = (formula for one in kept.values() for formula in one.drives.values())
    used = {name for formula in formulas for name in names(formula)}
    return {
        name: one
        for name, one in kept.items()
        if one.drives or name in used or not exposed[name].drives
    }


def _kept(name: str, one: Exposed, before: Graph, after: Graph, moved: Moved) -> Exposed:
    drives = {
        _moved(target, moved): formula
        for target, formula in one.drives.items()
        if _allowed(setting_of, after, _moved(target, moved))
    }
    for target in one.bare(name):
        there = _moved(target, moved)
        if there in drives:
            value = setting_of(after, there)[1]
            if value != setting_of(before, target)[1]:
                return _fitting(name, replace(one, value=value, drives=drives), after)
    return _fitting(name, replace(one, drives=drives), after)


def _fitting(name: str, one: Exposed, graph: Graph) -> Exposed:
    """Return the exposed setting with a value that it can have, now that it drives others."""
    bare = one.bare(name)
    try:
        declared(graph, name, one).check(one.value)
    except SettingError:
        return replace(one, value=setting_of(graph, bare[0])[1] if bare else 1)
    return one


def _moved(target: str, moved: Moved) -> str:
    for old, new in moved.items():
        if target.startswith((f"{old}.", f"{old}/")):
            return new + target[len(old) :]
    return target


def _allowed(check: Callable[[Graph, Any], object], graph: Graph, said: Any) -> bool:
    try:
        check(graph, said)
    except SettingError:
        return False
    return True
