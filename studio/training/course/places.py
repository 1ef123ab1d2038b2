"""How a run goes on by a plan that is not the one by which it came where it is."""

from collections.abc import Mapping
from typing import Any

from studio.training.course.calendar import Anchor
from studio.training.course.course import Course


def anchored_at(course: Course, before: Course, step: int, epoch: int, position: int) -> Course:
    """Return `course` for a run that came to this place by `before`.

    Where both put the place alike, nothing is changed. Else the epoch goes on with the samples it
    has left, in the batches that `course` makes of them.
    """
    came, calendar = before.calendar, course.calendar
    length = came.length(epoch)
    taken = min(sum(came.sizes(epoch)[:position]), calendar.samples(epoch))
    if (
        calendar.start(epoch) + position == step
        and sum(calendar.sizes(epoch)[:position]) == taken
        and calendar.length(epoch) >= position
    ):
        return course
    is_known = came.start(epoch) + position == step and position < length
    done = came.progress(step) - epoch if is_known else min(1.0, position / max(1, length))
    anchor = Anchor(step, epoch, position, taken if position else 0, done if position else 0.0)
    return Course(course.plan, course.graph, course.samples, course.record, anchor)


def read_anchor(facts: Mapping[str, Any]) -> Anchor | None:
    """Return the place that a checkpoint remembers to have come to in another way."""
    found = facts.get("anchor")
    return Anchor(**found) if isinstance(found, Mapping) else None
