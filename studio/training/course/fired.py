"""What is remembered of ticks that came: enough to follow a run again, on disk as in memory."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from studio.training.events import TickFired
from studio.training.ticks.moments import AtStep, Condition, Memory
from studio.training.ticks.tick import Tick, read_tick, tick_json

Origin = Literal["planned", "condition", "hand"]
HAND = -1
"""The number of a tick that is in no plan."""


@dataclass(frozen=True)
class Fired:
    """A tick that came before this step."""

    step: int
    tick: Tick
    number: int = HAND
    """Which tick of the plan it is, counted from 0."""

    @property
    def origin(self) -> Origin:
        """Why it came."""
        if self.number == HAND:
            return "hand"
        return "condition" if isinstance(self.tick.at, Condition) else "planned"

    @property
    def event(self) -> TickFired:
        """Say it as an event."""
        return TickFired(self.step, self.number, self.origin, tick_json(self.tick))


@dataclass(frozen=True)
class Record:
    """All ticks that came so far, in order, and what conditions remember."""

    fired: tuple[Fired, ...] = ()
    memories: Mapping[int, Memory] = field(default_factory=dict)
    """By the number of the tick in the plan."""

    def written(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "fired": [
                {"step": came.step, "number": came.number, "tick": tick_json(came.tick)}
                for came in self.fired
            ],
            "memories": {str(key): memory.written() for key, memory in self.memories.items()},
        }

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> "Record":
        """Return the record that `written` spelled; raises SettingError for a tick that is none."""
        fired = values.get("fired", ())
        memories = values.get("memories", {})
        return cls(
            tuple(
                Fired(int(item["step"]), read_tick(item["tick"]), int(item["number"]))
                for item in fired
            ),
            {int(key): Memory.read(memory) for key, memory in memories.items()},
        )

    def suited(self, ticks: Sequence[Tick]) -> "Record":
        """Return what of it still counts under a plan with these ticks.

        What was done by hand stays unless the plan has it by now; ticks that the plan no longer has
        are as if they had never been.
        """
        return Record(
            tuple(came for came in self.fired if _suits(came, ticks)),
            {
                number: memory
                for number, memory in self.memories.items()
                if number < len(ticks) and isinstance(ticks[number].at, Condition)
            },
        )


def ticks_of(events: Iterable[TickFired], planned: Sequence[Tick] = ()) -> tuple[Tick, ...]:
    """Return ticks that repeat a run exactly: planned ones, and what came besides, at its step.

    Conditions that came true stand at the steps where they did; what was done by hand follows.
    Without `planned`, only what was done by hand is told.
    """
    came = [Fired(event.step, read_tick(event.tick), event.number) for event in events]
    found: list[Tick] = []
    for number, tick in enumerate(planned):
        met = [fired for fired in came if fired.number == number and fired.origin == "condition"]
        found += [_pinned(fired) for fired in met] or [tick]
    return (*found, *(_pinned(fired) for fired in came if fired.number == HAND))


def _pinned(fired: Fired) -> Tick:
    return fired.tick.changed(at=AtStep(at=fired.step))


def _suits(came: Fired, ticks: Sequence[Tick]) -> bool:
    if came.number == HAND:
        return _pinned(came) not in ticks
    return came.number < len(ticks) and ticks[came.number] == came.tick
