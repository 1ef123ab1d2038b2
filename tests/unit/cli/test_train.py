"""`layerwise train`, `evaluate`, `predict` and `runs`, in the process and as a shell meets them."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from studio.__main__ import main
from studio.runs.event_json import from_line
from studio.runs.info import read_info, write_info
from studio.runs.perform import perform
from studio.training.checkpoints.checkpoint import load
from studio.training.control import Control
from studio.training.events import Ended, EpochDone, Started
from tests.unit.runs.projects import request

ROOT = Path(__file__).resolve().parents[3]
QUICK = ["--set", "plan.epochs=2", "--set", "plan.threads=1"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def answer(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, object]:
    assert main([*words, "--json"]) == 0
    value: dict[str, object] = json.loads(capsys.readouterr().out)
    return value


def test_the_answer_has_everything_the_design_names(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    value = answer(capsys, "train", "template:mlp", *QUICK, "--runs", "out")

    assert value["run"] == "out/run-0001"
    assert (value["steps"], value["frozen_unchanged"]) == (14, True)
    assert value["samples_per_second"] > 0  # type: ignore[operator]
    assert value["metrics"].keys() == {"train", "validation", "test"}  # type: ignore[attr-defined]
    assert Path(str(value["checkpoint"])).is_file()
    assert (folder / "out" / "run-0001" / "run.json").is_file()


def test_train_evaluate_predict_list_and_fine_tune(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trained = answer(capsys, "train", "template:mlp", *QUICK)
    run = str(trained["run"])
    assert Path(run) == folder / "mlp.runs" / "run-0001"

    judged = answer(capsys, "evaluate", run, "--split", "validation")
    assert judged["metrics"]["accuracy"] == trained["metrics"]["validation"]["accuracy"]  # type: ignore[index]

    answers = answer(capsys, "predict", run, "5.1,3.5,1.4,0.2")["predictions"]
    assert answers[0]["class"] in {"setosa", "versicolor", "virginica"}  # type: ignore[index]

    frozen = ["--set", "graph.linear_1.frozen=true"]
    tuned = answer(capsys, "train", "--from", run, *QUICK, *frozen)
    assert (tuned["frozen_tensors"], tuned["frozen_unchanged"]) == (2, True)

    listed = answer(capsys, "runs", "mlp.runs")["runs"]
    assert [entry["parent"] for entry in listed] == ["run-0001", None]  # type: ignore[attr-defined]

    assert main(["runs"]) == 0
    assert "run-0002" in capsys.readouterr().out
    assert main(["evaluate", run]) == 0
    assert "accuracy" in capsys.readouterr().out


def test_events_are_written_as_they_happen(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", "template:mlp", *QUICK, "--events", "-"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert main(["train", "template:mlp", *QUICK, "--events", "log.jsonl"]) == 0

    for written in (lines, (folder / "log.jsonl").read_text().splitlines()):
        events = [from_line(line) for line in written]
        assert isinstance(events[0], Started)
        assert isinstance(events[-1], Ended)


IDX = [
    *("--set", "data.type=mnist"),
    *("--set", "data.folder=raw"),
]
CYCLE = {
    "layerwise": 1,
    "graph": {
        "x": {"type": "input", "shape": [4]},
        "a": {"type": "add", "from": ["x", "b"]},
        "b": {"type": "relu", "from": ["a"]},
        "y": {"type": "output", "from": ["b"]},
    },
    "data": {"type": "iris"},
}


def node(**settings: object) -> dict[str, object]:
    return {
        "layerwise": 1,
        "graph": {
            "x": {"type": "input", "shape": [1, 8, 8]},
            "layer": {"from": ["x"], **settings},
            "y": {"type": "output", "from": ["layer"]},
        },
        "data": {"type": "digits"},
    }


@pytest.mark.parametrize(
    ("words", "project", "sentence"),
    [
        (["FILE"], CYCLE, "close a circle"),
        (["FILE"], node(type="convolution9"), "convolution9"),
        (["FILE"], node(type="conv2d", kernel_size=0), "kernel_size must be a whole number"),
        (["FILE"], node(type="conv2d", kernel_size=99), "layer"),
        (["FILE"], node(type="relu", **{"from": ["nobody"]}), "nobody"),
        (["FILE"], [], "must be a JSON object"),
        (["template:mlp", "--set", "plan.batch_size=5000"], None, "only 102 training samples"),
        (["template:lenet5", *IDX], None, "has no file train-images-idx3-ubyte.gz"),
        (["template:lenet5"], None, "folder"),
        (["template:text-gru"], None, "does not say which data"),
        (["template:nothing"], None, "no template called nothing"),
        (["absent.layerwise"], None, "Cannot read absent.layerwise"),
        (["--from", "raw"], None, "raw is not a run: it has no run.json"),
        (["--resume", "garbage"], None, "garbage/run.json is not"),
        ([], None, "train needs a project file"),
        (["template:mlp", "--json", "--events", "-"], None, "both write to the standard output"),
        (["template:mlp", "--events", "raw"], None, "Cannot write raw"),
        (["template:mlp", "--runs", "/proc/nothing"], None, "Cannot write /proc/nothing"),
        (["template:mlp", "--device", "tpu"], None, "invalid choice"),
    ],
)
def test_wrong_input_gives_one_sentence_and_status_2(
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    project: object,
    sentence: str,
) -> None:
    (folder / "FILE").write_text(json.dumps(project))
    (folder / "raw").mkdir()
    (folder / "garbage").mkdir()
    (folder / "garbage" / "run.json").write_bytes(b"\x00\xff{]")

    assert main(["train", *words]) == 2

    captured = capsys.readouterr()
    assert sentence in captured.err
    assert captured.err.count("\n") == 1
    assert captured.out == ""
    assert not list(folder.rglob("run-*"))


def test_a_truncated_idx_file_is_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    real = Path(os.environ.get("LAYERWISE_TEST_DATA", ROOT.parent / "shared" / "data"))
    if not (real / "mnist" / "raw").is_dir():
        pytest.skip(f"no MNIST in {real}")
    (folder / "raw").mkdir()
    for path in (real / "mnist" / "raw").iterdir():
        content = path.read_bytes()
        cut = content[: len(content) // 2] if path.name.startswith("train-images") else content
        (folder / "raw" / path.name).write_bytes(cut)

    assert main(["train", "template:lenet5", *IDX]) == 2

    said = capsys.readouterr().err
    assert "train-images-idx3-ubyte.gz cannot be read: the compressed data end too early" in said
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["evaluate", "."], "is not a run"),
        (["predict", ".", "1,2"], "is not a run"),
        (["runs", "absent"], "There is no folder absent"),
        (["predict", "RUN", "5.1,nan,1.4,0.2"], "Row 1, column “sepal width (cm)” holds “nan”"),
        (["predict", "RUN", "5.1,3.5"], "Row 1 has 2 values, but the network was trained on 4"),
        (["predict", "RUN", "absent.csv"], "There is no file absent.csv"),
        (["evaluate", "RUN", "--split", "nonsense"], "invalid choice"),
    ],
)
def test_wrong_questions_to_a_run_get_one_sentence_and_status_2(
    folder: Path, capsys: pytest.CaptureFixture[str], words: list[str], sentence: str
) -> None:
    if "RUN" in words:
        run = str(answer(capsys, "train", "template:mlp", *QUICK)["run"])
        words = [run if word == "RUN" else word for word in words]
        capsys.readouterr()

    assert main(words) == 2

    said = capsys.readouterr().err
    assert sentence in said
    assert said.count("\n") == 1


def test_not_a_number_in_bundled_data_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    datasets = pytest.importorskip("sklearn.datasets")
    spoiled = datasets.load_iris()
    spoiled.data[41, 2] = float("nan")
    monkeypatch.setattr(datasets, "load_iris", lambda: spoiled)

    assert main(["train", "template:mlp"]) == 2

    said = capsys.readouterr().err
    assert "Row 42, column “petal length (cm)” holds nan instead of a number" in said
    assert said.count("\n") == 1
    assert not list(folder.rglob("run-*"))


@pytest.fixture
def half(folder: Path) -> Path:
    """Return a run that was asked for 9 epochs and stopped after 5 of them."""
    control = Control()
    asked = request(folder / "mlp.runs", epochs=9, l1=0.001)
    for event in perform(asked, control):
        if isinstance(event, EpochDone) and event.epoch == 5:
            control.stop()
    return folder / "mlp.runs" / "run-0001"


def test_a_resumed_run_goes_on_with_the_plan_of_its_last_checkpoint(
    half: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    info = read_info(half)  # as programs wrote it that did not keep it up to date
    write_info(half, replace(info, project=replace(info.project, plan={"epochs": 3})))

    value = answer(capsys, "train", "--resume", str(half))

    assert (value["reason"], value["steps"], value["run"]) == ("finished", 9 * 7, str(half))
    assert read_info(half).project.plan["l1"] == 0.001


def test_a_resumed_run_takes_changes_of_its_plan(
    half: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changes = ["--set", "plan.epochs=6", "--set", "plan.optimizer.learning_rate=0.5"]

    value = answer(capsys, "train", "--resume", str(half), *changes)

    plan = read_info(half).project.plan
    assert value["steps"] == 6 * 7
    assert (plan["epochs"], plan["l1"], plan["optimizer"]["learning_rate"]) == (6, 0.001, 0.5)


def test_a_resumed_run_can_be_frozen_from_now_on(
    half: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = load(half / "checkpoints", "last").weights

    value = answer(capsys, "train", "--resume", str(half), "--set", "graph.linear_1.frozen=true")

    after = load(half / "checkpoints", "last").weights
    assert (value["frozen_tensors"], value["frozen_unchanged"]) == (2, True)
    assert torch.equal(before["linear_1.weight"], after["linear_1.weight"])
    assert not torch.equal(before["linear_2.weight"], after["linear_2.weight"])


def test_a_resumed_run_that_nothing_could_train_in_stops_and_says_so(
    half: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    all_frozen = [f"--set=graph.linear_{number}.frozen=true" for number in (1, 2)]

    assert main(["train", "--resume", str(half), *all_frozen]) == 3

    assert "Every layer with parameters is frozen" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--set", "graph.linear_1.out_features=9"], "keeps its network and its data"),
        (["--set", "data.validation=0.5"], "keeps its network and its data"),
        (["--set", "data=digits"], "keeps its network and its data"),
        (["--set", "graph.linear_9.frozen=true"], "There is no linear_9"),
        (["--set", "plan.epoch=6"], "There is no epoch"),
        (["template:mlp"], "so that template:mlp has no use"),
    ],
)
def test_what_a_resumed_run_cannot_follow_is_refused(
    half: Path, capsys: pytest.CaptureFixture[str], words: list[str], sentence: str
) -> None:
    before = {path: path.read_bytes() for path in half.rglob("*") if path.is_file()}

    assert main(["train", "--resume", str(half), *words]) == 2

    said = capsys.readouterr().err
    assert sentence in said
    assert said.count("\n") == 1
    assert before == {path: path.read_bytes() for path in half.rglob("*") if path.is_file()}


def test_ctrl_c_stops_saves_and_says_3(folder: Path) -> None:
    command = [sys.executable, "-m", "studio", "train", "template:mlp", "--json"]
    command += ["--set", "plan.epochs=1000000", "--set", "plan.threads=1"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, env=environment, text=True) as child:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline and not list(folder.rglob("last.json")):
            time.sleep(0.05)
        child.send_signal(signal.SIGINT)
        out, err = child.communicate(timeout=60)

    value = json.loads(out)
    assert child.returncode == 3
    assert value["reason"] == "stopped"
    assert Path(value["checkpoint"]).is_file()
    assert "Stopping and saving" in err
    assert "Traceback" not in err
    assert main(["train", "--resume", value["run"], "--set", "plan.epochs=1"]) == 2
