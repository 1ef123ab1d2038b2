"""Which samples an epoch takes, and how often."""

from itertools import pairwise

import pytest
import torch

from studio.errors import TrainingError
from studio.training.data.epochs import Epoch
from studio.training.data.sampling import order
from studio.training.plan import read_plan
from tests.unit.training.ticking import net, settings
from tests.unit.training.toys import device_data, made, numbers, pictures, running

_LABELS = torch.tensor([0] * 70 + [1] * 25 + [2] * 5)


def taken(seed: int, sampling: str = "balanced") -> torch.Tensor:
    return order(_LABELS, sampling, torch.Generator().manual_seed(seed))


def test_all_samples_are_taken_once():
    assert taken(0, "all").sort().values.tolist() == list(range(100))


@pytest.mark.parametrize("seed", range(5))
def test_balanced_sampling_takes_as_many_of_each_class_in_a_mixed_order(seed):
    labels = _LABELS[taken(seed)]
    assert sorted(labels.bincount().tolist()) == [33, 33, 34]
    assert sum(before != after for before, after in pairwise(labels.tolist())) > 40


def test_samples_of_a_class_come_equally_often_up_to_one():
    times = taken(0).bincount(minlength=100)
    for label in range(3):
        own = times[label == _LABELS]
        assert own.max() - own.min() <= 1
    assert times[_LABELS == 2].min() >= 6


def test_an_epoch_follows_from_seed_and_number_and_others_come_in_the_next():
    data = device_data(pictures(128), validation=16, test=16)
    plan = read_plan({"sampling": "balanced", "batch_size": 16})

    def rows(number: int) -> list[int]:
        epoch = Epoch(data, plan, number, steps=6)
        return torch.cat([epoch.rows(position) for position in range(6)]).tolist()

    assert rows(3) == rows(3)
    assert rows(3) != rows(4)
    assert set(rows(3)) <= set(data.parts["train"].tolist())


def test_a_class_that_is_nowhere_is_passed_over():
    labels = torch.tensor([0, 0, 4])
    assert labels[order(labels, "balanced", torch.Generator())].unique().tolist() == [0, 4]


def test_numbers_cannot_be_balanced():
    with pytest.raises(TrainingError, match="one class for each sample"):
        list(running(made(net()), numbers(), **settings(ticks=[]), sampling="balanced"))
