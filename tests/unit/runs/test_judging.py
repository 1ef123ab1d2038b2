"""What a finished run answers: the marks it ended with, and predictions for new samples."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from studio.catalogue.shape import Shape
from studio.datasets.builtin import Diabetes, Digits
from studio.errors import DataError, FileError, TrainingError
from studio.graph import edits
from studio.graph.file import ProjectFile
from studio.graph.spelling import graph_from_json
from studio.runs.evaluate import evaluate
from studio.runs.info import RunInfo, read_info, write_info
from studio.runs.inputs import read_inputs
from studio.runs.predict import predict
from studio.runs.request import RunRequest
from studio.training.checkpoints.checkpoint import load
from studio.training.plan import Plan
from tests.unit.runs.projects import performed, request

SETOSA, VIRGINICA = "5.1,3.5,1.4,0.2", "6.9 3.2 5.7 2.3"


@pytest.fixture(scope="module")
def flowers_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("flowers")
    performed(request(folder, epochs=40))
    return folder / "run-0001"


@pytest.mark.parametrize("part", ["train", "validation", "test"])
def test_evaluation_repeats_the_marks_of_the_end(flowers_run: Path, part: str) -> None:
    _, ended = performed(request(flowers_run.parent, epochs=2))
    run = flowers_run.parent / sorted(p.name for p in flowers_run.parent.iterdir())[-1]

    judged = evaluate(run, part)

    assert judged.result.metrics == pytest.approx(ended.metrics[part], rel=1e-5)
    assert judged.samples == {"train": 102, "validation": 24, "test": 24}[part]


def test_a_run_is_judged_by_its_average_and_its_own_balance(tmp_path: Path) -> None:
    # of 150 flowers split at random, classes are not alike in the training part
    loss = {"type": "cross_entropy", "class_weights": "balanced"}
    plan: dict[str, Any] = {"ema": 0.99, "targets": [{"loss": loss}], "epochs": 4}
    _, ended = performed(request(tmp_path, **plan))

    judged = evaluate(tmp_path / "run-0001", "test")

    assert judged.result.metrics == pytest.approx(ended.metrics["test"], rel=1e-5)
    weights = load(tmp_path / "run-0001" / "checkpoints", "last")
    assert not torch.equal(weights.judged["linear_2.weight"], weights.weights["linear_2.weight"])
    _, plain = performed(request(tmp_path, **plan | {"ema": None, "epochs": 4}))
    assert plain.metrics["test"]["loss"] != ended.metrics["test"]["loss"]


def test_a_run_starts_from_the_average_of_another(tmp_path: Path) -> None:
    performed(request(tmp_path, ema=0.99, epochs=2))
    first = load(tmp_path / "run-0001" / "checkpoints", "last").judged
    sgd = {"type": "sgd", "learning_rate": 0.0}
    performed(request(tmp_path, parent=tmp_path / "run-0001", optimizer=sgd, epochs=1))

    second = load(tmp_path / "run-0002" / "checkpoints", "last").weights

    assert all(torch.equal(second[name], value) for name, value in first.items())


def test_rows_get_a_class_with_probabilities(flowers_run: Path) -> None:
    setosa, virginica = predict(flowers_run, [SETOSA, VIRGINICA])

    assert (setosa.label, virginica.label) == ("setosa", "virginica")
    assert sum(setosa.probabilities.values()) == pytest.approx(1)
    assert setosa.probability == max(setosa.probabilities.values()) > 0.6


def test_a_csv_gets_one_answer_for_each_row(flowers_run: Path, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("5.1,3.5,1.4,0.2\n" * 300)

    answers = predict(flowers_run, [str(path)])

    assert len(answers) == 300
    assert answers[299].input == f"{path}:300"
    assert {answer.label for answer in answers} == {"setosa"}


def test_numbers_are_predicted_in_their_own_units(tmp_path: Path) -> None:
    graph = graph_from_json(
        {
            "patient": {"type": "input", "shape": [10]},
            "linear_1": {"type": "linear", "out_features": 1, "from": ["patient"]},
            "answer": {"type": "output", "from": ["linear_1"]},
        }
    )
    plan = Plan(epochs=30, batch_size=32, threads=1, device="cpu")
    performed(RunRequest(graph, Diabetes(), plan, tmp_path))

    (answer,) = predict(tmp_path / "run-0001", ["59,2,32.1,101,157,93.2,38,4,4.8598,87"])

    assert answer.label == ""
    assert 100 < answer.values[0] < 300  # the first patient of the data: 151


def test_a_picture_is_read_as_the_network_saw_its_data(tmp_path: Path) -> None:
    graph = graph_from_json(
        {
            "image": {"type": "input", "shape": [1, 8, 8]},
            "flatten_1": {"type": "flatten", "from": ["image"]},
            "linear_1": {"type": "linear", "out_features": 10, "from": ["flatten_1"]},
            "scores": {"type": "output", "from": ["linear_1"]},
        }
    )
    plan = Plan(epochs=8, batch_size=32, threads=1, device="cpu")
    performed(RunRequest(graph, Digits(), plan, tmp_path / "runs"))
    digits = Digits().load()
    names = []
    for index in range(20):
        pixels = digits.inputs[index, 0]
        names.append(str(tmp_path / f"{index}.png"))
        Image.fromarray(pixels if index % 2 else 255 - pixels).save(names[-1])

    answers = predict(tmp_path / "runs" / "run-0001", names)

    truth = [str(label) for label in digits.targets[:20]]
    assert np.mean([a.label == label for a, label in zip(answers, truth, strict=True)]) > 0.8


def test_a_run_without_a_checkpoint_says_so(tmp_path: Path, flowers_run: Path) -> None:
    (tmp_path / "run.json").write_bytes((flowers_run / "run.json").read_bytes())

    with pytest.raises(FileError, match="has no checkpoint called last yet"):
        predict(tmp_path, [SETOSA])


def test_a_part_that_was_not_kept_is_named(tmp_path: Path) -> None:
    asked = request(tmp_path, epochs=1)
    without = RunRequest(asked.graph, asked.source.changed(test=0.0), asked.plan, tmp_path)
    performed(without)

    with pytest.raises(DataError, match=r"have no test part. Choose one of train, validation"):
        evaluate(tmp_path / "run-0001", "test")


@pytest.mark.parametrize(
    ("word", "sample", "sentence"),
    [
        ("photo.png", Shape(4), "photo.png is a picture, but the network takes a row of 4"),
        ("absent", Shape(4), "There is no file absent"),
        ("absent.csv", Shape(4), "There is no file absent.csv"),
        ("1,2", Shape(4), "Row 1 has 2 values, but the network was trained on 4"),
        ("1,2", Shape(1, 8, 8), "There is no file 1,2"),
        ("1,2", Shape(7, 9), "neither a picture nor a row"),
        ("9" * 5000, Shape(4), "Row 1 has 1 values"),
    ],
)
def test_inputs_that_do_not_fit_are_named(word: str, sample: Shape, sentence: str) -> None:
    with pytest.raises((DataError, FileError), match=sentence):
        read_inputs([word], sample, RunInfo(ProjectFile()))


@pytest.mark.parametrize("changes", [{"device": "cuda"}, {"precision": "float16"}])
def test_a_run_from_a_gpu_can_be_asked_on_a_computer_without_one(
    flowers_run: Path, tmp_path: Path, changes: dict[str, str]
) -> None:
    if torch.cuda.is_available():
        pytest.skip("there is a GPU")
    run = tmp_path / "run-0001"
    shutil.copytree(flowers_run, run)
    info = read_info(run)
    plan = {**info.project.plan, **changes}
    write_info(run, replace(info, project=replace(info.project, plan=plan)))

    assert predict(run, [SETOSA])[0].label == "setosa"
    assert evaluate(run).result.metrics == evaluate(flowers_run).result.metrics
    with pytest.raises(TrainingError, match="asks for a GPU"):
        predict(run, [SETOSA], device="cuda")


def test_predicting_leaves_the_random_numbers_of_others_alone(
    flowers_run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object) -> None:
        raise AssertionError

    monkeypatch.setattr(torch, "manual_seed", refuse)
    monkeypatch.setattr(torch, "set_rng_state", refuse)
    before = torch.get_rng_state()

    predict(flowers_run, [SETOSA])

    assert torch.equal(torch.get_rng_state(), before)


def test_surplus_scores_are_no_answers(tmp_path: Path) -> None:
    asked = request(tmp_path, epochs=2)
    last = [n for n, node in asked.graph.nodes.items() if node.layer.key == "linear"][-1]
    performed(replace(asked, graph=edits.configure(asked.graph, last, out_features=5)))

    (answer,) = predict(tmp_path / "run-0001", [SETOSA])

    assert set(answer.probabilities) == {"setosa", "versicolor", "virginica"}
    assert sum(answer.probabilities.values()) == pytest.approx(1)
