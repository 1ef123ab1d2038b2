"""`layerwise train FILE FILE …` trains one after the other and goes on after errors."""

import json
import os
import signal
import threading
import time
from pathlib import Path

import pytest

from studio.__main__ import main
from studio.runs.event_json import from_line
from studio.runs.store import list_runs
from studio.training.events import Ended, Started

QUICK = ["--set", "plan.epochs=1", "--set", "plan.threads=1"]


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.chdir(tmp_path)
    from studio.cli.project import project
    from studio.graph.file import write_project

    for name in ("a", "b"):
        write_project(tmp_path / f"{name}.layerwise", project("template:mlp"))
    return ["a.layerwise", "missing.layerwise", "b.layerwise"]


def test_an_error_does_not_keep_the_others_waiting(
    files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = main(["train", *files, *QUICK, "--events", "all.jsonl", "--json"])

    assert status == 3
    shown = capsys.readouterr()
    assert "missing.layerwise" in shown.err
    answers = json.loads(shown.out)
    assert [answer["reason"] for answer in answers] == ["finished", "refused", "finished"]
    assert [len(list_runs(tmp_path / f"{name}.runs")) for name in ("a", "b")] == [1, 1]
    events = [from_line(line) for line in (tmp_path / "all.jsonl").read_text().splitlines()]
    kept = [type(event) for event in events if isinstance(event, Started | Ended)]
    assert kept == [Started, Ended, Started, Ended]


def test_all_that_come_to_their_end_are_fine(
    files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", files[0], files[2], *QUICK]) == 0
    assert capsys.readouterr().out.count("finished after") == 2


def test_ctrl_c_leaves_out_those_that_follow(files: list[str], tmp_path: Path) -> None:
    def interrupt() -> None:
        while not (tmp_path / "a.runs" / "run-0001" / "events.jsonl").exists():
            time.sleep(0.02)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt, daemon=True).start()

    endless = ["--set", "plan.epochs=100000", "--set", "plan.threads=1"]
    assert main(["train", files[0], files[2], *endless]) == 3

    assert list_runs(tmp_path / "a.runs")[0].status == "stopped"
    assert list_runs(tmp_path / "b.runs") == ()
