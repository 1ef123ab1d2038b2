"""What the ports of a node are called, and what its tooltip says of one."""

import inspect
from html import escape

from studio.analysis.report import NodeFacts
from studio.catalogue.layer import Layer
from studio.graph.block import Block
from studio.graph.model import Node
from studio.ui import theme
from studio.wording import _

_PLACED = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def input_name(layer: Layer, slot: int) -> str:
    """Return what an input is called: in a block the node inside, else as the layer names it."""
    names = layer.ports()[0] if isinstance(layer, Block) else _declared(type(layer))
    return names[slot] if slot < len(names) else ""


def output_name(layer: Layer, slot: int) -> str:
    """Return what an output is called: in a block the node inside, else nothing."""
    names = layer.ports()[1] if isinstance(layer, Block) else ()
    return names[slot] if slot < len(names) else ""


def input_tip(node: Node, facts: NodeFacts | None, slot: int, count: int) -> str:
    """Return what the tooltip says of an input: its name, its source, and what arrives."""
    wire = node.sources[slot] if slot < len(node.sources) else None
    shapes = facts.inputs if facts else ()
    shape = shapes[slot] if slot < len(shapes) else None
    head = _("Input {number} of {count}").format(number=slot + 1, count=count)
    source = _("from {source}").format(source=wire) if wire else _("waits for a wire")
    return _told(head, input_name(node.layer, slot), source, str(shape or ""))


def output_tip(node: Node, facts: NodeFacts | None, slot: int, count: int) -> str:
    """Return what the tooltip says of an output: its name and what leaves there."""
    shapes = facts.outputs if facts else ()
    head = _("Output {number} of {count}").format(number=slot + 1, count=count)
    shape = str(shapes[slot]) if slot < len(shapes) else ""
    return _told(head, output_name(node.layer, slot), shape)


def _declared(kind: type[Layer]) -> tuple[str, ...]:
    """Return the names of the inputs in the layer's own declaration; () if it takes any number."""
    if kind.inputs[1] == 1:
        return ()
    for question in (kind.shape, kind.shapes):
        places = tuple(inspect.signature(question).parameters.values())[1:]
        named = tuple(place.name for place in places if place.kind in _PLACED)
        if named:
            return named
    return ()


def _told(head: str, name: str, *facts: str) -> str:
    quiet = theme.current().text2.name()
    bold = f"<b>{escape(name)}</b> &nbsp;" if name else ""
    rest = " · ".join(escape(fact) for fact in (head, *facts) if fact)
    return f"<div>{bold}<span style='color:{quiet}'>{rest}</span></div>"
