"""Where the ticks of a run lie: one after the other, as some of them change how long epochs are."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from studio.training.course.calendar import Anchor, Calendar
from studio.training.course.fired import HAND, Fired
from studio.training.ticks.actions import SwitchBatchSize, SwitchData
from studio.training.ticks.sources import identity
from studio.training.ticks.tick import Tick

Placed = tuple[int, int, Fired]
"""A tick, the step before which it comes, and its order among others that come there."""
_FIRST, _LAST = -1, 1 << 40


def laid(
    calendar: Calendar,
    ticks: Sequence[Tick],
    came: Iterable[Fired],
    anchor: Anchor | None = None,
    later: Mapping[str, int] | None = None,
) -> tuple[Calendar, tuple[Placed, ...]]:
    """Return the calendar with all that ticks change of it, and the ticks in the order they count.

    `calendar` is that of a run without ticks; `came` are those that came already, at their steps
    and in their order; `later` are the training samples of other data. The moment of a tick depends
    on the ticks before it alone.
    """
    fixed = list(_ordered(came))
    numbers = {fired.number for _step, _order, fired in fixed}
    open_ = {number: tick for number, tick in enumerate(ticks) if number not in numbers}
    found: list[Placed] = []
    while nexts := [*fixed, *_planned(calendar, open_, found)]:
        step, order, fired = min(nexts, key=lambda entry: entry[:2])
        if anchor is not None and anchor.step <= step:
            calendar, anchor = calendar.anchored(anchor), None
            continue
        found.append((step, order, fired))
        calendar = _after(calendar, step, fired, later or {})
        open_.pop(fired.number, None)
        fixed = [entry for entry in fixed if entry[2] is not fired]
    return calendar if anchor is None else calendar.anchored(anchor), tuple(found)


def _ordered(came: Iterable[Fired]) -> Iterator[Placed]:
    """Yield what came, such that at one step it keeps its order; what hand did counts last.

    A tick that others moved onto a step comes after them, though it stands before them in the plan.
    """
    latest: dict[int, int] = {}
    for fired in came:
        order = _LAST
        if fired.number != HAND:
            order = latest[fired.step] = max(fired.number, latest.get(fired.step, _FIRST))
        yield fired.step, order, fired


def _planned(
    calendar: Calendar, ticks: dict[int, Tick], found: Sequence[Placed]
) -> Iterable[Placed]:
    """Yield what would come when, if nothing changed any more."""
    now = found[-1][0] if found else 0
    for number, tick in ticks.items():
        step = tick.at.step(calendar)
        if step is not None:
            step = max(step, now)
            yield step, number, Fired(step, tick, number)


def _after(calendar: Calendar, step: int, fired: Fired, later: Mapping[str, int]) -> Calendar:
    """Return the calendar as a tick leaves it."""
    for action in fired.tick.actions:
        if step >= calendar.total:
            break
        if isinstance(action, SwitchBatchSize):
            calendar = calendar.changed(step, action.size)
        elif isinstance(action, SwitchData):
            calendar = calendar.changed(step, following=later.get(identity(action.source)))
    return calendar
