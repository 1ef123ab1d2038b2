"""Which shortcuts a run takes by itself: recorded steps on a GPU, nothing compiled anywhere."""

from typing import Any

import pytest
import torch

from studio.training.device import Machine
from studio.training.opening import opened
from studio.training.plan import read_plan
from studio.training.speeding.compiling import Compiled
from studio.training.speeding.deriving import Derived
from studio.training.speeding.recording import Recorded
from studio.training.speeding.shortcuts import take_shortcuts
from tests.unit.training.toys import device_data, made, mlp, rows

_GPU = torch.device("cuda")


def taken(precision: torch.dtype = torch.float32, **plan: Any) -> type[object]:
    """Return the kind of shortcut that a run on a GPU takes."""
    network, settings = made(mlp()), read_plan({"device": "cpu", "batch_size": 16} | plan)
    with opened(network, device_data(rows()), settings) as session:
        session.stepper.shortcut = None
        take_shortcuts(network, session.stepper, Machine(_GPU, precision, 1), settings)
        return type(session.stepper.shortcut)


def test_a_plan_that_says_nothing_of_it_records_steps_on_gpus() -> None:
    assert read_plan({}).compile == "auto"
    assert taken() is Recorded
    assert taken(torch.bfloat16) is Recorded


def test_plans_that_say_what_they_want_keep_their_meaning() -> None:
    assert taken(compile="off") is type(None)
    assert taken(compile="on") is Compiled


def test_steps_whose_loss_scale_looks_at_numbers_are_not_recorded() -> None:
    assert taken(torch.float16) is type(None)


@pytest.mark.parametrize("plan", [{}, {"compile": "off"}])
def test_on_processors_nothing_is_compiled_or_timed(
    monkeypatch: pytest.MonkeyPatch, plan: dict[str, Any]
) -> None:
    def refused(*_order: Any, **_options: Any) -> Any:
        raise AssertionError("this takes seconds")

    monkeypatch.setattr(torch, "compile", refused)
    monkeypatch.setattr("studio.training.speeding.recording.seconds", refused)
    settings = read_plan({"device": "cpu", "batch_size": 16} | plan)
    with opened(made(mlp()), device_data(rows()), settings) as session:
        x, y = session.epoch_batches()[0]
        session.stepper.step(x, y, 1e-3)
        assert type(session.stepper.shortcut) is Derived
        assert session.stepper.shortcut.trouble == ""
