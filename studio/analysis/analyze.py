"""What is true of a network: the one way in."""

from dataclasses import replace
from functools import partial

from studio.analysis.advice import advise
from studio.analysis.blocks import Shapes, alike, arriving, block_facts
from studio.analysis.report import NodeFacts, Report, Task
from studio.analysis.view import View
from studio.analysis.walk import Walk
from studio.catalogue.inputs import Output
from studio.errors import ShapeError
from studio.graph.block import Block
from studio.graph.model import Graph, Node
from studio.graph.walk import walk
from studio.wording import _

_MOST_LAYERS = 100_000
"""How many layers inside blocks are worked out, beside twice those that are written down."""


def analyze(graph: Graph, task: Task | None = None, previous: Report | None = None) -> Report:
    """Return shapes, counts, depth, cost and findings; never raises for a mistake in the network.

    `task` says what the data ask, so that findings cover whether they fit each other. `previous`
    is the report before an edit: what the edit did not touch is taken from it.
    """
    walked = Walk(graph, previous, _Blocks(graph).facts).walked()
    view = View(graph, walked.order, walked.facts, walked.refusals, task=task)
    return _report(view)


class _Blocks:
    """Works out what is true inside blocks, as long as their copies differ in few enough ways."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._spent = 0

    def facts(
        self,
        node: Node,
        inputs: Shapes,
        before: NodeFacts,
        still: bool,  # noqa: FBT001
        locked: frozenset[str],
    ) -> NodeFacts:
        """Return the facts of a block; raises ShapeError if its copies do not fit each other."""
        assert isinstance(node.layer, Block)
        return block_facts(node.layer, inputs, partial(self._inside, still), before, locked)

    def _inside(
        self,
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
        self._spend(len(graph))
        walked = Walk(graph, previous, self.facts, given=given, held=held, lent=lent).walked()
        view = View(graph, walked.order, walked.facts, walked.refusals, inside=True, held=held)
        return replace(_report(view), lent=lent)

    def _spend(self, layers: int) -> None:
        """Raise ShapeError before copies of copies, all different, take forever."""
        self._spent += layers
        if self._spent <= _MOST_LAYERS:
            return
        most = _MOST_LAYERS + 2 * sum(1 for _path in walk(self._graph))
        if self._spent > most:
            raise ShapeError(
                _("The copies differ so much that {count:,} layers are not enough.").format(
                    count=most
                ),
                _("Use fewer copies, or let more of them be alike."),
            )


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
        ties=sum(_ties(view.graph[name], f) for name, f in view.facts.items()),
    )


def _ties(node: Node, facts: NodeFacts) -> int:
    if isinstance(node.layer, Block):
        rows = ((page, 1) for page in facts.copies[:1]) if node.layer.shared else facts.rows
        return sum(page.ties * count for page, count in rows)
    return sum(weight in node.tied for weight in facts.weights) if node.tied else 0
