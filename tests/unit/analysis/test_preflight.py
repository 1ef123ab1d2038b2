"""Whether a training fits, and what is offered where it does not."""

import pytest

from studio.analysis.analyze import analyze
from studio.analysis.memory import Terms, training_memory
from studio.analysis.preflight import largest_batch, preflight, verdict
from studio.analysis.room import free_disk, free_memory
from studio.training.plan import read_plan
from tests.unit.analysis.networks import block, graph, mnist_cnn


@pytest.fixture
def tower():
    picture = {"type": "input", "shape": [4, 8, 8]}
    conv = {"type": "conv2d", "out_channels": 4, "kernel_size": 3, "padding": 1}
    inside = {"x": picture, "a": conv, "r": "relu", "b": conv, "s": "relu", "y": "output"}
    return analyze(graph(x=picture, tower=block(inside, repeat=12), flat="flatten",
                         fc={"type": "linear", "out_features": 5}, y="output"))  # fmt: skip


@pytest.mark.parametrize(
    ("total", "expected"), [(80, "fits"), (81, "tight"), (100, "tight"), (101, "does not fit")]
)
def test_four_fifths_of_the_free_memory_fit_comfortably(total, expected):
    assert verdict(total, 100) == expected


def test_the_largest_batch_fits_and_one_sample_more_does_not(tower):
    size = largest_batch(tower, Terms(), 50_000_000)
    fitting, beyond = (
        verdict(training_memory(tower, Terms(batch_size=n)).total, 50_000_000)
        for n in (size, size + 1)
    )
    assert size > 1
    assert (fitting, beyond) == ("fits", "tight")
    assert largest_batch(tower, Terms(), 1000) == 0


def test_every_remedy_says_what_is_needed_after_it(tower):
    terms = Terms(batch_size=4096)
    found = preflight(tower, terms, free=40_000_000)
    assert found.verdict == "does not fit"
    assert [one.kind for one in found.remedies] == [
        "batch size",
        "mixed precision",
        "gradient checkpointing",
    ]
    for remedy in found.remedies:
        assert remedy.needed == training_memory(tower, terms.changed(**remedy.changes))
        assert remedy.needed.total < found.total
    assert found.remedies[0].verdict == "fits"


@pytest.mark.parametrize(("begun", "asked"), [(8, 64), (64, 8), (64, 200)])
def test_memory_is_counted_for_the_largest_batch_that_will_come(tower, begun, asked):
    tick = {"at": {"type": "epoch", "at": 1}, "actions": [{"type": "batch_size", "size": asked}]}
    terms = Terms.of(read_plan({"batch_size": begun, "ticks": [tick], "accumulate": 2}))
    largest = max(begun, asked)
    assert terms == Terms.of(read_plan({"batch_size": largest, "accumulate": 2})).changed(
        later_batch=asked // 2
    )
    free = training_memory(tower, terms.changed(batch_size=40)).total * 10 // 8 + 1
    found = preflight(tower, terms, free=free)
    assert found.needed == training_memory(tower, terms)
    offered = [remedy.changes for remedy in found.remedies if remedy.kind == "batch size"]
    # another size to begin with does not help against one that a tick sets
    assert offered == ([{"batch_size": 40}] if asked // 2 <= 40 else [])


def test_recomputing_is_not_offered_where_nothing_repeats():
    kinds = [one.kind for one in preflight(analyze(mnist_cnn()), Terms(64)).remedies]
    assert kinds == ["mixed precision"]


def test_a_checkpoint_holds_weights_and_what_the_optimizer_remembers():
    found = preflight(analyze(mnist_cnn()), Terms(64), disk_free=1_000_000)
    assert found.checkpoint == 54_410 * 4 * 3
    assert found.disk_needed == 8 * found.checkpoint
    assert not found.disk_fits
    assert preflight(analyze(mnist_cnn()), Terms(64)).disk_fits


def test_this_computer_has_memory_and_disk(tmp_path):
    assert (free_memory() or 0) > 10_000_000
    assert (free_disk(tmp_path / "not" / "there" / "yet") or 0) > 0
