"""Which course a run follows that goes on from a checkpoint, maybe by another plan."""

from studio.graph.model import Graph
from studio.training.checkpoints.checkpoint import Checkpoint
from studio.training.course.by_hand import adopted
from studio.training.course.course import Course
from studio.training.course.fired import Record
from studio.training.course.places import anchored_at, read_anchor
from studio.training.plan import Plan


def course_from(start: Checkpoint, plan: Plan, known: Course) -> Course:
    """Return the course by `plan` of a run that came to `start`; network and data are `known`."""
    record, anchor = _record(start, known.graph), read_anchor(start.facts)
    before, course = (
        Course(each, known.graph, known.samples, record, anchor) for each in (start.plan, plan)
    )
    return anchored_at(course, before, start.step, start.epoch, start.position)


def _record(start: Checkpoint, graph: Graph) -> Record:
    """Return the ticks that came before a checkpoint, which may be older than ticks."""
    if "ticks" in start.facts:
        return Record.read(start.facts["ticks"])
    return adopted(graph, start.frozen, start.rate_scale)
