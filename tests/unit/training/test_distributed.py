"""Two processes train as one: the same losses, metrics and weights, whatever ticks freeze."""

import functools
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import safetensors.torch
import torch
from torch import Tensor

from studio.training.checkpoints.checkpoint import load
from studio.training.sharing.pieces import Cutting
from tests.unit.training.sharing_cases import CASES, KEPT, SHARDED
from tests.unit.training.sharing_pair import Kept, kept, trained

_close = functools.partial(torch.testing.assert_close, rtol=1e-6, atol=1e-6)


class Found(NamedTuple):
    """What both processes of a pair say of a case."""

    weights: tuple[Mapping[str, Tensor], Mapping[str, Tensor]]
    events: tuple[list[dict[str, Any]], list[dict[str, Any]]]


def started(rank: int, port: int, *words: str) -> "subprocess.Popen[str]":
    place = {"RANK": rank, "LOCAL_RANK": rank, "WORLD_SIZE": 2, "LOCAL_WORLD_SIZE": 2}
    there = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port}
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-m", *words],
        env={**os.environ, **{name: str(value) for name, value in (place | there).items()}},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder, port = tmp_path_factory.mktemp("pair"), free_port()
    for name in KEPT:
        kept(name, folder / f"{name}-alone", cut=True)
    words = ("tests.unit.training.sharing_pair", str(folder))
    processes = [started(rank, port, *words) for rank in range(2)]
    for process in processes:
        _out, said = process.communicate(timeout=120)
        assert process.returncode == 0, said
    return folder


def found(folder: Path, name: str) -> Found:
    weights = [safetensors.torch.load_file(folder / f"{name}-{r}.safetensors") for r in range(2)]
    events = [json.loads((folder / f"{name}-{r}.json").read_text()) for r in range(2)]
    return Found((weights[0], weights[1]), (events[0], events[1]))


@functools.cache
def whole(name: str) -> Kept:
    """Return what one process that is not cut off makes of a case."""
    with tempfile.TemporaryDirectory() as folder:
        return kept(name, Path(folder))


def of_kind(events: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [event for event in events if event["event"] == kind]


@pytest.mark.parametrize("name", CASES)
def test_two_processes_end_with_the_weights_of_one(pair: Path, name: str) -> None:
    one, _events = trained(name)
    two = found(pair, name).weights
    assert all(torch.equal(two[0][key], two[1][key]) for key in one)
    for key, tensor in one.items():
        _close(two[0][key], tensor, msg=f"{key} differs")


@pytest.mark.parametrize("name", CASES)
def test_two_processes_tell_the_losses_and_metrics_of_one(pair: Path, name: str) -> None:
    _weights, one = trained(name)
    two = found(pair, name).events
    assert of_kind(one, "Ended")[0]["step"] >= 20
    for events in two:
        epochs = of_kind(events, "EpochDone")
        assert len(epochs) == len(of_kind(one, "EpochDone"))
        for mine, its in zip(of_kind(one, "EpochDone"), epochs, strict=True):
            assert its["train"] == pytest.approx(mine["train"], rel=2e-6, abs=1e-6)
            assert its["validation"] == pytest.approx(mine["validation"], rel=2e-6, abs=1e-6)
            assert its["confusion"] == mine["confusion"]
        ended = of_kind(events, "Ended")[0]
        assert ended["reason"] == "finished"
        assert ended["metrics"]["test"] == pytest.approx(
            of_kind(one, "Ended")[0]["metrics"]["test"], rel=2e-6, abs=1e-6
        )


def test_what_ticks_freeze_does_not_move_in_either_process(pair: Path) -> None:
    for events in found(pair, "thawed").events:
        ended = of_kind(events, "Ended")[0]
        assert ended["frozen_tensors"] > 0
        assert ended["frozen_unchanged"]
        assert [event["step"] for event in of_kind(events, "FreezeChanged")] == [8, 17]


def test_what_thaws_learns_from_the_samples_of_both_processes(pair: Path) -> None:
    frozen, thawed = found(pair, "frozen").weights[0], found(pair, "thawed").weights[0]
    assert not torch.equal(frozen["conv.weight"], thawed["conv.weight"])


@pytest.mark.parametrize("name", SHARDED)
def test_processes_that_hold_a_part_each_end_with_the_weights_of_one(pair: Path, name: str) -> None:
    one, events = trained(name)
    weights, told = found(pair, f"{name}-sharded")
    for key, tensor in one.items():
        assert torch.equal(weights[0][key], weights[1][key])
        _close(weights[0][key], tensor)
    for two in told:
        ended = of_kind(two, "Ended")[0]
        assert ended["frozen_unchanged"]
        assert ended["metrics"]["train"] == pytest.approx(
            of_kind(events, "Ended")[0]["metrics"]["train"], rel=2e-6, abs=1e-6
        )


@pytest.mark.parametrize("name", KEPT)
@pytest.mark.parametrize("way", ["kept", "cut-later", "alone-later"])
def test_parts_with_a_folder_end_with_the_weights_of_one(pair: Path, name: str, way: str) -> None:
    one, events = whole(name)
    weights, (mine, its) = found(pair, f"{name}-{way}")
    for key, tensor in one.items():
        assert torch.equal(weights[0][key], weights[1][key])
        _close(weights[0][key], tensor)
    for two in (mine, its):
        ended = of_kind(two, "Ended")[0]
        assert ended["reason"] == "finished"
        assert ended["frozen_unchanged"]
        assert ended["metrics"]["test"] == pytest.approx(
            of_kind(events, "Ended")[0]["metrics"]["test"], rel=2e-6, abs=1e-6
        )
    assert of_kind(mine, "CheckpointSaved")
    assert not of_kind(its, "CheckpointSaved")


@pytest.mark.parametrize("name", KEPT)
def test_one_process_goes_on_with_what_several_kept_in_parts(
    pair: Path, tmp_path: Path, name: str
) -> None:
    start = load(pair / f"{name}-cut", "last")
    assert 9 <= start.step < of_kind(whole(name)[1], "Ended")[0]["step"]
    weights, events = kept(name, tmp_path, start=start)
    assert "2 processes" in of_kind(events, "Started")[0]["inexact"]
    assert "strategy fsdp" in of_kind(events, "Started")[0]["inexact"]
    for key, tensor in whole(name)[0].items():
        _close(weights[key], tensor)


@pytest.mark.parametrize("name", KEPT)
def test_checkpoints_of_parts_hold_all_that_one_process_keeps(pair: Path, name: str) -> None:
    weights, (mine, _its) = found(pair, f"{name}-kept")
    last, alone = load(pair / f"{name}-whole", "last"), load(pair / f"{name}-alone", "last")
    assert all(torch.equal(last.weights[key], weights[0][key]) for key in weights[0])
    for two, one in ((last.optimizer, alone.optimizer), (last.judged, alone.judged)):
        assert all(two[key].shape == value.shape for key, value in one.items())
    saved = of_kind(mine, "CheckpointSaved")
    assert len({event["step"] for event in saved}) > 2
    if name == "average":
        assert load(pair / "average-whole", "mine").step == 12
        assert any(not torch.equal(last.judged[key], last.weights[key]) for key in last.weights)
        assert [event["step"] for event in of_kind(mine, "FreezeChanged")] == [8, 17]


def test_what_the_leading_process_is_asked_happens_in_all_at_the_same_step(pair: Path) -> None:
    weights, (mine, its) = found(pair, "steered")
    assert all(torch.equal(weights[0][key], weights[1][key]) for key in weights[0])
    for kind in ("RateChanged", "FreezeChanged", "Ended"):
        assert len(of_kind(mine, kind)) == 1
        assert [e["step"] for e in of_kind(mine, kind)] == [e["step"] for e in of_kind(its, kind)]
    assert of_kind(its, "FreezeChanged")[0]["frozen"] == ["conv"]
    assert of_kind(its, "Ended")[0]["reason"] == "finished early"
    assert of_kind(its, "Ended")[0]["step"] < 1000


def test_numbers_that_break_are_overcome_in_all_processes_alike(pair: Path) -> None:
    weights, (mine, its) = found(pair, "broken")
    assert of_kind(mine, "Broken")
    clock = {"elapsed_s", "samples_per_second", "time", "seconds"}
    told = [[e for e in events if e["event"] in {"Broken", "TickFired"}] for events in (mine, its)]
    plain = [[{k: v for k, v in e.items() if k not in clock} for e in some] for some in told]
    assert plain[0] == plain[1]
    for key, tensor in weights[0].items():
        assert torch.equal(tensor, weights[1][key])
        assert bool(torch.isfinite(tensor).all())


@pytest.mark.parametrize("samples", [1, 2, 3, 5, 13, 64])
@pytest.mark.parametrize("size", [1, 2, 3, 4])
@pytest.mark.parametrize("parts", [1, 2, 5])
def test_every_sample_of_a_batch_counts_in_one_process(samples: int, size: int, parts: int) -> None:
    batch = torch.arange(samples)
    cuttings = [Cutting(rank, size, parts) for rank in range(size)]
    own = torch.cat([cutting.own(batch) for cutting in cuttings])
    assert sorted(own.tolist()) == batch.tolist()
    for cutting in cuttings:
        pieces = cutting.pieces(samples)
        assert len(pieces) == len(cuttings[0].pieces(samples))
        assert all(len(piece) > 0 for piece in pieces)
        assert len(cutting.share(batch)) == sum(map(len, pieces))
