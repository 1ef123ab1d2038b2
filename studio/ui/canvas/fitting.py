"""Whether a wire would fit: asked of the layer itself, before the wire is there."""

from dataclasses import dataclass

from studio.analysis.analyze import analyze
from studio.analysis.report import Report
from studio.catalogue.shape import Shape
from studio.errors import EditError, ShapeError, StudioError
from studio.graph import edits
from studio.graph.block import Block, inlets
from studio.graph.model import Graph, Wire
from studio.graph.topology import ancestors
from studio.wording import _


@dataclass(frozen=True)
class Fitting:
    """The question of where a wire from `wire` may end on a page."""

    page: Graph
    report: Report
    wire: Wire
    above: frozenset[str]
    """What feeds the source: a wire to one of these would close a circle."""

    @classmethod
    def of(cls, page: Graph, report: Report, wire: Wire) -> "Fitting":
        """Prepare the question for one source."""
        return cls(page, report, wire, ancestors(page, (wire.node,)) | {wire.node})

    def refusal(self, target: str, slot: int) -> StudioError | None:
        """Return why the wire does not fit input `slot` of `target`, or None if it does.

        Where shapes are not known yet, nothing speaks against it.
        """
        if target in self.above:
            return EditError(
                _("A wire from {source} to {target} would close a circle.").format(
                    source=self.wire.node, target=target
                ),
                _("Data flows one way; use a recurrent layer for loops over time."),
            )
        if isinstance(self.page[target].layer, Block):
            return self._refusal_of_block(target, slot)
        inputs = self._inputs(target, slot)
        if inputs is None:
            return None
        try:
            self.page[target].layer.shapes(*inputs)
        except ShapeError as error:
            return error
        return None

    def _inputs(self, target: str, slot: int) -> tuple[Shape, ...] | None:
        """Return the shapes that would come in, or None while one of them is not known."""
        sources = list(self.page[target].sources)
        sources += [None] * (slot + 1 - len(sources))
        sources[slot] = self.wire
        fewest, most = inlets(self.page[target].layer)
        shapes = tuple(shape for shape in map(self._shape, sources) if shape is not None)
        complete = len(shapes) == len(sources) and len(shapes) >= fewest
        return shapes if complete and (most is None or len(shapes) <= most) else None

    def _shape(self, wire: Wire | None) -> Shape | None:
        facts = self.report.nodes.get(wire.node) if wire else None
        outputs = facts.outputs if facts else ()
        return outputs[wire.output] if wire and wire.output < len(outputs) else None

    def _refusal_of_block(self, target: str, slot: int) -> StudioError | None:
        if self._shape(self.wire) is None:
            return None
        try:
            wired = edits.connect(self.page, self.wire, target, slot)
        except EditError as refusal:
            return refusal
        found = analyze(wired, None, self.report).errors
        wrong = (f for f in found if f.node.split("/")[0] == target)
        worst = next((f for f in wrong if f not in self.report.errors), None)
        return ShapeError(worst.problem, worst.remedy) if worst else None
