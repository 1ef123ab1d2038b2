"""What optimizers know of layers that ticks freeze again and again, and from where a run draws."""

from typing import Any

import pytest
import torch

from studio.training.checkpoints.checkpoint import load
from studio.training.control import Control
from studio.training.events import Ended, StepDone
from tests.unit.training.ticking import Hasty
from tests.unit.training.toys import cnn, made, mlp, pictures, rows, running


def at(step: int, *actions: dict[str, Any]) -> dict[str, Any]:
    return {"at": {"type": "step", "at": step}, "actions": list(actions)}


AGAIN = [
    at(2, {"type": "freeze", "paths": ["first"]}),
    at(4, {"type": "freeze", "paths": ["first"], "memory": "keep"}),
    at(8, {"type": "unfreeze"}),
]
"""The momentum of a layer is to be kept when it is gone already."""
FAMILIES = ("sgd", "adam", "adamw", "rmsprop", "adagrad", "nadam", "radam", "lion", "muon")


@pytest.mark.parametrize("optimizer", FAMILIES)
def test_what_was_forgotten_cannot_be_kept_and_begins_afresh(optimizer):
    settings = {"optimizer": optimizer, "epochs": 3, "ticks": AGAIN}
    *_told, end = running(made(mlp()), rows(), Control(Hasty()), **settings)
    assert isinstance(end, Ended)
    assert (end.reason, end.step) == ("finished", 12)


@pytest.mark.parametrize("optimizer", FAMILIES)
def test_what_was_forgotten_stays_so_where_a_run_goes_on(optimizer, tmp_path):
    settings = {"optimizer": optimizer, "epochs": 3, "ticks": AGAIN, "folder": tmp_path}
    control = Control(Hasty())
    for event in running(made(mlp()), rows(), control, **settings):
        if isinstance(event, StepDone) and event.step == 6:
            control.stop()
    start = load(tmp_path, "last")
    assert not any(name.startswith("first") for name in start.optimizer)

    control = Control(Hasty())
    for event in running(made(mlp(), 9), rows(), control, start=start, **settings):
        if isinstance(event, StepDone) and event.step == 7:
            control.stop()

    assert load(tmp_path, "last").optimizer.keys() == start.optimizer.keys()


def test_a_run_whose_first_batch_is_left_out_follows_from_its_seed():
    def losses(other: int) -> list[float]:
        torch.manual_seed(other)  # whatever else the process drew before
        skips = [at(0, {"type": "skip", "step": 0})]
        told = running(made(cnn()), pictures(), Control(Hasty()), ticks=skips, epochs=1)
        return [event.loss for event in told if isinstance(event, StepDone)]

    assert losses(1) == losses(2)
