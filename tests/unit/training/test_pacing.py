"""When a checkpoint is due, and that saving never takes more than a fiftieth of the time."""

from studio.training.checkpoints.pacing import Pace, crowding


def test_the_middle_of_an_epoch_waits_for_the_interval_and_a_border_for_a_second():
    pace = Pace(30.0)
    pace.begin(5.0)
    assert pace.is_due(5.0, border=True)
    assert not pace.is_due(34.9, border=False)
    assert pace.is_due(35.0, border=False)
    pace.wrote(40.0, 0.01)
    assert not pace.is_due(40.9, border=True)
    assert pace.is_due(41.0, border=True)
    assert not pace.is_due(69.9, border=False)
    assert pace.is_due(70.0, border=False)


def test_what_saving_costs_is_a_fiftieth_at_most():
    for crowded, seconds, expected in ((0.0, 2.0, 50.0), (1.0, 2.0, 150.0), (1.0, 0.0, 50.0)):
        pace = Pace(30.0, crowded)
        pace.took(1.0)
        pace.wrote(100.0, seconds)
        for border in (True, False):
            assert not pace.is_due(100.0 + expected - 0.1, border=border)
            assert pace.is_due(100.0 + expected, border=border)


def test_a_free_core_writes_for_nothing():
    assert crowding(1_000_000, on_gpu=False) == 1.0
    assert crowding(1_000_000, on_gpu=True) == 0.0
    assert crowding(0, on_gpu=False) == 0.0
