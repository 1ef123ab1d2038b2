"""What a checkpoint promises: going on equals never having stopped, and it is never half."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
import torch

from studio.errors import FileError, TrainingError
from studio.training.checkpoints.checkpoint import Checkpoint, load, load_weights, save
from studio.training.control import Control
from studio.training.device import Machine
from studio.training.events import CheckpointSaved, Ended, EpochDone, StepDone
from studio.training.plan import OPTIMIZERS, read_plan
from studio.training.session import Session
from studio.training.stepping.optimizers import optimizer_state
from tests.unit.training.toys import (
    Ticking,
    cnn,
    device_data,
    made,
    mlp,
    pictures,
    rows,
    running,
)

PLAN: dict[str, Any] = {"epochs": 4, "augment": ["shift"], "schedule": "cosine"}


def stopped_at(folder: Path, step: int, **plan: Any) -> Checkpoint:
    """Train until `step` is reported, stop there, and return the checkpoint."""
    parts: int = plan.get("accumulate", 1)
    control = Control(Ticking())
    network = made(cnn())
    network.conv.register_forward_hook(
        lambda module, *_rest: control.stop() if module.training and passes(step) else None
    )
    count = {"passes": 0}

    def passes(wanted: int) -> bool:
        count["passes"] += 1
        return count["passes"] == wanted * parts

    end = list(running(network, pictures(), control, folder=folder, **plan))[-1]
    assert isinstance(end, Ended)
    assert (end.reason, end.step) == ("stopped", step)
    return load(folder, "last")


@pytest.mark.parametrize("optimizer", [optimizer.key for optimizer in OPTIMIZERS])
@pytest.mark.parametrize("step", [4, 6])
def test_going_on_from_a_checkpoint_equals_never_having_stopped(tmp_path, optimizer, step):
    straight = made(cnn())
    whole = list(running(straight, pictures(), optimizer=optimizer, **PLAN))
    start = stopped_at(tmp_path, step, optimizer=optimizer, **PLAN)
    assert start.step == step
    assert start.position == (step % 4 or 4)  # an epoch ends once it was evaluated
    torch.manual_seed(123)  # whatever else the process did meanwhile
    resumed = made(cnn(), seed=9)
    rest = list(running(resumed, pictures(), optimizer=optimizer, start=start, **PLAN))
    for name, value in straight.state_dict().items():
        assert torch.equal(value, resumed.state_dict()[name]), name
    ends = [event for event in whole if isinstance(event, EpochDone)][start.epoch :]
    again = [event for event in rest if isinstance(event, EpochDone)]
    assert [(e.epoch, e.step, e.train, e.validation) for e in again] == [
        (e.epoch, e.step, e.train, e.validation) for e in ends
    ]
    assert rest[0].first_step == step


@pytest.mark.parametrize(
    "settings",
    [
        {"ema": 0.9},
        {"accumulate": 4, "optimizer": "sgd", "ema": 0.5},
        {"clip_value": 0.01, "clip_norm": 0.02},
        {"penalties": [{"layer": "conv", "l1": 0.01, "l2": 0.1}]},
        {"targets": [{"loss": {"type": "cross_entropy", "class_weights": "1, 2, 3"}}]},
        {"targets": [{"loss": "focal"}], "optimizer": "muon", "ema": 0.5},
    ],
)
def test_going_on_needs_no_more_than_a_checkpoint_whatever_the_plan(tmp_path, settings):
    straight, resumed = made(cnn()), made(cnn(), seed=9)
    plan = PLAN | settings
    whole = list(running(straight, pictures(), **plan))
    start = stopped_at(tmp_path, 6, **plan)
    rest = list(running(resumed, pictures(), start=start, **plan))
    for name, value in straight.state_dict().items():
        assert torch.equal(value, resumed.state_dict()[name]), name
    ends = [event for event in whole if isinstance(event, EpochDone)][1:]
    again = [event for event in rest if isinstance(event, EpochDone)]
    assert [(e.train, e.validation) for e in again] == [(e.train, e.validation) for e in ends]
    assert again[-1].validation != again[-2].validation
    assert rest[-1].metrics == whole[-1].metrics


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("sgd", "adam"),
        ("adam", "rmsprop"),
        ("rmsprop", "sgd"),
        ("adam", {"type": "adam", "amsgrad": True}),
        ({"type": "adam", "amsgrad": True}, "adamw"),
        ("rmsprop", {"type": "rmsprop", "momentum": 0.9}),
        ("rmsprop", {"type": "rmsprop", "centered": True}),
        ({"type": "sgd", "momentum": 0.0}, "sgd"),
        ({"type": "sgd", "dampening": 0.5}, "sgd"),
        ("adagrad", "nadam"),
        ("lion", "muon"),
        ("muon", "adagrad"),
    ],
)
def test_going_on_with_another_optimizer_starts_it_afresh(tmp_path, before, after):
    start = stopped_at(tmp_path, 6, optimizer=before, **PLAN)
    rest = list(running(made(cnn()), pictures(), optimizer=after, start=start, **PLAN))
    assert isinstance(rest[-1], Ended)
    assert rest[-1].reason == "finished", rest[-1].message


def test_an_optimizer_of_the_same_shape_remembers_whatever_else_changed(tmp_path):
    start = stopped_at(tmp_path, 6, optimizer="adam", **PLAN)
    faster = {"type": "adam", "learning_rate": 0.1, "beta1": 0.5, "weight_decay": 0.1}
    plan = read_plan({"batch_size": 16, "optimizer": faster, **PLAN})
    session = Session(made(cnn()), device_data(pictures()), plan, Machine.chosen(plan, 1))
    session.restore(start)
    kept = optimizer_state(session.stepper.optimizer, session.network)
    assert kept.keys() == start.optimizer.keys()
    assert all(torch.equal(kept[name], value) for name, value in start.optimizer.items())


def test_a_run_goes_on_in_float16_after_float32(tmp_path):
    start = stopped_at(tmp_path, 6, **PLAN)
    assert start.facts["loss_scale"] == {}
    machine = Machine(torch.device("cpu"), torch.float16, 1)
    plan = read_plan({"batch_size": 16, **PLAN})
    session = Session(made(cnn()), device_data(pictures()), plan, machine)
    session.restore(start)
    assert session.place.step == 6


def test_the_clock_of_a_run_goes_on_where_it_stopped(tmp_path):
    start = stopped_at(tmp_path, 6, **PLAN)
    first = start.facts["elapsed_s"]
    rest = list(running(made(cnn()), pictures(), start=start, **PLAN))
    times = [event.elapsed_s for event in rest if isinstance(event, StepDone | EpochDone)]
    assert 0 < first < times[0]
    assert times == sorted(times)
    assert rest[-1].seconds > times[-1]


def test_checkpoints_last_and_best_are_written(tmp_path):
    control = Control(Ticking())
    events = []
    for event in running(made(mlp()), rows(), control, folder=tmp_path, epochs=5):
        events.append(event)
        if isinstance(event, EpochDone) and event.epoch == 3:
            control.scale_rate(3000)  # from here it only gets worse
    saved = [event for event in events if isinstance(event, CheckpointSaved)]
    assert {event.name for event in saved} == {"last", "best"}
    last, best = load(tmp_path, "last"), load(tmp_path, "best")
    assert last.step == 20
    accuracies = {e.step: e.validation for e in events if isinstance(e, EpochDone)}
    top = max(
        accuracies, key=lambda step: (accuracies[step]["accuracy"], -accuracies[step]["loss"])
    )
    assert best.step == top < last.step
    named = {json.loads(path.read_text())["file"] for path in tmp_path.glob("*.json")}
    assert {path.name for path in tmp_path.glob("*.safetensors")} == named


def test_weights_come_back_to_the_bit(tmp_path):
    network = made(cnn())
    list(running(network, pictures(), folder=tmp_path))
    other = made(cnn(), seed=3)
    load_weights(other, load(tmp_path, "last").weights)
    for name, value in network.state_dict().items():
        assert torch.equal(value, other.state_dict()[name]), name


def test_a_kill_between_tensors_and_manifest_leaves_the_old_checkpoint(tmp_path, monkeypatch):
    list(running(made(mlp()), rows(), folder=tmp_path))
    before = load(tmp_path, "last")

    def killed(*_arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr("studio.training.checkpoints.checkpoint.write_sealed", killed)
    with pytest.raises(KeyboardInterrupt):
        list(running(made(mlp(), seed=1), rows(), folder=tmp_path))
    after = load(tmp_path, "last")
    assert after.step == before.step
    assert all(torch.equal(after.weights[name], value) for name, value in before.weights.items())


def test_a_damaged_checkpoint_is_refused(tmp_path):
    list(running(made(mlp()), rows(), folder=tmp_path))
    file = tmp_path / json.loads((tmp_path / "last.json").read_text())["file"]
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    with pytest.raises(FileError, match="damaged"):
        load(tmp_path, "last")


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "[]",
        '{"layerwise_checkpoint": 2}',
        '{"layerwise_checkpoint": 1, "file": "step-000000008-0.safetensors"}',
    ],
)
def test_a_foreign_manifest_is_refused(tmp_path, text):
    (tmp_path / "last.json").write_text(text)
    (tmp_path / "step-000000008-0.safetensors").write_bytes(b"")
    with pytest.raises(FileError, match="not a checkpoint"):
        load(tmp_path, "last")


def test_a_missing_checkpoint_is_refused(tmp_path):
    with pytest.raises(FileError, match="Cannot read"):
        load(tmp_path, "last")


def test_a_checkpoint_of_another_network_is_refused(tmp_path):
    list(running(made(mlp(hidden=16)), rows(), folder=tmp_path))
    start = load(tmp_path, "last")
    with pytest.raises(TrainingError, match=r"\(16, 4\).*\(8, 4\)"):
        load_weights(made(mlp(hidden=8)), start.weights)
    with pytest.raises(TrainingError, match="conv"):
        load_weights(made(cnn()), start.weights)


def test_a_folder_that_cannot_be_written_is_told_but_does_not_end_the_run(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    end = list(running(made(mlp()), rows(), folder=blocked))[-1]
    assert isinstance(end, Ended)
    assert end.reason == "finished"
    assert "Cannot write" in end.message


def test_saving_twice_at_one_step_keeps_one_tensor_file(tmp_path):
    list(running(made(mlp()), rows(), folder=tmp_path))
    start = load(tmp_path, "last")
    (tmp_path / "epoch-0001.json").unlink()
    for name in ("last", "best", "last"):
        save(tmp_path, name, start)
    assert len(list(tmp_path.glob("*.safetensors"))) == 1


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"layerwise_checkpoint": 1}'])
def test_a_foreign_file_among_the_checkpoints_does_not_keep_old_ones(tmp_path, text):
    (tmp_path / "notes.json").write_text(text)
    (tmp_path / "folder.json").mkdir()
    (tmp_path / "step-odd.safetensors").mkdir()
    end = list(running(made(mlp()), rows(), folder=tmp_path, epochs=9))[-1]
    assert isinstance(end, Ended)
    assert (end.reason, end.message) == ("finished", "")
    named = {load_name(tmp_path, name) for name in ("last", "best", "epoch-0001")}
    files = {path.name for path in tmp_path.glob("*.safetensors") if path.is_file()}
    assert files == named


def load_name(folder: Path, name: str) -> str:
    return str(json.loads((folder / f"{name}.json").read_text())["file"])


def test_what_a_killed_writer_left_is_swept_but_not_what_is_being_written(tmp_path):
    list(running(made(mlp()), rows(), folder=tmp_path))
    old = [tmp_path / ".step-000000004-ab.safetensors.x1.part", tmp_path / ".last.json.x2.part"]
    fresh = tmp_path / ".step-000000008-cd.safetensors.x3.part"
    for path in (*old, fresh):
        path.write_bytes(b"half")
    for path in old:
        os.utime(path, (path.stat().st_atime, path.stat().st_mtime - 3600))
    save(tmp_path, "last", load(tmp_path, "last"))
    assert list(tmp_path.glob(".*.part")) == [fresh]


def test_the_rate_and_the_frozen_layers_come_back(tmp_path):
    control = Control(Ticking())
    for event in running(made(mlp()), rows(), control, folder=tmp_path, epochs=9):
        if isinstance(event, EpochDone) and event.epoch == 3:
            control.scale_rate(0.25)
            control.set_frozen({"first": True})
        if isinstance(event, EpochDone) and event.epoch == 5:
            control.stop()
    start = load(tmp_path, "last")
    assert start.rate_scale == 0.25
    network = made(mlp(), seed=4)
    events = list(running(network, rows(), start=start, epochs=9))
    assert torch.equal(network.first.weight, start.weights["first.weight"])
    steps = [event for event in events if isinstance(event, StepDone)]
    assert steps[0].learning_rate == pytest.approx(0.00025)
    assert events[-1].frozen_unchanged
    assert events[-1].frozen_tensors == 2
