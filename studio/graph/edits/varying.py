"""How copies of a block are told to differ, and which of its inner settings it shows outside."""

from collections.abc import Iterator, Mapping
from typing import Any

from studio.catalogue.inputs import Input
from studio.catalogue.layer import Layer
from studio.errors import EditError
from studio.graph.block import Block
from studio.graph.edits.naming import require
from studio.graph.edits.settings import replace_layer
from studio.graph.exposing import Exposed
from studio.graph.model import Graph
from studio.graph.targets import setting_of
from studio.setting import Setting
from studio.wording import _

_CHANGEABLE = {"integer", "number", "flag", "choice", "sides", "integers"}


def inner_settings(block: Block, prefix: str = "") -> Iterator[tuple[str, Setting, Any]]:
    """Yield (target, declaration, value) of every setting inside that can be set from outside.

    Inputs have none: what arrives at the block decides their shapes.
    """
    for name, node in block.graph.nodes.items():
        layer = node.layer
        if isinstance(layer, Input):
            continue
        for key, setting in layer.offered().items():
            if setting.kind in _CHANGEABLE:
                yield f"{prefix}{name}.{key}", setting, layer.get(key)
        if isinstance(layer, Block):
            yield from inner_settings(layer, f"{prefix}{name}/")


def override(graph: Graph, name: str, number: int, target: str, value: Any) -> Graph:
    """Return the graph in which one copy (0 is the first, -1 the last) has its own value.

    Raises SettingError for a setting that does not exist, or a value out of bounds.
    """
    block = _block(graph, name)
    overrides = {key: dict(values) for key, values in block.overrides.items()}
    overrides.setdefault(str(number), {})[target] = value
    return replace_layer(graph, name, block.changed(overrides=overrides))


def ramp(graph: Graph, name: str, target: str, first: float, last: float) -> Graph:
    """Return the graph in which a setting grows evenly from the first copy to the last.

    Raises SettingError for a setting that is no real number, or ends out of bounds.
    """
    block = _block(graph, name)
    return replace_layer(graph, name, block.changed(ramps={**block.ramps, target: (first, last)}))


def expose(graph: Graph, name: str, target: str, outside: str) -> Graph:
    """Return the graph in which the block shows an inner setting as its own, called `outside`.

    A setting that is shown under that name already drives this one too. Raises SettingError for a
    name that is taken or cannot be one.
    """
    block = _block(graph, name)
    value = setting_of(block.graph, target)[1]
    known = block.exposed.get(outside, Exposed(value))
    drives = {**known.drives, target: outside}
    exposed = {**block.exposed, outside: Exposed(known.value, drives, known.hint)}
    plain = block.changed(exposed=exposed)
    return replace_layer(graph, name, plain.changed(**{outside: known.value}))


def uniform(graph: Graph, name: str, *, number: str = "", target: str = "") -> Graph:
    """Return the graph without an override (of copy `number`) or, with "", a ramp of `target`."""
    block = _block(graph, name)
    if not number:
        ramps = _without(block.ramps, target)
        return replace_layer(graph, name, block.changed(ramps=ramps))
    overrides = dict(block.overrides)
    overrides[number] = _without(overrides.get(number, {}), target)
    kept = {key: values for key, values in overrides.items() if values}
    return replace_layer(graph, name, block.changed(overrides=kept))


def conceal(graph: Graph, name: str, outside: str) -> Graph:
    """Return the graph in which a block no longer shows one of its settings; the inside stays."""
    block = _block(graph, name)
    plain = _without(block.exposed, outside)
    return replace_layer(graph, name, Layer.changed(block, exposed=plain))


def _without(values: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key != name}


def _block(graph: Graph, name: str) -> Block:
    require(graph, name)
    layer = graph[name].layer
    if not isinstance(layer, Block):
        raise EditError(_("{name} is no block.").format(name=name))
    return layer
