"""Batches that are changed several at a time are those that each would be alone."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from torch import Tensor

from studio.training.choices.augmentations import AUGMENTATIONS, Mixing
from studio.training.data.altering import Altered
from studio.training.data.augment import augmented, draws
from studio.training.data.room import Rooms
from studio.training.plan import read_plan

ALONE = [cls for cls in AUGMENTATIONS if cls.suits != "texts" and not issubclass(cls, Mixing)]
SIZES = (7, 7, 7, 7, 3)


def altered(keys: list[str], numbers: int) -> tuple[Altered, list[Tensor], list[Tensor]]:
    """Return altered batches, the raw ones, and what was drawn for each."""
    generator = torch.Generator().manual_seed(0)
    augment = read_plan({"augment": keys}).augment
    drawn = [each.split(SIZES) for each in draws(augment, sum(SIZES), generator)]
    shape = (sum(SIZES), 3, 8, 8)
    raw = torch.randint(0, 256, shape, dtype=torch.uint8, generator=generator).split(SIZES)
    alone = [
        augmented(x, x, augment, [each[place] for each in drawn])[0] for place, x in enumerate(raw)
    ]
    return Altered(raw.__getitem__, augment, drawn, numbers), list(raw), alone


@pytest.mark.parametrize("numbers", [1, 1 << 20, 1 << 30], ids=["all", "some", "one"])
@pytest.mark.parametrize("key", [cls.key for cls in ALONE])
def test_batches_changed_together_are_those_changed_alone(key: str, numbers: int):
    batches, raw, alone = altered([key], numbers)
    for place in (0, 1, 4, 2, 3, 0):
        found = batches(place)
        assert found.shape == raw[place].shape
        assert (found.int() - alone[place].int()).abs().max() <= 1  # rounded otherwise at most
        assert not torch.equal(found, raw[place])


def test_threads_get_the_batches_that_they_ask_for():
    batches, _raw, alone = altered(["flip", "shift"], 1 << 20)
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(batches, [0, 1, 2, 3, 4] * 20))
    for place, one in enumerate(found):
        assert torch.equal(one, alone[place % 5])


def test_memory_is_given_out_again_once_nobody_holds_it():
    rooms = Rooms()
    one, other = (rooms.room((4, 5), torch.float32).fill_(value) for value in (1.0, 2.0))
    assert one.data_ptr() != other.data_ptr()
    place, held = one.data_ptr(), one[1:]
    del one
    assert rooms.room((4, 5), torch.float32).data_ptr() != place
    assert held.eq(1).all(), "a part of it is still held"
    del held
    again = {rooms.room((size, 5), torch.float32).data_ptr() for size in (3, 2, 4)}
    assert place in again
    assert other.eq(2).all()
    assert rooms.room((0, 5), torch.float32).shape == (0, 5)
