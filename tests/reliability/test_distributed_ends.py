"""What becomes of a run of two processes when it is stopped, or when one of them is killed."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from studio.cli import processes
from tests.unit.training.test_distributed import free_port, started

_TRAIN = ("studio", "train", "template:digits-cnn", "--set", "plan.threads=1", "--device", "cpu")
_LONG = ("--set", "plan.epochs=100000", "--set", "plan.checkpoint_every=1")


def events_of(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def wait_for(kind: str, file: Path) -> None:
    until = time.monotonic() + 60
    while not any(event["event"] == kind for event in events_of(file)[:-1]):
        assert time.monotonic() < until, f"no {kind}"
        time.sleep(0.1)


def run_of(runs: Path) -> Path:
    (run,) = runs.iterdir()
    return run


def resumed(run: Path, epochs: int) -> subprocess.CompletedProcess[str]:
    words = ("train", "--resume", str(run), "--set", f"plan.epochs={epochs}", "--json")
    command = [sys.executable, "-m", "studio", *words]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("strategy", ["ddp", "fsdp"])
def test_a_stop_ends_all_processes_and_one_process_goes_on(tmp_path: Path, strategy: str) -> None:
    told = tmp_path / "events"
    words = (*_TRAIN, *_LONG, "--runs", str(tmp_path / "runs"), "--events", str(told))
    process = subprocess.Popen(
        [sys.executable, "-m", *words, "--processes", "2", "--strategy", strategy],
        stderr=subprocess.PIPE,
        text=True,
    )
    wait_for("CheckpointSaved", told)
    process.send_signal(signal.SIGTERM)
    _out, said = process.communicate(timeout=30)
    assert process.returncode == 3, said
    ended = events_of(told)[-1]
    assert (ended["event"], ended["reason"]) == ("Ended", "stopped")
    assert events_of(told)[-2]["event"] == "CheckpointSaved"
    assert events_of(told)[-2]["step"] == ended["step"]

    run = run_of(tmp_path / "runs")
    later = resumed(run, ended["step"] // 40 + 1)  # 40 steps make an epoch of digits
    assert later.returncode == 0, later.stderr
    begun = [e for e in events_of(run / "events.jsonl") if e["event"] == "Started"]
    assert begun[-1]["first_step"] == ended["step"]
    assert "2 processes" in begun[-1]["inexact"]


@pytest.mark.parametrize("strategy", ["ddp", "fsdp"])
def test_a_killed_process_ends_the_other_with_a_sentence_and_a_checkpoint(
    tmp_path: Path, strategy: str
) -> None:
    port, told = free_port(), tmp_path / "events"
    words = (*_TRAIN, *_LONG, "--runs", str(tmp_path / "runs"), "--strategy", strategy)
    leading = started(0, port, *words, "--events", str(told))
    other = started(1, port, *words)
    wait_for("CheckpointSaved", told)
    os.kill(other.pid, signal.SIGKILL)
    killed = time.monotonic()
    _out, said = leading.communicate(timeout=30)
    other.communicate()
    assert time.monotonic() - killed < 15
    assert leading.returncode == 3
    assert "Another process of the run ended" in said
    ended = events_of(told)[-1]
    assert (ended["event"], ended["reason"]) == ("Ended", "failed")
    manifest = json.loads((run_of(tmp_path / "runs") / "checkpoints/last.json").read_text())
    # what the killed process held of the weights is lost with it
    assert manifest["step"] == ended["step"] or strategy == "fsdp"
    later = resumed(run_of(tmp_path / "runs"), manifest["epoch"] + 1)
    assert later.returncode == 0, later.stderr


def test_processes_that_hang_are_ended_once_the_run_is_asked_to_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(processes, "_ENDING", 0.5)
    deaf = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
        "print(flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", deaf]
    hanging = [subprocess.Popen(command, stdout=subprocess.PIPE) for _rank in range(2)]
    for process in hanging:
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.close()
    began = time.monotonic()
    with processes._handing_on(hanging) as asked:
        os.kill(os.getpid(), signal.SIGTERM)
        processes._awaited(hanging, asked)
    assert time.monotonic() - began < 20
    assert [process.returncode for process in hanging] == [-signal.SIGKILL] * 2
