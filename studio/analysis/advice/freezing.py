"""Remarks on what is frozen."""

from collections.abc import Iterator
from functools import partial

from studio.analysis.advice.style import BATCH_NORMS
from studio.analysis.report import Finding, Fix
from studio.analysis.view import View
from studio.graph import edits
from studio.graph.model import Frozen, Graph
from studio.wording import _


def everything_frozen(view: View) -> Iterator[Finding]:
    """No parameter is left to train."""
    holders = [name for name in view.order if view.facts[name].parameters]
    if view.inside or not holders or any(view.facts[name].trainable for name in holders):
        return
    last = holders[-1]
    yield Finding(
        "error",
        "",
        _("Every layer with parameters is frozen, so training would change nothing."),
        _("Unfreeze at least one layer, such as the last one, {layer}.").format(layer=last),
        Fix(_("Unfreeze {layer}").format(layer=last), partial(_set, name=last, frozen=False)),
        tuple(holders),
    )


def moving_statistics(view: View) -> Iterator[Finding]:
    """A normalization that is not frozen goes on adapting behind a frozen layer."""
    for name, node in view.of(*BATCH_NORMS):
        source = view.origin(name)
        still = view.is_frozen(name) or node.frozen == "statistics"
        if still or not source or not view.is_frozen(source) or not view.facts[source].parameters:
            continue
        yield Finding(
            "hint",
            name,
            _("{source} is frozen, but {layer} behind it still adapts to every batch.").format(
                source=source, layer=name
            ),
            _("Freeze {layer} too, so that what the frozen part computes stays the same.").format(
                layer=name
            ),
            Fix(_("Freeze {layer}").format(layer=name), partial(_set, name=name, frozen=True)),
            (source,),
        )


def _set(graph: Graph, *, name: str, frozen: Frozen) -> Graph:
    return edits.set_frozen(graph, (name,), frozen)
