"""What becomes of a run that is under way when the ticks of its plan are changed."""

from collections.abc import Mapping, Sequence

from studio.errors import TrainingError
from studio.graph.walk import walk
from studio.training.course.checking import bypassed_by, require_sense
from studio.training.course.course import Course
from studio.training.course.fired import HAND, Fired, Record
from studio.training.ticks.moments import Memory
from studio.training.ticks.sources import sources_of
from studio.training.ticks.tick import Tick
from studio.wording import _


def replanned(course: Course, ticks: Sequence[Tick], step: int) -> Course:
    """Return the course of a run that goes by `ticks` from `step` on; what came stays.

    Raises TrainingError for a new tick that lies in the past, or that this run cannot follow.
    """
    plan = course.plan.changed(ticks=tuple(ticks))
    require_sense(plan.ticks, course.graph)
    _require_prepared(course, plan.ticks)
    record = _renumbered(course, plan.ticks)
    found = Course(plan, course.graph, course.samples, record, course.anchor)
    came = {fired.number for fired in found.record.fired}
    for number, tick in enumerate(plan.ticks):
        moment = found.moments.get(number)
        if moment is not None and moment < step and number not in came:
            raise TrainingError(
                _("The tick “{tick}” would come at step {moment:,}, but {step:,} are done.").format(
                    tick=tick.title, moment=moment, step=step
                ),
                _("Move it to a later step; the run goes by its old ticks until then."),
            )
    return found


def _require_prepared(course: Course, ticks: Sequence[Tick]) -> None:
    """Refuse data that were not read, and to bypass what was rewritten for speed meanwhile."""
    for name, source in sources_of(ticks).items():
        if name not in course.samples.later:
            raise TrainingError(
                _("The data “{data}” were not read before the run started.").format(
                    data=_(source.title) or source.key
                ),
                _("Stop the run and go on with it: then the new plan holds."),
            )
    nodes = dict(walk(course.graph))
    new = bypassed_by(ticks, course.graph) - bypassed_by(course.plan.ticks, course.graph)
    for path in sorted(new):
        key = nodes[path].layer.key
        if key == "relu" or key.startswith("max_pool"):
            raise TrainingError(
                _("{layer} can only be bypassed if the plan says so from the start.").format(
                    layer=path
                ),
                _("Stop the run and go on with it: then the new plan holds."),
            )


def _renumbered(course: Course, ticks: Sequence[Tick]) -> Record:
    """Return what came, under the numbers of the new ticks; what is in no plan counts as done."""
    numbers: dict[int, int] = {}
    free = list(range(len(ticks)))
    for old, tick in enumerate(course.plan.ticks):
        number = next((number for number in free if ticks[number] == tick), HAND)
        numbers[old] = number
        if number != HAND:
            free.remove(number)
    fired = tuple(
        Fired(came.step, came.tick, numbers.get(came.number, HAND)) for came in course.record.fired
    )
    memories: Mapping[int, Memory] = {
        numbers[old]: memory
        for old, memory in course.record.memories.items()
        if numbers.get(old, HAND) != HAND
    }
    return Record(fired, memories)
