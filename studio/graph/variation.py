"""How the copies of a repeated block may differ, and how that survives edits inside the block."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from studio.errors import SettingError
from studio.graph.exposing import Exposed
from studio.graph.model import Graph
from studio.graph.targets import configured, setting_of
from studio.wording import _

Overrides = Mapping[str, Mapping[str, Any]]
Ramps = Mapping[str, tuple[float, float]]
Moved = Mapping[str, str]
"""Old id of a layer → its new one."""


def read_overrides(graph: Graph, given: Any) -> Overrides:
    """Return overrides in their normal form; raises SettingError for what cannot be overridden."""
    found: dict[str, dict[str, Any]] = {}
    for number, values in dict(given).items():
        if not (isinstance(number, str) and number.removeprefix("-").isdecimal()):
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
        found[number] = dict(values)
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
    """Return which layer was renamed by an edit, if that is what it did."""
    gone = [name for name in before if name not in after]
    new = [name for name in after if name not in before]
    if len(gone) == len(new) == 1 and before[gone[0]].layer is after[new[0]].layer:
        return {gone[0]: new[0]}
    return {}


def relabeled(graph: Graph, moved: Moved) -> Graph:
    """Return the graph with its layers under their new ids, to be compared with the edited one."""
    return Graph({moved.get(name, name): node for name, node in graph.nodes.items()})


def kept_overrides(overrides: Overrides, graph: Graph, moved: Moved) -> Overrides:
    """Return what still holds after an edit."""
    kept = {
        number: {
            _moved(target, moved): value
            for target, value in values.items()
            if _holds(graph, _moved(target, moved), value)
        }
        for number, values in overrides.items()
    }
    return {number: values for number, values in kept.items() if values}


def kept_ramps(ramps: Ramps, graph: Graph, moved: Moved) -> Ramps:
    """Return what still holds after an edit."""
    names = {target: _moved(target, moved) for target in ramps}
    return {names[t]: ends for t, ends in ramps.items() if _holds(graph, names[t], ends[0])}


def kept_exposed(
    exposed: Mapping[str, Exposed], graph: Graph, moved: Moved
) -> Mapping[str, Exposed]:
    """Return what still drives something after an edit."""
    kept: dict[str, Exposed] = {}
    for name, one in exposed.items():
        drives = {_moved(target, moved): formula for target, formula in one.drives.items()}
        alive = {target: formula for target, formula in drives.items() if _exists(graph, target)}
        if alive or not drives:
            kept[name] = replace(one, drives=alive)
    return kept


def _moved(target: str, moved: Moved) -> str:
    for old, new in moved.items():
        if target.startswith((f"{old}.", f"{old}/")):
            return new + target[len(old) :]
    return target


def _exists(graph: Graph, target: str) -> bool:
    try:
        setting_of(graph, target)
    except SettingError:
        return False
    return True


def _holds(graph: Graph, target: str, value: Any) -> bool:
    try:
        configured(graph, {target: value})
    except SettingError:
        return False
    return True
