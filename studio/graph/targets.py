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
        changed = layer.changed(graph=_with(_inside(layer, name), rest, value))
    else:
        changed = layer.changed(**{rest: value})
    if changed == layer:
        return graph
    return graph.with_node(name, graph[name].changed(layer=changed))


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
