"""A run that goes over to other data: at the next epoch, judged by them, bit for bit again."""

from dataclasses import replace
from typing import Any

import pytest
import torch

from studio.datasets.builtin import Digits, Iris
from studio.errors import TrainingError
from studio.training.checkpoints.checkpoint import load
from studio.training.control import Control
from studio.training.course.course import Course
from studio.training.course.length import Samples
from studio.training.events import Ended, EpochDone, Started, StepDone
from studio.training.plan import read_plan
from studio.training.ticks.sources import foreseen, identity, sources_of
from studio.training.trainer import train
from tests.unit.training.test_ticks_running import digest, steps
from tests.unit.training.ticking import MOMENTUM, Hasty, net, settings
from tests.unit.training.toys import device_data, made, mlp, pictures

OTHER = Digits(split_seed=7)
SWITCH = {"type": "data", "source": {"type": "digits", "split_seed": 7}}


def plan(*ticks: dict[str, Any], **others: Any) -> dict[str, Any]:
    return settings(MOMENTUM, ticks=list(ticks)) | others


def tick(at: float, *more: dict[str, Any]) -> dict[str, Any]:
    return {"at": {"type": "epoch", "at": at}, "actions": [SWITCH, *more]}


def both() -> Any:
    """Return 64 pictures to begin with, and 40 others to go over to."""
    first = device_data(pictures())
    other = device_data(pictures(72, seed=5))
    return replace(first, later={identity(OTHER): replace(other, scaling=first.scaling)})


def mistaken() -> Any:
    """Return the same, but what is learned from the first is wrong of the others."""
    data = both()
    other = data.later[identity(OTHER)]
    return replace(data, later={identity(OTHER): replace(other, targets=(other.targets + 1) % 3)})


def trained(
    wanted: dict[str, Any],
    seed: int = 0,
    stop_at: int | None = None,
    data: Any = None,
    **more: Any,
) -> tuple[Any, list[Any]]:
    network, control, found = made(net(), seed), Control(Hasty()), []
    asked = read_plan({"threads": 1} | wanted)
    for event in train(network, data or both(), asked, control, **more):
        found.append(event)
        if isinstance(event, StepDone) and event.step == stop_at:
            control.stop()
    return network, found


@pytest.mark.parametrize(("at", "first"), [(2.0, 2), (1.25, 2), (0.0, 0)])
def test_other_data_come_with_the_next_epoch_that_begins(sizes, at, first):
    _network, found = trained(plan(tick(at)))
    assert sizes == [8] * 8 * first + [8] * 5 * (6 - first)
    begun = found[0]
    assert isinstance(begun, Started)
    assert begun.steps == len(sizes)
    done = [event.step for event in found if isinstance(event, EpochDone)]
    assert done == [min(e, first) * 8 + max(0, e - first) * 5 for e in range(1, 7)]
    course = Course(
        read_plan(plan(tick(at))), net(), Samples(64, pairs=True, later={identity(OTHER): 40})
    )
    assert [e.learning_rate for e in found if isinstance(e, StepDone)] == [
        course.at(step).rate for step in range(course.total)
    ]


def test_after_the_switch_the_new_data_judge():
    _network, found = trained(plan(tick(5.0)), data=mistaken())
    marks = [e.validation["accuracy"] for e in found if isinstance(e, EpochDone)]
    assert marks[4] > 0.9
    assert marks[5] < 0.7
    assert isinstance(found[-1], Ended)
    assert found[-1].metrics["test"]["accuracy"] < 0.7


def test_a_run_that_switches_data_goes_on_bit_for_bit(tmp_path):
    wanted = plan(tick(1.5), tick(4.0, {"type": "batch_size", "size": 16}))
    whole, straight = trained(wanted)
    for cut in (11, 12, 13, 15, 16, 17, 20, 26, 27):
        folder = tmp_path / str(cut)
        _network, first = trained(wanted, stop_at=cut, folder=folder)
        start = load(folder, "last")
        assert start.step == cut
        again, second = trained(wanted, seed=9, start=start)
        losses = [event.loss for event in (*steps(first), *steps(second))]
        assert losses == [event.loss for event in steps(straight)], cut
        assert digest(again) == digest(whole), cut
        epochs = [e for e in (*first, *second) if isinstance(e, EpochDone)]
        told = {e.epoch: (e.train, e.validation) for e in epochs}
        straight_on = [e for e in straight if isinstance(e, EpochDone)]
        assert told == {e.epoch: (e.train, e.validation) for e in straight_on}, cut


def test_features_of_a_frozen_beginning_are_those_of_the_data_in_use():
    frozen = {"at": {"type": "step"}, "actions": [{"type": "freeze", "paths": ["conv", "norm"]}]}
    ends, passes = [], []
    for cache in ("auto", "off"):
        network, control, count = made(net()), Control(Hasty()), []
        network.conv.register_forward_pre_hook(lambda _l, x, count=count: count.append(len(x[0])))
        asked = read_plan({"threads": 1} | plan(frozen, tick(2.0), cache_features=cache))
        list(train(network, both(), asked, control))
        ends.append(network.last.weight.detach().clone())
        passes.append(count.count(8))
    assert torch.equal(*ends)
    assert passes == [0, 16 + 20], "the frozen layer computes each sample of both data sets once"


def test_the_best_checkpoint_is_one_by_the_data_that_judge_now(tmp_path):
    trained(plan(tick(5.0)), folder=tmp_path, data=mistaken())
    assert load(tmp_path, "best").epoch == 6
    assert load(tmp_path, "best").facts["data"] == identity(OTHER)


def test_data_that_were_not_read_are_refused():
    wanted = read_plan(plan({"at": "epoch", "actions": [{"type": "data", "source": "iris"}]}))
    with pytest.raises(TrainingError, match="were not read"):
        next(train(made(net()), both(), wanted, Control()))
    control, found = Control(Hasty()), []
    for event in train(made(net()), both(), read_plan(plan()), control):
        found.append(event)
        if isinstance(event, StepDone) and event.step == 4:
            control.set_ticks(wanted.ticks)
    assert "were not read" in control.refusal
    assert isinstance(found[-1], Ended)
    assert found[-1].reason == "finished"


def test_ticks_tell_which_data_they_switch_to():
    wanted = read_plan(plan(tick(1.0), tick(2.0), {"at": "epoch", "actions": ["data"]}))
    assert list(sources_of(wanted.ticks).values()) == [OTHER, Digits()]
    assert foreseen(wanted.ticks)[identity(OTHER)] == 1797 - 2 * 270
    assert identity(Iris()) != identity(Iris(test=0.2))


def test_a_course_without_the_size_of_the_data_counts_with_the_one_it_knows():
    found = Course(read_plan(plan(tick(2.0))), mlp(), Samples(64))
    assert found.total == 48
    assert found.data(1) is None
    assert found.data(2) == OTHER
