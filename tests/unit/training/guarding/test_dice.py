"""A step that is made again draws the same random numbers."""

import torch

from studio.training.guarding.dice import Dice

CPU = torch.device("cpu")


def test_the_latest_step_draws_the_same_again():
    dice, drawn = Dice(CPU), torch.empty(3)
    for step in range(5):
        dice.note(step)
        drawn = torch.rand(3)
    torch.rand(7)
    dice.again(4)
    assert torch.equal(torch.rand(3), drawn)


def test_steps_that_draw_nothing_are_not_watched_until_something_changes():
    dice = Dice(CPU)
    for step in range(3):
        dice.note(step)
    torch.rand(1)
    state = torch.get_rng_state()
    dice.note(3)
    dice.again(3)
    assert not torch.equal(torch.get_rng_state(), state)
    dice.forget()
    torch.set_rng_state(state)
    dice.note(4)
    torch.rand(1)
    dice.again(4)
    assert torch.equal(torch.get_rng_state(), state)


def test_nothing_is_drawn_again_that_was_never_noted():
    state = torch.get_rng_state()
    Dice(CPU).again(0)
    assert torch.equal(torch.get_rng_state(), state)
