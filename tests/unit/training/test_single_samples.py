"""Steps of a single sample: refused beforehand where torch would refuse them, and only there."""

from typing import Any

import pytest

from studio.analysis.analyze import analyze
from studio.errors import TrainingError
from studio.graph.model import Graph
from studio.training.control import Control
from studio.training.course.length import Samples
from studio.training.course.preview import preview
from studio.training.events import StepDone
from studio.training.plan import read_plan
from tests.unit.training.ticking import Hasty
from tests.unit.training.toys import chain, cnn, made, pictures, rows, running


def table() -> Graph:
    return chain(
        row=("input", {"sample": (4,)}),
        first=("linear", {"out_features": 8}),
        norm=("batch_norm1d", {}),
        act=("relu", {}),
        last=("linear", {"out_features": 3}),
        scores=("output", {}),
    )


def pooled() -> Graph:
    """Return a network whose norm sees pictures of one point."""
    return chain(
        image=("input", {"sample": (1, 8, 8)}),
        conv=("conv2d", {"out_channels": 4, "kernel_size": 8}),
        norm=("batch_norm2d", {}),
        flat=("flatten", {}),
        last=("linear", {"out_features": 3}),
        scores=("output", {}),
    )


def tick(step: int, *actions: dict[str, Any]) -> dict[str, Any]:
    return {"at": {"type": "step", "at": step}, "actions": list(actions)}


ONE = {"type": "batch_size", "size": 1}
HELD: dict[str, Any] = {"type": "freeze", "paths": ["norm"], "what": "statistics"}
LEFT_OUT: dict[str, Any] = {"type": "bypass", "paths": ["norm"]}
BACK: dict[str, Any] = {"type": "enable", "paths": ["norm"]}


@pytest.mark.parametrize(
    ("graph", "plan", "step"),
    [
        (table(), {"batch_size": 1}, 1),
        (pooled(), {"batch_size": 1}, 1),
        (table(), {"ticks": [tick(3, ONE)]}, 4),
        (table(), {"ticks": [tick(3, ONE, HELD), tick(9, {"type": "unfreeze"})]}, 10),
        (table(), {"ticks": [tick(0, LEFT_OUT), tick(3, ONE), tick(9, BACK)]}, 10),
    ],
)
def test_a_step_of_one_sample_that_torch_would_refuse_is_refused_beforehand(graph, plan, step):
    data = pictures() if "image" in graph.nodes else rows()
    plan = {"epochs": 1, "batch_size": 8, **plan}
    with pytest.raises(TrainingError) as refusal:
        list(running(made(graph), data, **plan))
    assert f"Step {step} sees one sample, but norm normalizes over several" in str(refusal.value)
    assert "batch size of 2 or more" in str(refusal.value)
    with pytest.raises(TrainingError) as foreseen:
        preview(read_plan(plan), analyze(graph), Samples.of(64, graph))
    assert str(foreseen.value) == str(refusal.value)


@pytest.mark.parametrize(
    ("graph", "plan"),
    [
        (cnn(), {"batch_size": 1}),
        (table(), {"batch_size": 1, "ticks": [tick(0, HELD)]}),
        (table(), {"batch_size": 1, "ticks": [tick(0, LEFT_OUT)]}),
        (table(), {"batch_size": 1, "ticks": [tick(0, {"type": "freeze", "paths": ["norm"]})]}),
        (table(), {"batch_size": 7}),
    ],
)
def test_nothing_is_refused_that_torch_can_do(graph, plan):
    data = pictures() if "image" in graph.nodes else rows()
    found = list(running(made(graph), data, Control(Hasty()), epochs=1, **plan))
    assert (found[-1].reason, found[-1].message) == ("finished", "")


def test_a_batch_size_of_one_by_hand_is_refused_and_the_run_goes_on():
    control, found = Control(Hasty()), []
    for event in running(made(table()), rows(), control, epochs=1, batch_size=8):
        found.append(event)
        if isinstance(event, StepDone) and event.step == 2:
            control.set_batch_size(1)
    assert "Step 3 sees one sample" in control.refusal
    assert found[-1].reason == "finished"
