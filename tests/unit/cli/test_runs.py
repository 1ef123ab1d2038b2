"""`layerwise runs`: listed with names and tags, found, compared, exported, named."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from studio.__main__ import main
from studio.runs.notes import Notes, read_notes, write_notes
from tests.unit.runs.projects import flowers, performed, request


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("work") / "iris.runs"
    performed(request(home))
    performed(request(home, parent=home / "run-0001", checkpoint="best", batch_size=8))
    performed(request(home, flowers(12), seed=4))
    write_notes(home / "run-0001", Notes("Baseline", ("good", "small")))
    return home


def said(capsys: pytest.CaptureFixture[str], *words: str | Path) -> str:
    assert main([str(word) for word in words]) == 0
    return capsys.readouterr().out


def answer(capsys: pytest.CaptureFixture[str], *words: str | Path) -> Any:
    return json.loads(said(capsys, *words, "--json"))


def refused(capsys: pytest.CaptureFixture[str], *words: str | Path) -> str:
    assert main([str(word) for word in words]) == 2
    return capsys.readouterr().err


def test_the_list_as_json_has_parent_name_and_tags(
    trained: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    third, second, first = answer(capsys, "runs", trained)["runs"]

    assert (first["name"], first["title"], first["tags"]) == (
        *("run-0001", "Baseline"),
        ["good", "small"],
    )
    assert (first["parent"], second["parent"], third["parent"]) == (None, "run-0001", None)
    assert second["checkpoint"] == "best"
    assert second["parent_step"] > 0
    assert first["metrics"]["test"]["accuracy"] > 0


def test_the_list_shows_branches_below_their_runs(
    trained: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = said(capsys, "runs", trained).splitlines()

    assert "Name" in lines[0]
    assert [line.split("iris.runs/")[1][:8] for line in lines[2:]] == [
        *("run-0003", "run-0001", "run-0002"),
    ]
    assert "Baseline  good, small" in lines[3]
    assert lines[4].startswith("└ ")


def test_runs_are_found_by_tag_and_result(
    trained: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tagged = answer(capsys, "runs", trained, "--find", "tag:good")["runs"]

    assert [one["name"] for one in tagged] == ["run-0001"]
    assert answer(capsys, "runs", trained, "--find", "accuracy>200%") == {"runs": []}


def test_a_folder_called_like_a_verb_is_listed_by_its_path(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "export").mkdir()

    assert answer(capsys, "runs", "./export") == {"runs": []}
    assert answer(capsys, "runs") == {"runs": []}


def test_runs_are_compared(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folders = [trained / f"run-000{number}" for number in (1, 2, 3)]

    value = answer(capsys, "runs", "compare", *folders)

    assert [one["title"] for one in value["runs"]] == ["Baseline", "", ""]
    assert value["plan"] == [
        {"path": "batch_size", "values": [16, 8, 16]},
        {"path": "seed", "values": [0, 0, 4]},
    ]
    assert value["data"] == []
    assert value["layers"][str(folders[1])] == []
    assert value["layers"][str(folders[2])] == [
        {
            "kind": "changed",
            "left": "linear_1",
            "right": "linear_1",
            "changes": [["out_features", 8, 12]],
        }
    ]
    loss = next(row for row in value["metrics"] if row["metric"] == "loss")
    assert loss["best"] == [str(folders[loss["values"].index(min(loss["values"]))])]


def test_a_comparison_reads_as_tables(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, "runs", "compare", trained / "run-0001", trained / "run-0003")

    assert "Baseline" in text.splitlines()[0]
    assert " *" in text
    assert "Data: no difference." in text
    assert "  linear_1: out_features 8 → 12" in text.splitlines()


def test_one_run_or_no_run_is_refused(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "two or more" in refused(capsys, "runs", "compare", trained / "run-0001")
    assert "is not a run" in refused(
        capsys, "runs", "compare", trained / "run-0001", trained / "run-0009"
    )


def test_metrics_are_exported_as_csv(
    trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "numbers.csv"

    value = answer(capsys, "runs", "export", trained / "run-0001", "--format", "csv", "--out", path)

    assert value == {"run": str(trained / "run-0001"), "format": "csv", "path": str(path)}
    with path.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["row"] for row in rows].count("epoch") == 3
    assert rows[-1]["row"] == "end"
    assert float(rows[-1]["test_accuracy"]) > 0


def test_metrics_are_exported_for_tensorboard(
    trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("runs", "export", trained / "run-0001", "--format", "tensorboard", "--out", tmp_path)

    path = Path(said(capsys, *words).strip())

    assert path.parent == tmp_path / "run-0001"
    assert path.name.startswith("events.out.tfevents.")
    assert b"brain.Event:2" in path.read_bytes()
    assert b"accuracy/validation" in path.read_bytes()


def test_an_export_without_a_place_or_run_is_refused(
    trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "--out" in refused(capsys, "runs", "export", trained / "run-0001")
    assert "is not a run" in refused(capsys, "runs", "export", tmp_path, "--out", tmp_path / "a")


def test_a_run_is_named_and_tagged(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = trained / "run-0003"

    value = answer(capsys, "runs", "mark", run, "--name", "Wide", "--tags", "wide, new")

    assert value == {"run": str(run), "title": "Wide", "tags": ["wide", "new"], "note": ""}
    assert read_notes(run) == Notes("Wide", ("wide", "new"))
    said(capsys, "runs", "mark", run, "--name", "")
    assert read_notes(run) == Notes("", ("wide", "new"))
    said(capsys, "runs", "mark", run, "--tags", "")
    assert "is not a run" in refused(capsys, "runs", "mark", trained / "run-0009", "--name", "x")
    assert not (trained / "run-0009").exists()


def test_torch_is_not_loaded_for_any_of_it(trained: Path) -> None:
    import subprocess
    import sys

    program = (
        "import sys\n"
        "from studio.__main__ import main\n"
        f"runs = [{str(trained / 'run-0001')!r}, {str(trained / 'run-0003')!r}]\n"
        "assert main(['runs', 'compare', *runs]) == 0\n"
        "assert main(['runs', 'export', runs[0], '--out', '/dev/null/x']) == 2\n"
        "assert 'torch' not in sys.modules\n"
    )
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=root, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_a_run_is_started_from_the_best_weights_of_another(
    trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("--set", "plan.epochs=1", "--runs", tmp_path / "more.runs", "--checkpoint")
    run = trained / "run-0001"

    value = answer(capsys, "train", "--from", run, *words, "best")

    started = answer(capsys, "runs", tmp_path / "more.runs")["runs"][0]
    assert started["folder"] == value["run"]
    assert (started["parent"], started["checkpoint"]) == ("run-0001", "best")
    assert "Cannot read" in refused(capsys, "train", "--from", run, *words, "gone")
    assert "--from" in refused(capsys, "train", "template:mlp", *words, "best")
