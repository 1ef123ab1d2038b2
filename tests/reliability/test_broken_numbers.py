"""200 times a number breaks: each is caught before an update, and the run goes on from before."""

import itertools
import math
from collections import Counter

import pytest
import torch

from studio.training.checkpoints.checkpoint import load
from studio.training.control import Control
from studio.training.events import EpochDone
from studio.training.session import Session
from studio.training.stepping.step import Stepper
from tests.reliability.breaking import EPOCHS, KINDS, Seen, once_each, ran
from tests.reliability.breaking_networks import PER_EPOCH, networks
from tests.unit.training.toys import Ticking

STEPS = range(EPOCHS * PER_EPOCH)
CASES = list(itertools.product(networks(), KINDS, STEPS))
BLAME = {"loss": ("loss", "loss"), "gradient": ("gradient", "layer"), "data": ("data", "data")}
counted: Counter[str] = Counter()


def skipped(seen: Seen) -> set[int]:
    return {broken.step for broken in seen.broken}


@pytest.mark.parametrize("name", networks())
@pytest.mark.parametrize("kind", KINDS)
def test_a_broken_number_is_caught_and_overcome(name, kind, monkeypatch):
    for step in STEPS:
        seen = ran(name, monkeypatch, kind=kind, step=step)
        assert seen.injected == 1, step
        assert seen.spoiled == [] or kind == "weight", step
        # a sample that is not finite is in every epoch
        assert len(seen.broken) == (EPOCHS if kind == "data" else 1), step
        assert seen.last("Ended").reason == "finished", seen.last("Ended").message
        assert seen.last("Ended").step == EPOCHS * PER_EPOCH
        assert seen.is_sound, step
        for broken in seen.broken:
            assert broken.action == "rate"
            assert kind == "data" or broken.step == step
            judge(broken, kind, step)
        assert once_each(seen, PER_EPOCH, skipped(seen).__contains__), step
        counted[kind] += 1


def judge(broken, kind: str, row: int) -> None:
    """The event says what was broken."""
    if kind == "weight":
        assert broken.cause == "weights"
        assert broken.layer in {"first", "body/conv"}, broken
        assert broken.message.count(broken.layer) == 1
        return
    assert (broken.where, broken.cause) == BLAME[kind], broken
    assert broken.layer == ("last" if kind == "gradient" else "")
    assert broken.samples == ((row,) if kind == "data" else ())
    if kind != "data":
        assert math.isfinite(broken.outputs["last"])
        assert broken.outputs["last"] > 0


@pytest.mark.parametrize("name", networks())
def test_the_run_after_it_is_the_one_that_starts_from_that_state(name, monkeypatch, tmp_path):
    broken = ran(name, monkeypatch, kind="gradient", step=7, folder=tmp_path)
    (good,) = broken.good
    again = ran(name, monkeypatch, start=good)
    assert good.step == PER_EPOCH
    assert again.broken == []
    assert epochs(again) == epochs(broken)[-len(epochs(again)) :]
    for key, value in broken.network.state_dict().items():
        assert torch.equal(again.network.state_dict()[key], value), key
    plain = ran(name, monkeypatch)
    assert epochs(plain) != epochs(broken), "neither the rate nor the batch made a difference"


def epochs(seen: Seen) -> list[tuple[int, dict[str, float], dict[str, float]]]:
    told = [event for event in seen.events if isinstance(event, EpochDone)]
    return [(e.epoch, dict(e.train), dict(e.validation)) for e in told]


@pytest.mark.parametrize("kind", KINDS)
def test_what_lies_on_disk_is_always_finite(kind, monkeypatch, tmp_path):
    saved = []
    captured = Session.captured

    def watched(session, facts):
        saved.append(captured(session, facts))
        return saved[-1]

    monkeypatch.setattr(Session, "captured", watched)
    seen = ran("norm", monkeypatch, kind=kind, step=5, folder=tmp_path)
    assert seen.last("Ended").reason == "finished"
    assert len(saved) >= EPOCHS
    for checkpoint in (*saved, load(tmp_path, "last"), load(tmp_path, "best")):
        tensors = (*checkpoint.weights.values(), *checkpoint.optimizer.values())
        assert all(bool(torch.isfinite(t).all()) for t in tensors)


@pytest.mark.parametrize("kind", KINDS)
def test_without_the_guard_each_of_these_breaks_the_network(kind, monkeypatch):
    monkeypatch.setattr(Stepper, "_look_for_infinity", lambda *_given: None)
    monkeypatch.setattr(Session, "sickness", lambda _session: frozenset())
    seen = ran("gru", monkeypatch, kind=kind, step=5)
    assert seen.broken == []
    assert not seen.is_sound


def test_three_times_are_overcome_and_the_fourth_waits_or_ends(monkeypatch, tmp_path):
    answers = []

    class Answering(Control):
        def wait_while_paused(self, at_most: float | None = None) -> float:
            answers.append(self.is_paused)
            self.stop()
            return super().wait_while_paused(at_most)

    for attended in (False, True):
        control = Answering(Ticking(), attended=attended)
        folder = tmp_path / str(attended)
        folder.mkdir()
        plan = {"epochs": 6, "folder": folder, "control": control}
        seen = ran("mlp", monkeypatch, kind="data", step=5, **plan)
        actions = [broken.action for broken in seen.broken]
        assert actions == ["rate"] * 3 + ["pause" if attended else "stop"]
        assert [broken.attempt for broken in seen.broken] == [1, 2, 3, 4]
        end = seen.last("Ended")
        assert end.reason == ("stopped" if attended else "failed")
        assert end.step == seen.broken[-1].back_to == load(folder, "last").step == 3 * PER_EPOCH
        assert attended or "sample 5" in end.message
        assert seen.is_sound
    assert answers == [True]


def test_it_was_two_hundred_times():
    assert len(CASES) == 200
    if counted:  # all in one process, and in order
        assert sum(counted.values()) in {200, *range(10, 200, 10)}
