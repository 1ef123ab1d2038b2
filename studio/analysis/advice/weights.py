"""Remarks on parameters: ties that do not hold, and networks that have nothing to learn."""

from collections.abc import Iterator
from functools import partial

from studio.analysis.report import Finding, Fix
from studio.analysis.view import View
from studio.graph import edits
from studio.graph.block import Block
from studio.graph.model import Graph
from studio.wording import _


def bad_ties(view: View) -> Iterator[Finding]:
    """A borrowed weight does not exist, or has another shape."""
    for name, node in view.graph.nodes.items():
        for weight, owner in node.tied.items():
            problem = _tie_problem(view, name, weight, owner)
            if problem:
                yield Finding(
                    "error",
                    name,
                    problem,
                    _("Untie it, or tie it to a weight of the same shape."),
                    Fix(
                        _("Untie {layer}").format(layer=name),
                        partial(_untied, name=name, weight=weight),
                    ),
                )


def nothing_to_train(view: View) -> Iterator[Finding]:
    """No layer has parameters."""
    if view.inside or not view.graph.nodes or not view.is_known:
        return
    if not any(facts.parameters for facts in view.facts.values()):
        yield Finding(
            "error",
            "",
            _("No layer of this network has parameters, so there is nothing to train."),
            _("Add a layer that learns, such as Linear or Conv2d."),
        )


def _tie_problem(view: View, name: str, weight: str, owner: str) -> str:
    lender, _dot, lent = owner.partition(".")
    if lender in view.graph and isinstance(view.layer(lender), Block):
        return ""
    if lender not in view.graph:
        return _("{layer} borrows its {weight} from {lender}, which does not exist.").format(
            layer=name, weight=weight, lender=lender
        )
    own, theirs = view.facts[name], view.facts[lender]
    if not own.outputs or not theirs.outputs:
        return ""
    if weight not in own.weights or lent not in theirs.weights:
        return _("{layer} borrows {owner} as its {weight}, but one of them does not exist.").format(
            layer=name, owner=owner, weight=weight
        )
    mine, other = own.weights[weight], theirs.weights[lent]
    if mine == other:
        return ""
    return _(
        "The {weight} of {layer} is {mine}, but {owner}, which it borrows, is {other}."
    ).format(weight=weight, layer=name, mine=mine, owner=owner, other=other)


def _untied(graph: Graph, *, name: str, weight: str) -> Graph:
    return edits.untie(graph, name, weight)
