"""Remarks on texts: which layers take what only fills up short ones for words."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from studio.analysis.report import Finding, Fix
from studio.analysis.view import View
from studio.catalogue.attention.bias import PaddingMask
from studio.catalogue.layer import Layer
from studio.catalogue.shape import Shape
from studio.catalogue.shaping.splitting import SelectToken
from studio.catalogue.shaping.tokens import MaskTokens, PoolTokens
from studio.graph import edits
from studio.graph.model import Graph, Node, Wire
from studio.wording import _

_GROUPS = frozenset({"Activation", "Normalization", "Regularization", "Recurrent", "Attention"})
_KEYS = frozenset({"identity", "linear", "conv1d", "block", "permute", "mask_tokens"})
_ZERO_KEEPING = frozenset({"permute", "identity", "dropout", "dropout1d", "relu"})
_READERS = frozenset({"pool_tokens", "mask_tokens", "select_token"})
_TABLES = frozenset({"embedding", "position_embedding", "segment_embedding"})


class _Text(NamedTuple):
    """Where the steps that arrive at a layer come from."""

    ids: str
    """The Input that brings their ids."""
    padding: int
    """The id that only fills up."""
    dim: int
    """The axis of the steps; 1 is the first after the batch."""
    steps: int
    """How many ids there are."""


def padding_read(view: View) -> Iterator[Finding]:
    """The state at the end, a mean or a maximum depends on how far a text was filled up."""
    if not _are_texts(view):
        return
    for name, node in view.graph.nodes.items():
        text = _text(view, name)
        if text is not None and _spills(view, name, node.layer):
            yield _finding(name, text, partial(_blanked, name=name, text=text))
        better = None if text is None else _better(node.layer, view.facts[name].inputs, text)
        if text is None or better is None:
            continue
        how = _masked if better.key == "attention" else _changed
        change = partial(how, name=name, layer=better, text=text)
        yield _finding(name, text, change)


def _are_texts(view: View) -> bool:
    """Return whether samples are ids of tokens, and have one answer each."""
    task = view.task
    if task is None or task.places:
        return False
    return task.sample.dtype == "int64" and len(task.sample) == 1


def _finding(name: str, text: _Text, change: Callable[[Graph], Graph]) -> Finding:
    return Finding(
        "hint",
        name,
        _("{layer} takes what only fills up short texts for words.").format(layer=name),
        _("Let it pass over the id {padding}, which {ids} brings.").format(
            padding=text.padding, ids=text.ids
        ),
        Fix(_("Pass over the padding"), change),
        (text.ids,),
    )


def _spills(view: View, name: str, layer: Layer) -> bool:
    """Return whether filters reach beyond the end of a text and find something else than zeros."""
    if layer.key != "conv1d" or layer.values()["padding"] in {0, (0,)}:
        return False
    at = view.source(name)
    while at and view.layer(at).key in _ZERO_KEEPING:
        at = view.source(at)
    source = view.layer(at) if at else layer
    is_blank = source.key == "embedding" and source.values()["padding_idx"] is not None
    return not is_blank and source.key != "mask_tokens"


def ids_wire(view: View, name: str) -> Fix | None:
    """Return the wire that brings the ids to a layer which waits for them, if it can be told."""
    node, settings = view.graph[name], view.layer(name).values()
    told = node.layer.group == "Recurrent" and settings.get("padding_idx") is not None
    arrived = [view.output(wire.node) for wire in node.sources if wire is not None]
    if not arrived or not (told or node.layer.key in _READERS):
        return None
    if any(x is not None and x.dtype == "int64" for x in arrived):
        return None
    text = _text(view, name)
    if text is None:
        return None
    change = partial(_changed, name=name, layer=node.layer, text=text)
    return Fix(_("Wire {ids} to {layer}").format(ids=text.ids, layer=name), change)


def _better(layer: Layer, inputs: Sequence[Shape | None], text: _Text) -> Layer | None:
    """Return what should stand in the place of a layer that reads padding, if it does."""
    settings = layer.values()
    if layer.group == "Recurrent" and "padding_idx" in settings:
        late = settings["output"] == "last" or settings["bidirectional"]
        reads = late and settings["padding_idx"] is None and text.dim == 1
        return layer.changed(padding_idx=text.padding) if reads else None
    if layer.key == "embedding_bag":
        reads = settings["padding_idx"] is None and text.padding < settings["num_embeddings"]
        return layer.changed(padding_idx=text.padding) if reads else None
    if layer.key == "attention":
        own = len(inputs) == 1 + (settings["rotary"] != "none")
        adds = settings["score_bias"] or settings["add_bias_kv"] or settings["add_zero_attn"]
        return layer.changed(score_bias=True) if own and not adds else None
    x = inputs[0]
    if x is None or len(x) != 2 or x[text.dim - 1] > text.steps:
        return None
    return _gathering(layer, x, text)


def _gathering(layer: Layer, x: Shape, text: _Text) -> Layer | None:
    """Return what gathers a text in the place of a layer that keeps one number of many steps."""
    settings, own = layer.values(), {text.dim, text.dim - 3}
    if layer.key == "reduce" and len(settings["dim"]) == 1 and not settings["keepdim"]:
        how = settings["operation"]
        fits = settings["dim"][0] in own and how != "min"
        return PoolTokens(operation=how, dim=text.dim, padding_idx=text.padding) if fits else None
    if layer.key == "select" and text.dim == 1 and settings["dim"] in own:
        is_last = settings["index"] in {-1, x[0] - 1}
        return SelectToken(mode="last_other", token=text.padding) if is_last else None
    return None


def _text(view: View, name: str) -> _Text | None:
    """Return the text whose steps arrive at a layer, each still by itself."""
    padding, turns, at = 0, 0, view.source(name)
    seen = {name}
    while at and at not in seen:
        seen.add(at)
        layer, settings = view.layer(at), view.layer(at).values()
        if layer.key == "input":
            x = view.output(at)
            fits = x is not None and x.dtype == "int64" and len(x) == 1
            return _Text(at, padding, 1 + turns % 2, x[0]) if x and fits else None
        if not (layer.group in _GROUPS or layer.key in _KEYS | _TABLES) or not _keeps(layer):
            return None
        turns += layer.key == "permute"
        padding = settings.get("padding_idx") or padding
        at = view.source(at)
    return None


def _keeps(layer: Layer) -> bool:
    """Return whether a layer hands on a step for each step."""
    settings = layer.values()
    if layer.key == "permute":
        return tuple(dim % 3 for dim in settings["dims"]) == (0, 2, 1)
    return settings.get("stride", 1) in {1, (1,)} and settings.get("output") != "last"


def _changed(graph: Graph, *, name: str, layer: Layer, text: _Text) -> Graph:
    """Return the graph with another layer in the place of `name`, which is fed by the ids too."""
    if layer.key == "embedding_bag":
        return edits.replace_layer(graph, name, layer)
    return _fed(graph, name, layer, text.ids)


def _masked(graph: Graph, *, name: str, layer: Layer, text: _Text) -> Graph:
    """Return the graph in which attention is told by a mask where padding is."""
    mask, wires = PaddingMask(padding_idx=text.padding), (Wire(text.ids),)
    found = (n for n, node in graph.nodes.items() if node.layer == mask and node.sources == wires)
    there = next(found, "")
    if not there:
        there = edits.fresh_name(graph, mask)
        graph = graph.with_node(there, Node(mask, wires))
    return _fed(graph, name, layer, there)


def _blanked(graph: Graph, *, name: str, text: _Text) -> Graph:
    """Return the graph in which zeros arrive at filters where padding is."""
    mask = MaskTokens(dim=text.dim, padding_idx=text.padding)
    before, *others = graph[name].sources
    there = edits.fresh_name(graph, mask)
    graph = graph.with_node(there, Node(mask, (before, Wire(text.ids))))
    return graph.with_node(name, graph[name].changed(sources=(Wire(there), *others)))


def _fed(graph: Graph, name: str, layer: Layer, further: str) -> Graph:
    sources = (*filter(None, graph[name].sources), Wire(further))
    graph = edits.replace_layer(graph, name, layer)
    return graph.with_node(name, graph[name].changed(sources=sources))
