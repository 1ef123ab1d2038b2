"""What moving, adding and removing a tick makes of the ticks of a plan."""

import math

from studio.training.course.calendar import Calendar
from studio.training.course.course import Course
from studio.training.ticks.actions import Action
from studio.training.ticks.moments import AtEpoch, AtFraction, AtStep, Condition, Moment
from studio.training.ticks.tick import Tick

Ticks = tuple[Tick, ...]
_SHARES = 4
"""Into how many parts an epoch is divided by snapping."""


def snapped(step: int, calendar: Calendar) -> int:
    """Return the step nearest to `step` at which a quarter of an epoch is done."""
    if _is_short(step, calendar):
        return step
    return calendar.when(round(calendar.progress(step) * _SHARES) / _SHARES)


def neighbor(step: int, calendar: Calendar, direction: int) -> int:
    """Return the next such step to the right (1) or to the left (-1)."""
    if _is_short(step, calendar):
        return max(0, step + direction)
    part = math.floor(calendar.progress(step) * _SHARES)
    while part >= 0 and direction * (calendar.when(part / _SHARES) - step) <= 0:
        part += direction
    return calendar.when(max(0, part) / _SHARES)


def moved(course: Course, number: int, step: int) -> Ticks:
    """Return the ticks with one of them at another step, told in the way it was told before."""
    ticks = course.plan.ticks
    tick = ticks[number]
    if isinstance(tick.at, Condition):
        return ticks
    step = min(max(0, step), max(0, course.total - 1))
    return _placed(course, ticks, number, tick, step)


def added(course: Course, step: int, action: Action) -> Ticks:
    """Return the ticks with an action at a step, in the tick that is there or in a new one."""
    ticks = course.plan.ticks
    came = {fired.number for fired in course.record.fired}
    for number, tick in enumerate(ticks):
        if course.moments.get(number) == step and number not in came:
            return replaced(ticks, number, tick.changed(actions=(*tick.actions, action)))
    new = Tick(actions=(action,))
    return _placed(course, (*ticks, new), len(ticks), new, step)


def placed_new(course: Course, step: int) -> Tick:
    """Return a tick without actions that comes before a step."""
    ticks = course.plan.ticks
    return _placed(course, (*ticks, Tick()), len(ticks), Tick(), step)[-1]


def copied(course: Course, number: int) -> Tick:
    """Return a tick that does what one of the plan does, a quarter of an epoch later if it can."""
    ticks = course.plan.ticks
    tick = ticks[number]
    step = course.moments.get(number)
    if step is None or isinstance(tick.at, Condition):
        return tick
    later = min(neighbor(step, course.calendar, 1), max(0, course.total - 1))
    return _placed(course, (*ticks, tick), len(ticks), tick, later)[-1]


def without(ticks: Ticks, number: int) -> Ticks:
    """Return the ticks without one of them."""
    return tuple(tick for index, tick in enumerate(ticks) if index != number)


def replaced(ticks: Ticks, number: int, tick: Tick) -> Ticks:
    """Return the ticks with another one in the place of one of them."""
    return (*ticks[:number], tick, *ticks[number + 1 :])


def told_as(kind: type[Moment], step: int, calendar: Calendar) -> Moment:
    """Return a step told in epochs or as a share of the run, to four digits, or as a number."""
    done = calendar.progress(step)
    if kind is AtEpoch:
        return AtEpoch(at=round(done, 4))
    if kind is AtFraction:
        return AtFraction(at=min(1.0, round(done / calendar.epochs, 4)))
    return AtStep(at=step)


def replanned(course: Course, ticks: Ticks) -> Course:
    """Return the course of the same run with other ticks."""
    plan = course.plan.changed(ticks=ticks)
    return Course(plan, course.graph, course.samples, course.record, course.anchor)


def _placed(course: Course, ticks: Ticks, number: int, tick: Tick, step: int) -> Ticks:
    """Return `ticks` with `tick` told in epochs, as a share or as a step, whichever is exact."""
    calendar = replanned(course, without(ticks, number)).calendar
    told = told_as(type(tick.at), step, calendar)
    found = replaced(ticks, number, tick.changed(at=told))
    if replanned(course, found).moments.get(number) == step:
        return found
    return replaced(ticks, number, tick.changed(at=AtStep(at=step)))


def _is_short(step: int, calendar: Calendar) -> bool:
    """Whether an epoch has too few steps to be divided."""
    return calendar.length(calendar.place(step)[0]) < _SHARES
