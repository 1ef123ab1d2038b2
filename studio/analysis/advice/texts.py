"""Which text the steps come from that arrive at a layer, and what of it only fills up."""

from collections.abc import Callable
from typing import NamedTuple

from studio.analysis.report import Finding, Fix
from studio.analysis.view import View
from studio.catalogue.layer import Layer
from studio.graph.model import Graph
from studio.wording import _

FILLER = 0
"""The id that data fill short texts up with: the first of every vocabulary."""

_GROUPS = frozenset({"Activation", "Normalization", "Regularization", "Recurrent", "Attention"})
_KEYS = frozenset(
    {"identity", "linear", "conv1d", "block", "permute", "mask_tokens", "add", "scale",
     "embedding", "lookup", "position_embedding", "segment_embedding", "sinusoidal_positions"}
)  # fmt: skip


class Text(NamedTuple):
    """Where the steps that arrive at a layer come from."""

    ids: str
    """The Input that brings their ids."""
    padding: int
    """The id that only fills up."""
    dim: int
    """The axis of the steps; 1 is the first after the batch."""
    steps: int
    """How many ids there are."""


def are_texts(view: View) -> bool:
    """Return whether samples are ids of tokens that are read for an answer, or to write another."""
    task = view.task
    if task is None or (task.places and not task.more):
        return False
    return task.sample.dtype == "int64" and len(task.sample) == 1


def text_of(view: View, name: str, slot: int = 0) -> Text | None:
    """Return the text whose steps arrive at an input of a layer, each still by itself."""
    padding, turns, at = FILLER, 0, view.source(name, slot)
    seen = {name}
    while at and at not in seen:
        seen.add(at)
        layer, settings = view.layer(at), view.layer(at).values()
        if layer.key == "input":
            x = view.output(at)
            fits = x is not None and x.dtype == "int64" and len(x) == 1
            return Text(at, padding, 1 + turns % 2, x[0]) if x and fits else None
        if not keeps_steps(layer):
            return None
        turns += layer.key == "permute"
        padding = settings.get("padding_idx") or padding
        at = view.source(at)
    return None


def keeps_steps(layer: Layer) -> bool:
    """Return whether a layer hands on a step for each step of what arrives first."""
    if layer.group not in _GROUPS and layer.key not in _KEYS:
        return False
    settings = layer.values()
    if layer.key == "permute":
        return tuple(dim % 3 for dim in settings["dims"]) == (0, 2, 1)
    return settings.get("stride", 1) in {1, (1,)} and settings.get("output") != "last"


def remark(name: str, text: Text, change: Callable[[Graph], Graph]) -> Finding:
    """Return the remark that a layer takes padding for words, which `change` mends."""
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
