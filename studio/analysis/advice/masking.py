"""Remarks on attention to texts: which layers look at what only fills up, and how it is hidden."""

from collections.abc import Iterator
from functools import partial

from studio.analysis.advice.texts import Text, are_texts, keeps_steps, remark, text_of
from studio.analysis.report import Finding
from studio.analysis.view import View
from studio.catalogue.attention.bias import PaddingMask
from studio.catalogue.inputs import Input
from studio.graph import edits
from studio.graph.block import Block
from studio.graph.model import Graph, Node, Wire


def padding_seen(view: View) -> Iterator[Finding]:
    """A step looks at steps that only fill up, so its answer depends on how many there are."""
    if not are_texts(view):
        return
    for name, node in view.graph.nodes.items():
        for slot in _slots(node):
            text = text_of(view, name, slot)
            if text is not None:
                yield remark(name, text, partial(_hidden, name=name, slot=slot, text=text))


def _slots(node: Node) -> tuple[int, ...]:
    """Return the inputs whose steps are looked at without a mask, by the layer or inside it."""
    if isinstance(node.layer, Block):
        ports, _outputs = node.layer.ports()
        found = (port for port, _name in _unmasked_inside(node.layer.graph))
        return tuple(sorted({ports.index(port) for port in found}))
    slot = _unmasked(node)
    return () if slot is None else (slot,)


def _unmasked(node: Node) -> int | None:
    """Return which input brings the steps that attention looks at without a mask, if it does.

    Padding lies behind all that a step sees where later steps are hidden.
    """
    if node.layer.key != "attention":
        return None
    settings = node.layer.values()
    if settings["score_bias"] or settings["add_bias_kv"] or settings["add_zero_attn"]:
        return None
    is_own = len(node.sources) - (settings["rotary"] != "none") == 1
    if is_own:
        return None if settings["causal"] else 0
    return 1


def _unmasked_inside(graph: Graph) -> Iterator[tuple[str, str]]:
    """Yield (input of a block, attention that looks at what it brings without a mask)."""
    for name, node in graph.nodes.items():
        slot = _unmasked(node)
        port = "" if slot is None else _port(graph, name, slot)
        if port:
            yield port, name


def _port(graph: Graph, name: str, slot: int) -> str:
    """Return the input of a block whose steps arrive at a layer inside, or ""."""
    seen = {name}
    while True:
        sources = graph[name].sources
        wire = sources[slot] if slot < len(sources) else None
        if wire is None or wire.node in seen or wire.node not in graph:
            return ""
        name, slot = wire.node, 0
        seen.add(name)
        if isinstance(graph[name].layer, Input):
            return name
        if not keeps_steps(graph[name].layer):
            return ""


def _hidden(graph: Graph, *, name: str, slot: int, text: Text) -> Graph:
    """Return the graph in which a mask tells a layer where padding is."""
    graph, mask = _with_mask(graph, text)
    node = graph[name]
    if not isinstance(node.layer, Block):
        return graph.with_node(name, _fed(node, mask))
    port = node.layer.ports()[0][slot]
    block = node.layer.with_page(_masked_inside(node.layer.graph, port))
    return graph.with_node(name, node.changed(layer=block, sources=(*node.sources, Wire(mask))))


def _masked_inside(graph: Graph, port: str) -> Graph:
    """Return the graph of a block with one more input, which hides steps that `port` brings."""
    blind = [name for found, name in _unmasked_inside(graph) if found == port]
    there = edits.fresh_name(graph, PaddingMask())
    graph = graph.with_node(there, Node(Input()))
    for name in blind:
        graph = graph.with_node(name, _fed(graph[name], there))
    return graph


def _with_mask(graph: Graph, text: Text) -> tuple[Graph, str]:
    """Return the graph with a mask for a text, and its name; one that is there is shared."""
    mask, wires = PaddingMask(padding_idx=text.padding), (Wire(text.ids),)
    for name, node in graph.nodes.items():
        if node.layer == mask and node.sources == wires:
            return graph, name
    there = edits.fresh_name(graph, mask)
    return graph.with_node(there, Node(mask, wires)), there


def _fed(node: Node, mask: str) -> Node:
    """Return attention to whose scores a mask is added."""
    layer = node.layer.changed(score_bias=True)
    return node.changed(layer=layer, sources=(*filter(None, node.sources), Wire(mask)))
