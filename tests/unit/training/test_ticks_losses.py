"""A loss that is switched on the way: each step counts as its own loss weighs it."""

from typing import Any

import pytest
import torch

from studio.training.checkpoints.checkpoint import load
from studio.training.control import Control
from studio.training.events import EpochDone, StepDone
from tests.unit.training.ticking import Hasty
from tests.unit.training.toys import device_data, made, mlp, rows, running

WEIGHTS = (1.0, 5.0, 0.5)
WEIGHED = {"type": "cross_entropy", "class_weights": ", ".join(map(str, WEIGHTS))}
PLAIN = {"type": "cross_entropy"}
BATCH, PER_EPOCH = 10, 7


def plan(step: int, before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    switch = {"at": {"type": "step", "at": step}, "actions": [{"type": "loss", "loss": after}]}
    return {"batch_size": BATCH, "epochs": 3, "targets": [{"loss": before}], "ticks": [switch]}


def weight(loss: dict[str, Any], labels: torch.Tensor) -> float:
    """Return by what the loss of a batch with these labels is divided."""
    return float(torch.tensor(WEIGHTS)[labels].sum()) if loss is WEIGHED else len(labels)


@pytest.mark.parametrize(("before", "after"), [(PLAIN, WEIGHED), (WEIGHED, PLAIN)])
def test_the_loss_of_an_epoch_is_the_mean_over_its_steps_as_each_was_weighed(before, after):
    data, switched = device_data(rows()), 3
    labels = data.targets[data.parts["train"]]
    random = torch.Generator().manual_seed(1)  # of the first epoch, with the seed 0
    batches = labels[torch.randperm(len(labels), generator=random)].split(BATCH)
    weights = [weight(before if n < switched else after, y) for n, y in enumerate(batches)]

    told = list(running(made(mlp()), rows(), Control(Hasty()), **plan(switched, before, after)))

    losses = [event.loss for event in told if isinstance(event, StepDone)][:PER_EPOCH]
    epoch = next(event for event in told if isinstance(event, EpochDone))
    expected = sum(loss * w for loss, w in zip(losses, weights, strict=True)) / sum(weights)
    assert epoch.train["loss"] == pytest.approx(expected, rel=1e-6)


def test_an_epoch_cut_after_its_loss_was_switched_is_summed_up_alike(tmp_path):
    settings, cut = plan(PER_EPOCH, WEIGHED, PLAIN), 2 * PER_EPOCH + 3
    whole = list(running(made(mlp()), rows(), Control(Hasty()), **settings))
    control = Control(Hasty())
    for event in running(made(mlp()), rows(), control, folder=tmp_path, **settings):
        if isinstance(event, StepDone) and event.step == cut:
            control.stop()
    start = load(tmp_path, "last")

    rest = list(running(made(mlp(), 9), rows(), Control(Hasty()), start=start, **settings))

    assert start.step == cut
    ends = [[e.train for e in told if isinstance(e, EpochDone)][-1] for told in (whole, rest)]
    assert ends[0] == ends[1]
