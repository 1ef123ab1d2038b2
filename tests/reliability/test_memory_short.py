"""60 times memory runs out at four places of a run, and the run goes on with smaller parts."""

import gc

import pytest
import torch

from studio.training.checkpoints.checkpoint import load
from studio.training.events import EpochDone
from tests.reliability.breaking_networks import BATCH, PER_EPOCH
from tests.reliability.shortages import PLACES, SIZES, TEXTS, Spent, spent

NAMES = ("mlp", "norm", "gru")
LEAST = {"norm": 2}
"""Batch normalization takes two samples at least."""
counted: list[bool] = []


@pytest.fixture(autouse=True, scope="module")
def _quick_collections():
    """Let the garbage collector pass over all that was there before."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", NAMES)
def test_a_run_short_of_memory_goes_on(name, place, monkeypatch):
    for text, asked in enumerate(SIZES):
        size = max(asked, LEAST.get(name, 1))
        seen = spent(name, monkeypatch, place=place, size=size, text=text)
        assert seen.raised >= 1
        assert seen.end.reason == "finished", seen.end.message
        assert seen.end.step == 2 * PER_EPOCH
        assert once_each(seen)
        assert {sum(parts) for parts in seen.parts.values()} == {BATCH}
        assert len(seen.held) == (seen.raised if place in {"forward", "backward"} else 0)
        assert not any(seen.held), "a failed attempt was still in memory"
        (first, *_more) = seen.splits
        assert first.message.startswith("There was not enough memory")
        if place == "validation":
            assert {split.what for split in seen.splits} == {"evaluation"}
            assert seen.splits[-1].size <= size
            assert seen.parts[0] == [BATCH]
        else:
            assert {split.what for split in seen.splits} == {"training"}
            assert place == "update" or max(seen.parts[PER_EPOCH]) <= size
            assert len(seen.parts[PER_EPOCH]) > 1
            assert ("Batch normalization" in first.message) == (name == "norm")
        counted.append(True)


def once_each(seen: Spent) -> bool:
    """Whether each epoch used each sample once."""
    for epoch in range(2):
        steps = range(epoch * PER_EPOCH, (epoch + 1) * PER_EPOCH)
        used = [row for step in steps for row in seen.rows[step]]
        if len(used) != len(set(used)) or len(used) != BATCH * PER_EPOCH:
            return False
    return True


def test_it_was_sixty_times():
    assert len(NAMES) * len(PLACES) * len(SIZES) == 60
    assert {type(text()) for text in TEXTS} >= {torch.OutOfMemoryError, RuntimeError, MemoryError}


@pytest.mark.parametrize("name", NAMES)
def test_parts_learn_what_the_whole_would_have(name, monkeypatch):
    whole = spent(name, monkeypatch)
    parts = spent(name, monkeypatch, place="backward", size=4)
    assert [split.parts for split in parts.splits] == [2]
    assert whole.splits == []
    if name == "mlp":  # the others normalize or drop by the part
        for key, value in whole.network.state_dict().items():
            assert torch.allclose(parts.network.state_dict()[key], value, atol=1e-5), key


@pytest.mark.parametrize("name", NAMES)
def test_the_run_that_goes_on_is_the_one_that_had_so_many_parts(name, monkeypatch, tmp_path):
    short = spent(name, monkeypatch, place="forward", size=4)
    planned = spent(name, monkeypatch, accumulate=2)
    for key, value in planned.network.state_dict().items():
        assert torch.equal(short.network.state_dict()[key], value), key
    assert losses(short) == losses(planned)


def test_a_resumed_run_keeps_the_parts(monkeypatch, tmp_path):
    whole = spent("norm", monkeypatch, place="forward", size=2, epochs=2)
    half = spent("norm", monkeypatch, place="forward", size=2, epochs=1, folder=tmp_path)
    start = load(tmp_path, "last")
    assert start.facts["fit"]["parts"] == 4
    again = spent("norm", monkeypatch, place="forward", size=2, epochs=2, start=start)
    assert (half.raised, again.raised) == (2, 0)
    for key, value in whole.network.state_dict().items():
        assert torch.equal(again.network.state_dict()[key], value), key


@pytest.mark.parametrize("place", ["forward", "backward", "validation"])
def test_what_fits_at_no_size_ends_the_run_with_the_numbers(place, monkeypatch, tmp_path):
    seen = spent("mlp", monkeypatch, place=place, size=0, folder=tmp_path)
    assert seen.end.reason == "failed"
    assert "2 GiB more were needed" in seen.end.message
    assert "free" in seen.end.message
    assert "Not even 1 at a time" in seen.end.message
    done = PER_EPOCH if place == "validation" else 0
    assert load(tmp_path, "last").step == done
    assert [split.parts for split in seen.splits] == ([1] * 3 if done else [2, 4, 8])


def losses(seen: Spent) -> list[dict[str, float]]:
    return [dict(event.train) for event in seen.events if isinstance(event, EpochDone)]
