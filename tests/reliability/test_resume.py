"""A run that was cut anywhere and resumed by another process is the run that nobody cut."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from studio.training.checkpoints.checkpoint import Checkpoint, load, save
from tests.reliability.resume_running import (
    Trace,
    cut_off,
    cut_step,
    differences,
    resumed,
    resumed_elsewhere,
    straight,
)
from tests.reliability.resume_setups import CUTS, FEW, SETUPS


def compared(jobs: Mapping[tuple[str, str], Any], folder: Path) -> dict[tuple[str, str], list[str]]:
    """Return in what each (set-up, cut) differs, all resumed in one fresh process."""
    setups = dict.fromkeys(setup for setup, _cut in jobs)
    whole = {setup: straight(setup, folder / setup / "straight") for setup in setups}
    places = [(setup, folder / setup / cut) for setup, cut in jobs]
    first: list[Trace] = []
    for (setup, cut), (_setup, place) in zip(jobs, places, strict=True):
        first.append(cut_off(setup, cut, place))
        assert first[-1]["step"] == cut_step(setup, cut), (setup, cut)
        assert first[-1]["end"][0] == "stopped"
    second = resumed_elsewhere(places)
    return {
        job: differences(whole[job[0]], before, after)
        for job, before, after in zip(jobs, first, second, strict=True)
    }


def test_runs_go_on_in_another_process_to_the_bit(tmp_path):
    jobs = {
        (setup, cut): None
        for index, setup in enumerate(FEW)
        for cut in (CUTS[index % 5], CUTS[(index + 2) % 5])
    }
    found = compared(jobs, tmp_path)
    assert len(found) == 16
    assert {job: what for job, what in found.items() if what} == {}


@pytest.mark.slow
def test_every_setup_goes_on_from_every_cut(tmp_path):
    found = compared({(setup, cut): None for setup in SETUPS for cut in CUTS}, tmp_path)
    assert len(SETUPS) >= 30
    assert len(found) == 5 * len(SETUPS)
    assert {job: what for job, what in found.items() if what} == {}


def _without(kept: Checkpoint, beginning: str) -> Checkpoint:
    state = {name: value for name, value in kept.state.items() if not name.startswith(beginning)}
    return replace(kept, state=state)


def _other_random(kept: Checkpoint) -> Checkpoint:
    other = torch.Generator().manual_seed(5).get_state()
    return replace(kept, state={**kept.state, "random.cpu": other})


LOSSES: Mapping[str, Callable[[Checkpoint], Checkpoint]] = {
    "random state": _other_random,
    "optimizer": lambda kept: replace(kept, optimizer={}),
    "position": lambda kept: replace(kept, position=kept.position + 1),
    "tally": lambda kept: _without(kept, "tally."),
    "average": lambda kept: _without(kept, "average"),
    "ticks": lambda kept: replace(
        kept, facts={name: fact for name, fact in kept.facts.items() if name != "ticks"}
    ),
}
"""What a checkpoint might have lost."""


def noticed(lost: str, setups: Iterable[str], folder: Path) -> set[str]:
    """Return the set-ups in which it makes a difference that a checkpoint has lost something."""
    found = set()
    for setup in setups:
        whole = straight(setup, folder / setup / "straight")
        place = folder / setup / "cut"
        first = cut_off(setup, "middle", place)
        save(place, "last", LOSSES[lost](load(place, "last")))
        if differences(whole, first, resumed(setup, place)):
            found.add(setup)
    return found


FEEL = {
    "random state": set(FEW),
    "optimizer": set(FEW),
    "position": set(FEW),
    "tally": set(FEW),
    "average": {"mlp radam, average"},
    "ticks": {"cnn plateau"},
}


@pytest.mark.parametrize("lost", LOSSES)
def test_whatever_a_checkpoint_loses_is_noticed(lost, tmp_path):
    """Power of the tests above: each part of a checkpoint is there for a reason."""
    assert noticed(lost, FEW, tmp_path) == FEEL[lost]


@pytest.mark.slow
@pytest.mark.parametrize("lost", ["random state", "optimizer", "position"])
def test_nearly_every_setup_notices_what_is_lost(lost, tmp_path):
    assert len(noticed(lost, SETUPS, tmp_path)) >= 0.9 * len(SETUPS)
