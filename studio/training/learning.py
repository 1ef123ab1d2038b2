"""Whether something learns at every step of a run, whatever its ticks freeze and bypass."""

from collections.abc import Collection, Iterator

from torch import Tensor

from studio.errors import TrainingError
from studio.training.course.course import Course
from studio.training.course.fired import HAND, Fired, Record
from studio.training.course.folding import Stretch
from studio.training.freezing import Freezing
from studio.training.ticks.moments import Condition
from studio.wording import _


def require_learning(
    course: Course, step: int, freezing: Freezing, leading: Collection[Tensor]
) -> None:
    """Raise TrainingError, naming the ticks, if nothing would learn at some step from `step` on.

    `leading` are the parameters that lead to an output.
    """
    spans = [span for span in course.spans() if span[1] > step]
    for index, (first, _until, stretch) in enumerate(spans):
        following = spans[index + 1][2] if index + 1 < len(spans) else None
        trained = freezing.trained(stretch.marks, stretch.bypassed)
        if not trained:
            problem = _("Every layer with parameters is frozen, so that nothing could learn.")
            remedy = _("Leave at least one of them trainable.")
        elif set(leading).isdisjoint(trained):
            problem = _("No trainable layer leads to the output, so that nothing could learn.")
            remedy = _("Unfreeze a layer on the way to it.")
        else:
            continue
        raise TrainingError(_located(problem, first, stretch, following), remedy)


def supposed(course: Course) -> Iterator[Course]:
    """Yield the course, and those in which one more condition comes at the start of a stretch.

    What several of them would do together is seen as they come (see `Steering.judged`).
    """
    yield course
    came = course.record.fired
    numbers = {fired.number for fired in came}
    for number, tick in enumerate(course.plan.ticks):
        if isinstance(tick.at, Condition) and number not in numbers:
            for first, _until, _stretch in course.spans():
                fired = (*came, Fired(first, tick, number))
                yield course.recorded(Record(fired, course.record.memories))


def _located(problem: str, first: int, stretch: Stretch, following: Stretch | None) -> str:
    """Say between which ticks it is, if any take part."""
    if not stretch.ticks and following is None:
        return problem
    if stretch.ticks and all(fired.number == HAND for fired in stretch.ticks) and not following:
        return problem
    begin = _title(stretch.ticks[-1]) if first or stretch.ticks else _("the start")
    end = _title(following.ticks[0]) if following else _("the end")
    return _("From {begin} to {end}: {problem}").format(begin=begin, end=end, problem=problem)


def _title(fired: Fired) -> str:
    if fired.number == HAND:
        return _("the change by hand at step {step:,}").format(step=fired.step)
    return _("tick {number} ({title})").format(number=fired.number + 1, title=fired.tick.title)
