"""What moving, adding and removing a tick makes of the ticks of a plan."""

from studio.training.ticks.actions import Action
from studio.training.ticks.moments import AtEpoch, AtFraction, AtStep, Condition
from studio.training.ticks.tick import Tick

Ticks = tuple[Tick, ...]
_SHARES = 4
"""Into how many parts an epoch is divided by snapping."""


def snapped(step: int, per_epoch: int) -> int:
    """Return the step nearest to `step` at which a quarter of an epoch is done."""
    part = max(1.0, per_epoch / _SHARES)
    return round(round(step / part) * part)


def neighbor(step: int, per_epoch: int, direction: int) -> int:
    """Return the next such step to the right (1) or to the left (-1)."""
    part = max(1.0, per_epoch / _SHARES)
    place = int(step / part)
    while direction * (round(place * part) - step) <= 0 and place >= 0:
        place += direction
    return max(0, round(place * part))


def moved(ticks: Ticks, number: int, step: int, per_epoch: int, total: int) -> Ticks:
    """Return the ticks with one of them at another step, told in the way it was told before."""
    tick = ticks[number]
    if isinstance(tick.at, Condition):
        return ticks
    step = min(max(0, step), max(0, total - 1))
    return _with(ticks, number, tick.changed(at=_moment(tick.at, step, per_epoch, total)))


def added(ticks: Ticks, step: int, action: Action, per_epoch: int, total: int) -> Ticks:
    """Return the ticks with an action at a step, in the tick that is there or in a new one."""
    for number, tick in enumerate(ticks):
        if tick.at.step(total, per_epoch) == step:
            return _with(ticks, number, tick.changed(actions=(*tick.actions, action)))
    moment = _moment(AtEpoch(), step, per_epoch, total)
    return (*ticks, Tick(at=moment, actions=(action,)))


def without(ticks: Ticks, number: int) -> Ticks:
    """Return the ticks without one of them."""
    return tuple(tick for index, tick in enumerate(ticks) if index != number)


def _with(ticks: Ticks, number: int, tick: Tick) -> Ticks:
    return (*ticks[:number], tick, *ticks[number + 1 :])


def _moment(before: object, step: int, per_epoch: int, total: int) -> AtStep | AtEpoch | AtFraction:
    """Return `step` told in epochs, as a share or as a number, whichever says it exactly."""
    told: AtStep | AtEpoch | AtFraction = AtStep(at=step)
    if isinstance(before, AtEpoch):
        told = AtEpoch(at=round(step / per_epoch, 4))
    elif isinstance(before, AtFraction):
        told = AtFraction(at=min(1.0, round(step / max(1, total), 4)))
    return told if told.step(total, per_epoch) == step else AtStep(at=step)
