"""What goes wrong outside the program is said in one sentence, and costs nobody a file."""

import errno
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from studio.__main__ import main
from studio.cli import output, templates
from studio.runs.event_json import from_line
from studio.runs.predict import predict
from studio.training.checkpoints.checkpoint import load, save
from studio.training.events import Started
from tests.unit.runs.projects import performed, request

ROOT = Path(__file__).resolve().parents[3]
ROW = "5.1,3.5,1.4,0.2"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a finished run in the working folder."""
    monkeypatch.chdir(tmp_path)
    performed(request(tmp_path / "flowers.runs", epochs=2))
    return tmp_path / "flowers.runs" / "run-0001"


def shell(*words: str, closed: str = "", **environment: str) -> subprocess.CompletedProcess[bytes]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
    }
    command = f'exec "$0" -m studio "$@" {closed}'
    return subprocess.run(
        ["sh", "-c", command, sys.executable, *words],
        env=kept | {"PYTHONPATH": str(ROOT)} | environment,
        capture_output=True,
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (PermissionError(errno.EACCES, "Permission denied", "a.csv"), "Cannot use a.csv: Perm"),
        (OSError(errno.ENOSPC, "No space left on device"), "The system refused: No space left"),
        (MemoryError(), "There was not enough memory."),
    ],
)
def test_what_the_system_refuses_is_a_sentence(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    sentence: str,
) -> None:
    def broken() -> None:
        raise error

    monkeypatch.setattr(templates, "entries", broken)

    assert main(["templates"]) == 2

    said = capsys.readouterr().err
    assert sentence in said
    assert said.count("\n") == 1
    assert "inside the program" not in said


def spoil(run: Path, **values: object) -> None:
    for manifest in (run / "checkpoints").glob("*.json"):  # or another one stands in for the last
        found = json.loads(manifest.read_text())
        del found["check"]
        manifest.write_text(json.dumps(found | values))


@pytest.mark.parametrize("command", ["evaluate", "predict", "resume", "from"])
def test_a_damaged_checkpoint_is_said_to_be_damaged(
    run: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    spoil(run, step=float("inf"))
    words = {
        "evaluate": ["evaluate", str(run)],
        "predict": ["predict", str(run), ROW],
        "resume": ["train", "--resume", str(run), "--set", "plan.epochs=9"],
        "from": ["train", "--from", str(run)],
    }[command]

    assert main(words) == 2

    said = capsys.readouterr().err
    assert f"The checkpoint {run}" in said
    assert "is damaged" in said
    assert said.count("\n") == 1


@pytest.mark.parametrize("words", [["evaluate"], ["predict", ROW]])
def test_a_run_that_normalizes_other_columns_is_said_to_be_damaged(
    run: Path, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    info = json.loads((run / "run.json").read_text())
    del info["check"]
    inputs = info["run"]["scaling"]["inputs"]
    info["run"]["scaling"]["inputs"] = {name: numbers[:2] for name, numbers in inputs.items()}
    (run / "run.json").write_text(json.dumps(info))

    assert main([words[0], str(run), *words[1:]]) == 2

    assert "damaged" in capsys.readouterr().err


def test_a_resumed_run_whose_state_is_missing_is_said_to_be_damaged(
    run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = load(run / "checkpoints", "last")
    before.state.clear()  # type: ignore[attr-defined]
    save(run / "checkpoints", "last", before)

    assert main(["train", "--resume", str(run), "--set", "plan.epochs=9"]) == 2

    assert f"The run {run} is damaged" in capsys.readouterr().err


def test_a_run_keeps_where_its_data_are_for_any_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from studio.cli import train

    monkeypatch.chdir(tmp_path)
    (tmp_path / "sub").mkdir()
    graph = {
        "x": {"type": "input", "shape": [1, 28, 28]},
        "y": {"type": "output", "from": ["x"]},
    }
    project = {"layerwise": 1, "graph": graph, "data": {"type": "mnist", "folder": "../data"}}
    (tmp_path / "sub" / "m.layerwise").write_text(json.dumps(project))

    def folder(*words: str) -> Path:
        import argparse

        parser = argparse.ArgumentParser()
        train.add(parser.add_subparsers())
        source = train.request(parser.parse_args(["train", *words])).source
        return Path(source.folder)  # type: ignore[attr-defined]

    assert folder("sub/m.layerwise") == tmp_path / "sub" / ".." / "data"
    assert folder("sub/m.layerwise", "--set", "data.folder=raw") == tmp_path / "raw"


def test_a_refused_run_leaves_the_file_of_events_as_it_was(
    run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("log").write_text("kept\n")
    refused = ["train", "template:mlp", "--set", "plan.batch_size=5000", "--events"]

    assert main([*refused, "log"]) == 2
    assert Path("log").read_text() == "kept\n"
    assert main([*refused, "new"]) == 2
    assert not Path("new").exists()

    assert main(["train", "template:mlp", "--set", "plan.epochs=1", "--events", "log"]) == 0
    lines = Path("log").read_text().splitlines()
    assert isinstance(from_line(lines[0]), Started)
    capsys.readouterr()


def test_events_do_not_overwrite_what_the_run_starts_from(
    run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = (run / "run.json").read_bytes()
    Path("a.layerwise").write_bytes(json.dumps({"layerwise": 1, "graph": {}}).encode())
    info = json.loads(content)
    del info["run"]
    Path("a.layerwise").write_text(json.dumps(info))
    before = Path("a.layerwise").read_bytes()

    assert main(["train", "a.layerwise", "--events", "./a.layerwise"]) == 2
    assert "would overwrite" in capsys.readouterr().err
    assert Path("a.layerwise").read_bytes() == before

    assert main(["train", "--from", str(run), "--events", str(run / "run.json")]) == 2
    assert "would overwrite" in capsys.readouterr().err
    assert (run / "run.json").read_bytes() == content


def test_numbers_that_json_lacks_are_spelled(capsys: pytest.CaptureFixture[str]) -> None:
    output.emit({"loss": float("nan"), "rows": [(float("-inf"), 1.5)]})

    def refuse(word: str) -> None:
        raise AssertionError(word)

    written = json.loads(capsys.readouterr().out, parse_constant=refuse)
    assert written == {"loss": "NaN", "rows": [["-Infinity", 1.5]]}


def test_an_answer_that_is_not_finite_is_refused(
    run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    checkpoint = load(run / "checkpoints", "last")
    for tensor in checkpoint.weights.values():
        tensor.fill_(torch.nan)
    save(run / "checkpoints", "last", checkpoint)

    assert main(["predict", str(run), ROW]) == 2

    assert f"{run} does not answer {ROW} with a finite number." in capsys.readouterr().err


def test_a_row_may_begin_with_a_minus(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = ["-5.1,3.5,1.4,0.2", "-.1,3.5,1.4,0.2"]

    assert main(["predict", str(run), *rows, "--json"]) == 0

    answers = json.loads(capsys.readouterr().out)["predictions"]
    assert [answer["input"] for answer in answers] == rows
    probability = predict(run, rows)[0].probability
    assert answers[0]["probability"] == pytest.approx(probability)


def test_the_list_of_runs_says_why_one_is_broken(
    run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (run / "run.json").write_text("[")

    assert main(["runs"]) == 0

    assert "run.json is not valid JSON" in capsys.readouterr().out


def test_a_terminal_without_a_letter_shows_a_question_mark(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="ascii"))

    assert main(["templates"]) == 0

    sys.stdout.flush()
    assert b"??" in written.getvalue()


def test_a_closed_standard_output_is_no_reason_to_fail() -> None:
    assert shell("templates", closed=">&-").returncode == 0
    assert shell("nonsense", closed="2>&-").returncode == 2


def test_a_full_disk_behind_the_standard_output_is_told() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    done = shell("templates", closed=">/dev/full")

    assert done.returncode == 2
    assert b"No space left" in done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has desktops without a display")
def test_without_a_display_the_window_is_refused_in_a_sentence() -> None:
    done = shell(LANG="C.UTF-8")

    assert done.returncode == 2
    assert b"There is no display" in done.stderr
    assert done.stderr.count(b"\n") == 1
