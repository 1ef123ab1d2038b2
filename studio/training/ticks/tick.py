"""What one tick is: a moment and what happens then."""

from collections.abc import Mapping
from typing import Any

from studio.errors import SettingError
from studio.families import Family, read, written
from studio.fields import Declared, many, nested, text
from studio.training.ticks.actions import ACTIONS, Action
from studio.training.ticks.moments import MOMENTS, AtEpoch, Moment
from studio.wording import _


class Tick(Declared):
    """A moment of a run and the actions that it brings."""

    name: str = text(default="", hint="What it is called; empty: by its moment.")
    at: Moment = nested(default=AtEpoch(), family=MOMENTS, hint="When it comes.")
    actions: tuple[Action, ...] = many(
        default=(), family=ACTIONS, hint="What happens then, in this order."
    )

    @property
    def title(self) -> str:
        """What it is called by people."""
        return self.name or self.at.words()


class _Ticks(Family[Tick]):
    def member(self, value: Any) -> Tick:
        """Return `value` as a tick; unlike other families it has one kind and needs no type."""
        if isinstance(value, Tick):
            return value
        if isinstance(value, Mapping):
            return read(Tick, value)
        raise SettingError(
            _("A tick needs an object such as {example}, but {value!r} was given.").format(
                example='{"at": {"type": "epoch", "at": 2}, "actions": ["stop"]}', value=value
            )
        )


TICKS = _Ticks("tick")


def tick_json(tick: Tick) -> dict[str, Any]:
    """Return the JSON form of a tick, every setting spelled out."""
    return written(tick)


def read_tick(values: object) -> Tick:
    """Return the tick that `tick_json` spelled; raises SettingError if it is none."""
    return TICKS.member(values)
