"""What freezing saves is known before the run: layers without gradients, features, their size."""

import pytest

from studio.analysis.analyze import analyze
from studio.analysis.gain import SHARE, Data, freezing_gain
from studio.analysis.memory.terms import Terms
from studio.analysis.speed import expected_speedup
from studio.graph import edits
from tests.unit.analysis.networks import mnist_cnn

DATA = Data(samples=1000, free=10**9)
BYTES = 1000 * 32 * 13 * 13 * 4


def gain(*frozen: str, data: Data = DATA, wanted: bool = True):
    report = analyze(edits.set_frozen(mnist_cnn(), list(frozen), True))
    return freezing_gain(report, data, batch_size=64, wanted=wanted), report


def test_with_nothing_frozen_or_everything_there_is_nothing_to_say():
    assert gain()[0] is None
    everything = [name for name in mnist_cnn().nodes if name not in {"image", "scores"}]
    assert gain(*everything)[0] is None


def test_a_frozen_beginning_is_remembered_and_its_size_is_known():
    found, report = gain("conv")
    assert found is not None
    assert (found.layers, found.beginning, found.bytes, found.obstacle) == (1, 1, BYTES, "")
    assert found.speedup == expected_speedup(report, cached=True, batch_size=64)
    assert found.speedup > found.plain > 1


@pytest.mark.parametrize(
    ("data", "wanted", "obstacle"),
    [
        (Data(1000, augmented=True, free=10**9), True, "augmented"),
        (Data(1000, free=int(BYTES / SHARE) - 1), True, "memory"),
        (DATA, False, "off"),
    ],
)
def test_what_keeps_features_from_being_remembered_is_named(data, wanted, obstacle):
    found, report = gain("conv", data=data, wanted=wanted)
    assert found is not None
    assert found.obstacle == obstacle
    assert found.speedup == found.plain == expected_speedup(report, batch_size=64)


def test_room_for_just_the_features_is_enough():
    found, _report = gain("conv", data=Data(1000, free=int(BYTES / SHARE)))
    assert found is not None
    assert not found.obstacle


def test_features_take_half_the_room_in_the_short_format():
    short = Data(1000, free=int(BYTES / 2 / SHARE), terms=Terms(precision="bfloat16"))
    found, _report = gain("conv", data=short)
    assert found is not None
    assert (found.bytes, found.obstacle) == (BYTES // 2, "")


def test_frozen_layers_behind_one_that_trains_save_no_features():
    found, _report = gain("linear")
    assert found is not None
    assert (found.layers, found.obstacle) == (0, "nothing")
