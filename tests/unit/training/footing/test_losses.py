"""Which losses ran away, and which are only strange, small, or at their beginning."""

import itertools

import pytest

from studio.training.footing.losses import Losses

CALM = [2.3, 2.1, 1.8, 1.5, 1.2, 1.0]


def test_a_loss_that_runs_away_is_found_where_it_begins():
    losses = Losses()
    assert losses.runaway(CALM) is None
    assert losses.runaway([1.0, 0.9, 5e3, 8e4, 1e6]) == 2


def test_a_rate_much_too_high_is_found_from_the_first_step_on():
    assert Losses().runaway([2.3, 4e4, 3e6, 5e8, 7e9]) == 1


@pytest.mark.parametrize(
    "losses",
    [
        [1.0, 1e6, 1.0, 1.1],
        [1.0, 1e6, 1e7, 1.0],
        [1.0, 1.0, 1e6, 1e7],
        [1e-9, 1e-9, 0.5, 0.6, 0.7],
        [999.0] * 9,
        [],
    ],
    ids=["one", "two", "not for long", "small before", "high but calm", "none"],
)
def test_these_are_no_failures(losses):
    found = Losses()
    found.runaway(CALM)
    assert found.runaway(losses) is None


def test_a_network_that_answers_nearly_all_may_be_wrong_again():
    found = Losses()
    for step in itertools.count():
        assert found.runaway([2.3 * 0.5**step] * 50) is None
        if step == 40:
            break
    assert found.runaway([2.0, 3.0, 5.0, 8.0, 20.0]) is None
    assert found.runaway([50.0, 60.0, 70.0]) == 0


def test_losses_below_zero_are_no_failure():
    found = Losses()
    assert found.runaway([-1.0, -2.0, -3.0]) is None
    assert found.runaway([-4.0, 0.0, 0.5, 0.1]) is None
    assert found.runaway([0.0] * 5) is None


def test_what_ran_away_is_not_learned_from():
    found = Losses()
    found.runaway(CALM)
    for _time in range(5):
        assert found.runaway([1e5] * 200) == 0
