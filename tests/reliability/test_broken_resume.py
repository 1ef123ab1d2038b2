"""A run that is cut before its numbers break goes back to where the run does that nobody cut."""

from dataclasses import replace
from typing import Any

import pytest
import torch

from studio.training.checkpoints.checkpoint import Checkpoint, load, save
from studio.training.control import Control
from studio.training.events import EpochDone, StepDone
from studio.training.guarding.recovery import Recovery
from tests.reliability.breaking import Seen, ran
from tests.unit.training.ticking import Hasty

EPOCHS, BREAKS, GOOD = 4, 13, 10
"""Steps 11 and on belong to the third epoch, which begins with a good state."""
CUTS = [3, GOOD, 11, 12, BREAKS]


class Stopping(Control):
    """Asks a run to stop once so many steps are done."""

    def __init__(self, step: int) -> None:
        super().__init__(Hasty())
        self._step = step

    def follow(self, monkeypatch: Any) -> None:
        end = Recovery.end

        def ended(recovery: Recovery, loss: torch.Tensor) -> None:
            end(recovery, loss)
            if recovery._session.place.step + 1 == self._step:
                self.stop()

        monkeypatch.setattr(Recovery, "end", ended)


def cut(name: str, monkeypatch: Any, folder: Any, at: int, **plan: Any) -> Checkpoint:
    """Stop a run after so many steps and return what lies on disk."""
    control = Stopping(at)
    with monkeypatch.context() as patch:
        control.follow(patch)
        ran(name, monkeypatch, folder=folder, control=control, epochs=EPOCHS, **plan)
    start = load(folder, "last")
    assert start.step == at
    return start


def told(seen: Seen) -> list[Any]:
    """Return what a run said of its steps and epochs, every number to the bit."""
    return [
        (event.step, event.loss, event.learning_rate)
        if isinstance(event, StepDone)
        else (event.step, dict(event.train), dict(event.validation))
        for event in seen.events
        if isinstance(event, StepDone | EpochDone)
    ]


def differences(whole: Seen, again: Seen) -> list[str]:
    """Return in what a run that was cut differs from the one that was not."""
    found = []
    if [b.back_to for b in again.broken] != [b.back_to for b in whole.broken]:
        found.append("where it went back to")
    rest = told(again)
    if told(whole)[-len(rest) :] != rest:
        found.append("steps")
    state = again.network.state_dict()
    if not all(torch.equal(state[key], v) for key, v in whole.network.state_dict().items()):
        found.append("weights")
    return found


@pytest.mark.parametrize("name", ["mlp", "norm", "gru", "attention"])
@pytest.mark.parametrize("step", CUTS)
def test_a_number_that_breaks_after_a_cut_takes_the_run_back_as_far(
    name, step, monkeypatch, tmp_path
):
    broken: dict[str, Any] = {"kind": "gradient", "step": BREAKS}
    whole = ran(name, monkeypatch, epochs=EPOCHS, control=Control(Hasty()), **broken)
    assert [b.back_to for b in whole.broken] == [GOOD]
    start = cut(name, monkeypatch, tmp_path, step, **broken)
    again = ran(name, monkeypatch, start=start, epochs=EPOCHS, control=Control(Hasty()), **broken)
    assert differences(whole, again) == []


def strange(monkeypatch: Any, first: int, factor: float) -> None:
    """Let losses be larger by a factor from a step on, until the rate is halved."""
    end = Recovery.end

    def ended(recovery: Recovery, loss: torch.Tensor) -> None:
        session = recovery._session
        is_high = session.place.step >= first and session.course.scale == 1.0
        end(recovery, loss * factor if is_high else loss)

    monkeypatch.setattr(Recovery, "end", ended)


@pytest.mark.parametrize("step", CUTS)
def test_a_loss_that_runs_away_across_a_cut_is_found_at_the_same_step(step, monkeypatch, tmp_path):
    strange(monkeypatch, 12, 1e5)
    whole = ran("mlp", monkeypatch, epochs=EPOCHS, control=Control(Hasty()))
    assert [(b.step, b.back_to) for b in whole.broken] == [(12, GOOD)]
    start = cut("mlp", monkeypatch, tmp_path, step)
    again = ran("mlp", monkeypatch, start=start, epochs=EPOCHS, control=Control(Hasty()))
    assert [b.step for b in again.broken] == [12]
    assert differences(whole, again) == []


def test_what_a_run_remembers_of_its_losses_survives_a_cut(monkeypatch, tmp_path):
    """All losses after the cut are alike, so that only those before it tell that they are high."""
    strange(monkeypatch, GOOD, 1e5)
    start = cut("mlp", monkeypatch, tmp_path, GOOD)
    again = ran("mlp", monkeypatch, start=start, epochs=EPOCHS, control=Control(Hasty()))
    assert [(b.step, b.back_to, b.cause) for b in again.broken] == [(GOOD, GOOD, "divergence")]


def forgetful(start: Checkpoint) -> Checkpoint:
    """Return a checkpoint as earlier versions wrote it."""
    state = {name: value for name, value in start.state.items() if "losses." not in name}
    facts = {name: fact for name, fact in start.facts.items() if name != "good_due"}
    return replace(start, state=state, facts=facts, good=None)


def test_a_checkpoint_of_an_earlier_version_still_goes_on(monkeypatch, tmp_path):
    broken: dict[str, Any] = {"kind": "gradient", "step": BREAKS}
    whole = ran("norm", monkeypatch, epochs=EPOCHS, control=Control(Hasty()), **broken)
    start = cut("norm", monkeypatch, tmp_path, 12, **broken)
    save(tmp_path, "last", forgetful(start))
    again = ran(
        "norm",
        monkeypatch,
        start=load(tmp_path, "last"),
        epochs=EPOCHS,
        control=Control(Hasty()),
        **broken,
    )
    assert [b.back_to for b in again.broken] == [12]
    assert again.last("Ended").reason == "finished"
    assert "weights" in differences(whole, again)


def test_only_what_lies_between_good_states_brings_one_along(monkeypatch, tmp_path):
    brings = {
        step: cut("mlp", monkeypatch, tmp_path / str(step), step).good is not None
        for step in (GOOD, 11, 12)
    }
    assert brings == {GOOD: False, 11: True, 12: True}
