"""Remarks on texts: which layers take what only fills up short ones for words."""

from collections.abc import Iterator
from functools import partial

from studio.analysis.advice.texts import FILLER, Text, are_texts, remark, text_of
from studio.analysis.report import Finding, Fix
from studio.analysis.view import View
from studio.catalogue.layer import Layer
from studio.catalogue.shape import Shape
from studio.catalogue.shaping.splitting import SelectToken
from studio.catalogue.shaping.tokens import MaskTokens, PoolTokens
from studio.graph import edits
from studio.graph.model import Graph, Node, Wire
from studio.wording import _

_ZERO_KEEPING = frozenset({"permute", "identity", "dropout", "dropout1d", "relu"})
_READERS = frozenset({"pool_tokens", "mask_tokens", "select_token"})


def padding_read(view: View) -> Iterator[Finding]:
    """The state at the end, a mean or a maximum depends on how far a text was filled up."""
    if not are_texts(view):
        return
    for name, node in view.graph.nodes.items():
        text = text_of(view, name)
        if text is None:
            continue
        if _spills(view, name, node.layer):
            yield remark(name, text, partial(_blanked, name=name, text=text))
        arriving = view.facts[name].inputs
        better = _better(node.layer, arriving[0] if arriving else None, text)
        if better is not None:
            yield remark(name, text, partial(_changed, name=name, layer=better, text=text))


def other_padding(view: View) -> Iterator[Finding]:
    """Layers pass over an id that is a word in these data, and take their padding for one."""
    if not are_texts(view) or not (view.task and view.task.ids):
        return
    wrong = [name for name in view.order if _padding(view, name) not in {None, FILLER}]
    for name in wrong[:1]:
        yield Finding(
            "warning",
            name,
            _("{layer} passes over the id {padding}, but these data fill up with {filler}.").format(
                layer=name, padding=_padding(view, name), filler=FILLER
            ),
            _("Let every layer pass over {filler}.").format(filler=FILLER),
            Fix(
                _("Pass over {filler} instead").format(filler=FILLER),
                partial(_refilled, names=tuple(wrong)),
            ),
            tuple(wrong[1:]),
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
    text = text_of(view, name)
    if text is None:
        return None
    change = partial(_changed, name=name, layer=node.layer, text=text)
    return Fix(_("Wire {ids} to {layer}").format(ids=text.ids, layer=name), change)


def _better(layer: Layer, x: Shape | None, text: Text) -> Layer | None:
    """Return what should stand in the place of a layer that reads padding, if it does."""
    settings = layer.values()
    if layer.group == "Recurrent" and "padding_idx" in settings:
        late = settings["output"] == "last" or settings["return_state"]
        reads = settings["padding_idx"] is None and (late or settings["bidirectional"])
        reads = reads and text.dim == 1
        return layer.changed(padding_idx=text.padding) if reads else None
    if layer.key == "embedding_bag":
        reads = settings["padding_idx"] is None and text.padding < settings["num_embeddings"]
        return layer.changed(padding_idx=text.padding) if reads else None
    if x is None or len(x) != 2 or x[text.dim - 1] > text.steps:
        return None
    return _gathering(layer, x, text)


def _gathering(layer: Layer, x: Shape, text: Text) -> Layer | None:
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


def _changed(graph: Graph, *, name: str, layer: Layer, text: Text) -> Graph:
    """Return the graph with another layer in the place of `name`, which is fed by the ids too."""
    if layer.key == "embedding_bag":
        return edits.replace_layer(graph, name, layer)
    return _fed(graph, name, layer, text.ids)


def _blanked(graph: Graph, *, name: str, text: Text) -> Graph:
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


def _padding(view: View, name: str) -> int | None:
    """Return which id of the data a layer passes over, if it does."""
    layer = view.layer(name)
    reads = any(
        view.source(name, slot) and view.layer(view.source(name, slot)).key == "input"
        for slot in range(len(view.graph[name].sources))
    )
    padding: int | None = layer.values().get(_setting(layer)) if reads else None
    return padding


def _setting(layer: Layer) -> str:
    """Return the setting that says which id only fills up."""
    is_end = layer.key == "select_token" and layer.values()["mode"] == "last_other"
    return "token" if is_end else "padding_idx"


def _refilled(graph: Graph, *, names: tuple[str, ...]) -> Graph:
    """Return the graph in which layers pass over what data fill short texts up with."""
    for name in names:
        layer = graph[name].layer
        graph = edits.replace_layer(graph, name, layer.changed(**{_setting(layer): FILLER}))
    return graph
