"""Events for tests, and a strategy that draws any of them."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import get_args

from hypothesis import strategies as st

from studio.training.events import (
    CheckpointSaved,
    Ended,
    EpochDone,
    Event,
    Started,
    StepDone,
    TickFired,
)

_PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
_TICKS = st.builds(TickFired, tick=st.dictionaries(st.text(), _PLAIN))
ANY_EVENT = st.one_of(
    [_TICKS, *(st.from_type(kind) for kind in get_args(Event) if kind is not TickFired)]
)


def in_turn(events: Sequence[Event]) -> tuple[list[Event], list[CheckpointSaved]]:
    """Return events without checkpoints, and these: they are told once their line lasts."""
    saved = [event for event in events if isinstance(event, CheckpointSaved)]
    return [event for event in events if not isinstance(event, CheckpointSaved)], saved


def started(first_step: int = 0, run: str = "run-0001") -> Started:
    return Started(
        run=run,
        steps=100,
        steps_per_epoch=10,
        epochs=10,
        samples=320,
        parameters=50,
        trainable=40,
        device="cpu",
        threads=1,
        classes=("cat", "dog"),
        layers=("conv2d_1", "linear_1"),
        first_step=first_step,
        time="2026-01-02T03:04:05+00:00",
    )


def step(number: int, loss: float = 1.0, **heat: dict[str, float]) -> StepDone:
    return StepDone(number, number / 10, loss, 0.1, 640.0, number * 0.5, **heat)


def epoch(number: int) -> EpochDone:
    return EpochDone(
        number,
        number * 10,
        {"loss": 0.5, "accuracy": 0.8},
        {"loss": 0.6, "accuracy": 0.7},
        ((8, 2), (1, 9)),
        number * 5.0,
    )


def ended(reason: str = "finished", at: int = 100) -> Ended:
    assert reason in {"finished", "finished early", "stopped", "failed"}
    return Ended(reason, at, 12.5, 900.0, {"test": {"accuracy": 0.75}}, ((7, 3), (2, 8)))  # type: ignore[arg-type]


def same(one: Event, other: Event) -> bool:
    """Whether two events are alike, NaN being like NaN and any mapping like a dict."""
    return type(one) is type(other) and all(
        repr(_plain(getattr(one, field.name))) == repr(_plain(getattr(other, field.name)))
        for field in fields(one)
    )


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    return tuple(map(_plain, value)) if isinstance(value, tuple) else value
