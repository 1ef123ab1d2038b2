"""What tests of the Train page share: the page, a timeline, and a run as events, untrained."""

import math
from collections.abc import Iterator

import pytest

from studio.runs.history import History
from studio.training.events import (
    Ended,
    EpochDone,
    Event,
    FreezeChanged,
    RateChanged,
    Started,
    StepDone,
)
from studio.ui.train_page import TrainPage
from studio.ui.training.timeline.card import TimelineCard
from tests.ui.training.timeline_ticks import TICKS

LAYERS = ("conv2d_1", "block_1/conv2d_2", "linear_1")
CONFUSION = ((9, 1, 0), (0, 8, 2), (1, 0, 9))


def a_run(epochs: int = 4, of: int = 10, per_epoch: int = 20) -> Iterator[Event]:
    yield Started(
        "run-0007",
        of * per_epoch,
        per_epoch,
        of,
        640,
        54,
        54,
        "cpu",
        1,
        ("cat", "dog", "owl"),
        LAYERS,
    )
    for step in range(1, epochs * per_epoch + 1):
        ratios = {name: 1e-3 for name in LAYERS if not (step > 40 and name == "conv2d_1")}
        yield StepDone(
            step,
            step / per_epoch,
            2.0 * math.exp(-step / 30) + 0.1,
            1e-3,
            512.0,
            step * 0.05,
            gradient_norms=dict.fromkeys(ratios, 0.5),
            update_ratios=ratios,
        )
        if step % per_epoch == 0:
            done = step // per_epoch
            marks = {"loss": 1 / done, "accuracy": 1 - 0.5 / done}
            yield EpochDone(done, step, marks, marks | {"loss": 1.2 / done}, CONFUSION)
        if step == 40:
            yield FreezeChanged(step, ("conv2d_1",), 40)
        if step == 60:
            yield RateChanged(step, 0.1)


def an_end(*, frozen_tensors: int = 0, frozen_unchanged: bool = True) -> Ended:
    return Ended(
        "finished",
        80,
        12.5,
        640.0,
        {"test": {"loss": 0.2, "accuracy": 0.8667}},
        CONFUSION,
        tuple({"precision": 0.9, "recall": 0.9, "f1": 0.9, "support": 10.0} for _ in range(3)),
        frozen_tensors,
        frozen_unchanged,
    )


@pytest.fixture
def page(shown, services):
    return shown(TrainPage(services), 1500, 900)


@pytest.fixture
def card(qtbot, shown, services):
    """The timeline of a plan with ticks, over data that are there."""
    workspace = services.workspace
    services.data.start()
    qtbot.waitUntil(lambda: workspace.split is not None, timeout=60_000)
    workspace.set_plan(workspace.plan.changed(epochs=4, ticks=TICKS))
    return shown(TimelineCard(workspace), 900, 240)


@pytest.fixture
def history():
    return History().extend(a_run())
