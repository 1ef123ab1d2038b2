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

from studio.cli import lifeline, main, processes
from studio.runs.isolated.life import exists
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


def go_on(run: Path, epochs: int) -> None:
    """Resume here, where everything is loaded already."""
    words = ("train", "--resume", str(run), "--set", f"plan.epochs={epochs}", "--json")
    assert main(words) == 0


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
    go_on(run, ended["step"] // 40 + 1)  # 40 steps make an epoch of digits
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
    go_on(run_of(tmp_path / "runs"), manifest["epoch"] + 1)


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="asks Linux for the children of a process")
@pytest.mark.parametrize("strategy", ["ddp", "fsdp"])
def test_processes_save_and_end_with_the_one_that_started_them(
    tmp_path: Path, strategy: str
) -> None:
    told = tmp_path / "events"
    words = (*_TRAIN, *_LONG, "--runs", str(tmp_path / "runs"), "--events", str(told))
    starter = subprocess.Popen(
        [sys.executable, "-m", *words, "--processes", "2", "--strategy", strategy],
        stdin=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wait_for("CheckpointSaved", told)
    children = Path(f"/proc/{starter.pid}/task/{starter.pid}/children").read_text().split()
    assert len(children) == 2
    starter.kill()
    killed = time.monotonic()
    starter.wait()
    while (orphans := [int(child) for child in children if exists(int(child))]) and (
        time.monotonic() - killed < 5
    ):
        time.sleep(0.02)
    for orphan in orphans:
        os.kill(orphan, signal.SIGKILL)
    assert not orphans
    ended = events_of(told)[-1]
    assert (ended["event"], ended["reason"]) == ("Ended", "stopped")
    manifest = json.loads((run_of(tmp_path / "runs") / "checkpoints/last.json").read_text())
    assert manifest["step"] == ended["step"]
    go_on(run_of(tmp_path / "runs"), ended["step"] // 40 + 1)


def test_processes_that_hang_end_with_the_one_that_started_them() -> None:
    deaf = (
        "import signal, time; from studio.cli import lifeline; "
        "signal.signal(signal.SIGTERM, signal.SIG_IGN); lifeline.hold(); time.sleep(60)"
    )
    environment = {**os.environ, **lifeline.ENVIRONMENT}
    hanging = subprocess.Popen([sys.executable, "-c", deaf], stdin=subprocess.PIPE, env=environment)
    with pytest.raises(subprocess.TimeoutExpired):
        hanging.wait(timeout=1)
    hanging.communicate(timeout=20)
    assert hanging.returncode == 1


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("template:mlp", "--json", "--events", "-"), "both write to the standard output"),
        (("no-such-file.json",), "no-such-file.json"),
        (("template:mlp", "--set", "data=no_such_data"), "no_such_data"),
        (("template:mlp", "--set", "plan.batch_size=100000"), "The batch size is 100000"),
    ],
)
def test_what_the_leading_process_refuses_is_one_sentence(
    tmp_path: Path, words: tuple[str, ...], sentence: str
) -> None:
    order = ("train", *words, "--runs", str(tmp_path), "--device", "cpu", "--processes", "2")
    refused = subprocess.run(
        [sys.executable, "-m", "studio", *order],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert refused.returncode == 2
    assert not refused.stdout
    assert sentence in refused.stderr
    assert len(refused.stderr.splitlines()) == 1, refused.stderr


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
