"""Whether the layers that ticks name exist, and whether those to be bypassed can be."""

from collections.abc import Iterable, Iterator

from studio.analysis.analyze import analyze
from studio.analysis.report import NodeFacts, Report
from studio.catalogue.shape import Shape
from studio.errors import TrainingError
from studio.fields import nearest
from studio.graph.block import Block
from studio.graph.model import Graph, Node
from studio.graph.walk import walk
from studio.training.checkpoints.past import BEST, DEVICES, LAST, is_past
from studio.training.course.course import Course
from studio.training.course.folding import Stretch
from studio.training.course.marks import covers, resolved
from studio.training.ticks.actions import Action, Bypass, Save, SwitchBatchSize, SwitchLoss
from studio.training.ticks.tick import Tick
from studio.wording import _


def require_sense(ticks: Iterable[Tick], graph: Graph) -> None:
    """Raise TrainingError for the first action that cannot be followed in this network."""
    known, names = dict(walk(graph)), {name: name for name in (LAST, BEST)}
    for tick in ticks:
        for action in tick.actions:
            _require_known(tick, action, known)
            if isinstance(action, Save):
                _require_own_name(tick, action.name, names)
            if isinstance(action, Bypass):
                report = analyze(graph)
                for path in action.paths or graph:
                    _require_passage(tick, path, report)


def require_batches(course: Course) -> None:
    """Raise TrainingError for the first batch size that samples or layers do not allow.

    Whether there are enough samples for the size a plan begins with is judged with the data.
    """
    if course.samples.pairs:
        _require_pairs(course)
    for step, _order, fired in course.placed:
        sizes = [a.size for a in fired.tick.actions if isinstance(a, SwitchBatchSize)]
        if not sizes or step >= course.total:
            continue
        samples = course.calendar.samples(course.calendar.place(step)[0])
        name = {"tick": fired.tick.title, "batch": max(sizes), "samples": samples}
        if max(sizes) > samples:
            raise TrainingError(
                _(
                    "The tick “{tick}” sets the batch size {batch:,}, but there are only "
                    "{samples:,} training samples."
                ).format(**name),
                _("Set it to {samples:,} or less.").format(**name),
            )


def bypassed_by(ticks: Iterable[Tick], graph: Graph) -> frozenset[str]:
    """Return the layers and blocks that some tick leaves out."""
    found = (action for tick in ticks for action in tick.actions if isinstance(action, Bypass))
    return frozenset(path for action in found for path in action.paths or graph)


def _require_pairs(course: Course) -> None:
    """Raise TrainingError for a step of one sample of which a norm sees one value per channel.

    Where its statistics are frozen, or it is left out, it needs no others.
    """
    alone = [(first, s) for first, _until, s in course.spans() if _batch(course, s) == 1]
    lonely = tuple(_lonely(course.graph)) if alone else ()
    for first, stretch in alone:
        for path in lonely:
            is_out = any(covers(left_out, path) for left_out in stretch.bypassed)
            if is_out or resolved(path, stretch.marks):
                continue
            raise TrainingError(
                _("Step {step:,} sees one sample, but {layer} normalizes over several.").format(
                    step=first + 1, layer=path
                ),
                _("Set a batch size of 2 or more, or freeze the statistics of that layer."),
            )


def _batch(course: Course, stretch: Stretch) -> int:
    return course.plan.batch_size if stretch.batch is None else stretch.batch


def _lonely(graph: Graph) -> Iterator[str]:
    """Yield what normalizes over the batch and gets one value per channel of each sample."""
    report = analyze(graph)
    for path, node in walk(graph):
        if node.layer.key.startswith("batch_norm"):
            shapes = (shape for facts in _facts(report, path) for shape in facts.inputs)
            if any(shape is not None and shape.size == shape[0] for shape in shapes):
                yield path


def _require_known(tick: Tick, action: Action, known: dict[str, Node]) -> None:
    paths = [] if isinstance(action, SwitchLoss) else getattr(action, "paths", ())
    for path in paths:
        if path not in known:
            raise TrainingError(
                _("The tick “{tick}” names {path}, but the network has no such layer.").format(
                    tick=tick.title, path=path
                ),
                nearest(path, known) or _("Name another layer in it, or remove it."),
            )


def _require_own_name(tick: Tick, name: str, names: dict[str, str]) -> None:
    """Raise TrainingError for a checkpoint that would not stay, or not as a file everywhere.

    `names` are those of the checkpoints so far, by what systems read that see no capitals.
    """
    if name.lower() in DEVICES:
        raise TrainingError(
            _("The tick “{tick}” calls a checkpoint {name}, as Windows calls a device.").format(
                tick=tick.title, name=name
            ),
            _("Give it another name, or it cannot be written there."),
        )
    if names.setdefault(name.lower(), name) != name:
        raise TrainingError(
            _(
                "The tick “{tick}” calls a checkpoint {name} and another is called {other}; many "
                "systems take both for the same file."
            ).format(tick=tick.title, name=name, other=names[name.lower()]),
            _("Give one of them another name."),
        )
    if is_past(name.lower()):
        raise TrainingError(
            _("The tick “{tick}” calls a checkpoint {name}, as the run calls its own.").format(
                tick=tick.title, name=name
            ),
            _("Give it another name, or it would not stay."),
        )


def _require_passage(tick: Tick, path: str, report: Report) -> None:
    """Raise TrainingError unless what comes out of a layer looks like what goes in."""
    for facts in _facts(report, path):
        if not _passes(facts):
            raise TrainingError(
                _("The tick “{tick}” bypasses {path}, which turns {inputs} into {outputs}.").format(
                    tick=tick.title,
                    path=path,
                    inputs=_shown(facts.inputs),
                    outputs=_shown(facts.outputs),
                ),
                _("Only layers that keep the shape of their one input can be bypassed."),
            )
    for other in _sharing(report.graph, path):
        raise TrainingError(
            _("The tick “{tick}” bypasses {path}, which shares a weight with {other}.").format(
                tick=tick.title, path=path, other=other
            ),
            _("Remove the tie first."),
        )


def _facts(report: Report, path: str) -> Iterator[NodeFacts]:
    """Yield the facts of a layer, once for each kind of copy of the blocks around it."""
    name, _slash, inner = path.partition("/")
    facts = report.nodes.get(name)
    if facts is None:
        return
    if not inner:
        yield facts
        return
    for copy in facts.copies:
        yield from _facts(copy, inner)


def _passes(facts: NodeFacts) -> bool:
    if len(facts.inputs) != 1 or len(facts.outputs) != 1 or facts.inputs[0] is None:
        return False
    before, after = facts.inputs[0], facts.outputs[0]
    return before == after and before.dtype == after.dtype


def _shown(shapes: Iterable[Shape | None]) -> str:
    return ", ".join("?" if shape is None else str(shape) for shape in shapes) or "–"


def _sharing(graph: Graph, path: str, around: str = "") -> Iterator[str]:
    """Yield the layers outside of `path` with which something at it shares a weight."""
    for name, node in graph.nodes.items():
        for owner in node.tied.values():
            ends = (around + name, around + owner.partition(".")[0])
            inside = [covers(path, end) for end in ends]
            if any(inside) and not all(inside):
                yield ends[inside.index(False)]
        if isinstance(node.layer, Block):
            yield from _sharing(node.layer.graph, path, f"{around}{name}/")
