"""How a setting anywhere inside a network is named (“body/conv2d_1.stride”), read and changed."""

from collections.abc import Mapping
from typing import Any

from studio.catalogue.layer import Layer
from studio.errors import SettingError
from studio.fields import nearest
from studio.graph.model import Graph
from studio.setting import Setting
from studio.wording import _


def configured(graph: Graph, values: Mapping[str, Any]) -> Graph:
    """Return the graph with the settings that `values` names changed.

    Raises SettingError for a layer or setting that does not exist, or a value out of bounds.
    """
    for target, value in values.items():
        graph = _with(graph, target, value)
    return graph


def firm(value: Any) -> Any:
    """Return the form of a value that settings have: what JSON spells as a list never changes."""
    return tuple(map(firm, value)) if isinstance(value, list) else value


def setting_of(graph: Graph, target: str) -> tuple[Setting, Any]:
    """Return the declaration and the value of a setting; raises SettingError if there is none."""
    name, rest = _split(target)
    layer = _layer(graph, name)
    if "/" in target:
        return setting_of(_inside(layer, name), rest)
    offered = layer.offered()
    if rest not in offered or offered[rest].kind == "opaque":
        layer.require(rest)  # says which name is near
        raise SettingError(_("{name} cannot be set from outside.").format(name=target))
    return offered[rest], layer.get(rest)


def _with(graph: Graph, target: str, value: Any) -> Graph:
    name, rest = _split(target)
    layer = _layer(graph, name)
    if "/" in target:
        inside = _inside(layer, name)
        edited = _with(inside, rest, value)
        if edited is inside:
            return graph
        changed = _holding(layer, edited)
    else:
        changed = layer.changed(**{rest: value})
        if changed == layer:
            return graph
    return graph.with_node(name, graph[name].changed(layer=changed))


def _holding(block: Layer, graph: Graph) -> Layer:
    """Return the block around another graph with the same layers.

    What it says of them was checked when it was made: to check it again at every level would double
    the time with each.
    """
    other = object.__new__(type(block))
    for name in block.declared:
        object.__setattr__(other, name, graph if name == "graph" else getattr(block, name))
    return other


def _split(target: str) -> tuple[str, str]:
    """Return the first node of a target and what is said of it."""
    name, _sign, rest = target.partition("/" if "/" in target else ".")
    return name, rest


def _layer(graph: Graph, name: str) -> Layer:
    if name not in graph:
        raise SettingError(
            _("There is no layer called {name} inside.").format(name=name), nearest(name, graph)
        )
    return graph[name].layer


def _inside(layer: Layer, name: str) -> Graph:
    inner = getattr(layer, "graph", None)
    if not isinstance(inner, Graph):
        raise SettingError(
            _("{name} is no block, so there is nothing inside to set.").format(name=name)
        )
    return inner
