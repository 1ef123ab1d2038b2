"""Remarks on layers that work, but not as well as they could."""

from collections.abc import Iterator
from functools import partial

from studio.analysis.report import Finding, Fix
from studio.analysis.view import View
from studio.catalogue.functions.activation import ReLU
from studio.catalogue.unknown import Unknown
from studio.fields import nearest
from studio.graph import edits
from studio.graph.model import Graph
from studio.wording import _

BIASED = ("conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d",
          "linear")  # fmt: skip
BATCH_NORMS = ("batch_norm1d", "batch_norm2d", "batch_norm3d")


def linear_pairs(view: View) -> Iterator[Finding]:
    """Two linear layers in a row compute no more than one."""
    for name, _node in view.of("linear"):
        first = view.origin(name)
        if first and view.layer(first).key == "linear" and len(view.graph.consumers[first]) == 1:
            yield Finding(
                "hint",
                name,
                _(
                    "{first} and {second} follow each other without an activation, "
                    "so together they can do no more than a single Linear."
                ).format(first=first, second=name),
                _("Put an activation such as ReLU in between."),
                Fix(_("Insert ReLU"), partial(_activated, name=name)),
                (first,),
            )


def bias_before_norm(view: View) -> Iterator[Finding]:
    """A batch normalization takes away the offset that a bias just added."""
    pairs = [
        (source, name)
        for name, _node in view.of(*BATCH_NORMS)
        if (source := view.source(name))
        and view.layer(source).key in BIASED
        and "bias" in view.facts[source].weights
        and not view.is_frozen(source)
        and len(view.graph.consumers[source]) == 1
    ]
    if not pairs:
        return
    sources = tuple(source for source, _norm in pairs)
    yield Finding(
        "hint",
        sources[0],
        _("The bias of {source} has no effect: {norm} right behind it takes it away again.").format(
            source=sources[0], norm=pairs[0][1]
        )
        if len(pairs) == 1
        else _(
            "The bias of {count} layers, such as {source}, has no effect: "
            "the normalization behind each takes it away again."
        ).format(count=len(pairs), source=sources[0]),
        _("Switch the bias off to save its parameters."),
        Fix(_("Switch the bias off"), partial(_unbiased, names=sources)),
        sources[1:],
    )


def _activated(graph: Graph, *, name: str) -> Graph:
    return edits.insert_on_wire(graph, ReLU(), name)


def _unbiased(graph: Graph, *, names: tuple[str, ...]) -> Graph:
    for name in names:
        graph = edits.configure(graph, name, bias=False)
    return graph


def unknown_settings(view: View) -> Iterator[Finding]:
    """A setting from a file that the layer does not have; most often it is misspelled."""
    for name, node in view.graph.nodes.items():
        if not node.extra or isinstance(node.layer, Unknown):
            continue
        known = [setting.key for setting in node.layer.declared.values()]
        for key in node.extra:
            yield Finding(
                "hint",
                name,
                _("{layer} has no setting called {name}; it is kept, but has no effect.").format(
                    layer=name, name=key
                ),
                nearest(key, known),
            )
