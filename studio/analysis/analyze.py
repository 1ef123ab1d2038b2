"""What is true of a network: the one way in."""

from dataclasses import replace
from functools import partial

from studio.analysis.advice import advise
from studio.analysis.blocks import Shapes, alike, arriving, block_facts
from studio.analysis.report import NodeFacts, Report, Task
from studio.analysis.view import View
from studio.analysis.walk import Walk
from studio.catalogue.inputs import Output
from studio.graph.block import Block
from studio.graph.model import Graph, Node


def analyze(graph: Graph, task: Task | None = None, previous: Report | None = None) -> Report:
    """Return shapes, counts, depth, cost and findings; never raises for a mistake in the network.

    `task` says what the data ask, so that findings cover whether they fit each other. `previous`
    is the report before an edit: what the edit did not touch is taken from it.
    """
    walked = Walk(graph, previous, _facts_of_block).walked()
    view = View(graph, walked.order, walked.facts, walked.refusals, task=task)
    return _report(view)


def _inside(
    held: bool,  # noqa: FBT001
    graph: Graph,
    given: Shapes,
    previous: Report | None,
    lent: frozenset[str],
) -> Report:
    """Return what is true inside a block for the shapes that arrive."""
    same = previous is not None and previous.lent == lent
    if previous is not None and same and _says_the_same(previous, graph, given, held=held):
        return previous
    walked = Walk(graph, previous, _facts_of_block, given=given, held=held, lent=lent).walked()
    view = View(graph, walked.order, walked.facts, walked.refusals, inside=True, held=held)
    return replace(_report(view), lent=lent)


def _facts_of_block(
    node: Node,
    inputs: Shapes,
    before: NodeFacts,
    still: bool,  # noqa: FBT001
    locked: frozenset[str],
) -> NodeFacts:
    assert isinstance(node.layer, Block)
    inside = partial(_inside, still)
    return block_facts(node.layer, inputs, inside, before, locked)


def _says_the_same(report: Report, graph: Graph, given: Shapes, *, held: bool) -> bool:
    if report.graph is not graph or not alike(arriving(report), given):
        return False
    return not report.parameters or held == (not report.trainable)


def _report(view: View) -> Report:
    facts = view.facts.values()
    ends = [f.depth for name, f in view.facts.items() if isinstance(view.graph[name].layer, Output)]
    return Report(
        graph=view.graph,
        nodes=view.facts,
        order=view.order,
        findings=tuple(advise(view)),
        parameters=sum(f.parameters for f in facts),
        trainable=sum(f.trainable for f in facts),
        buffers=sum(f.buffers for f in facts),
        modules=sum(f.modules for f in facts),
        depth=max(ends or [f.depth for f in facts], default=0),
        multiply_adds=sum(f.multiply_adds for f in facts),
        activation_bytes=sum(f.activation_bytes for f in facts),
    )
