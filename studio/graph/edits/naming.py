"""How nodes get their ids, and how an id is changed everywhere at once."""

from collections.abc import Container, Iterable

from studio.catalogue.layer import Layer
from studio.catalogue.unknown import Unknown
from studio.errors import EditError
from studio.fields import nearest
from studio.graph.model import NAME, Graph, Node, Wire
from studio.graph.names import objection
from studio.wording import _


def fresh_name(graph: Container[str], layer: Layer) -> str:
    """Return an id that is free in `graph`: the layer's kind and the first free number."""
    stem = layer.type if isinstance(layer, Unknown) else getattr(layer, "preset", "") or layer.key
    if objection(f"{stem}_1"):
        stem = "unknown"
    number = 1
    while f"{stem}_{number}" in graph:
        number += 1
    return f"{stem}_{number}"


def require(graph: Graph, *names: str) -> None:
    """Raise EditError for the first of `names` that is not in the graph."""
    for name in names:
        if name not in graph:
            raise EditError(
                _("There is no layer called {name} here.").format(name=name), nearest(name, graph)
            )


def rename(graph: Graph, old: str, new: str) -> Graph:
    """Return the graph with one id changed, in wires and ties too.

    Raises EditError for an id that is taken or cannot be the name of a module.
    """
    require(graph, old)
    if old == new:
        return graph
    if problem := objection(new):
        raise EditError(problem, _("Use a name like {example}.").format(example=_example(new)))
    if new in graph:
        raise EditError(
            _("{old} cannot be called {new}: another layer has that name.").format(
                old=old, new=new
            ),
            _("Choose another name."),
        )
    return renamed(graph, {old: new})


def renamed(graph: Graph, names: dict[str, str]) -> Graph:
    """Return the graph with ids replaced as `names` says, in wires and ties too."""
    return Graph(
        {names.get(name, name): _redirected(node, names) for name, node in graph.nodes.items()}
    )


def _redirected(node: Node, names: dict[str, str]) -> Node:
    sources = tuple(
        Wire(names[wire.node], wire.output) if wire is not None and wire.node in names else wire
        for wire in node.sources
    )
    tied = {own: _retied(owner, names) for own, owner in node.tied.items()}
    if sources == node.sources and tied == node.tied:
        return node
    return node.changed(sources=sources, tied=tied)


def _retied(owner: str, names: dict[str, str]) -> str:
    name, dot, weight = owner.partition(".")
    return f"{names.get(name, name)}{dot}{weight}"


def _example(wish: str) -> str:
    letters = "_".join(_runs(wish)).lower().lstrip("_0123456789")
    return letters if letters and not objection(letters) else "layer_1"


def _runs(text: str) -> Iterable[str]:
    plain = "".join(letter if NAME.fullmatch(f"a{letter}") else " " for letter in text)
    return plain.split()
