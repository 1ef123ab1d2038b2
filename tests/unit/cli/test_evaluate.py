"""`layerwise evaluate`: answers for each sample, and other data than the run's own."""

import csv
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn import metrics

from studio.cli import DONE, main
from studio.datasets.builtin import Iris
from studio.datasets.dataset import Dataset
from studio.runs.info import read_info, write_info
from studio.runs.judging.asking import judgment_of
from tests.unit.runs.projects import performed, request


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("flowers")
    performed(request(folder, epochs=3))
    return folder / "run-0001"


def test_the_marks_follow_from_the_answers_that_are_written(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "answers.csv"

    assert (
        main(["evaluate", str(run), "--split", "train", "--answers", str(path), "--json"]) == DONE
    )

    told = json.loads(capsys.readouterr().out)
    with path.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    truth, said = [row["true"] for row in rows], [row["answered"] for row in rows]
    shares = np.array([[float(row[name]) for name in told["classes"]] for row in rows])
    shares /= shares.sum(axis=1, keepdims=True)  # float32 sums to one but for its last digit
    assert len(rows) == told["samples"]
    for name, mark in (
        ("accuracy", metrics.accuracy_score(truth, said)),
        ("f1", metrics.f1_score(truth, said, average="macro")),
        ("loss", metrics.log_loss(truth, shares, labels=sorted(told["classes"]))),
    ):
        assert told["metrics"][name] == pytest.approx(mark, abs=1e-6), name


def test_samples_are_read_once_for_marks_answers_and_report(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load, loaded = Iris.load, []

    def counted(source: Iris, *args: Any) -> Dataset:
        loaded.append(source)
        return load(source, *args)

    monkeypatch.setattr(Iris, "load", counted)
    answers, report = tmp_path / "answers.csv", tmp_path / "report.md"

    told = main(["evaluate", str(run), "--answers", str(answers), "--report", str(report)])

    assert told == DONE
    assert len(loaded) == 1
    assert len(answers.read_text().splitlines()) == 25
    assert "24 samples" in report.read_text()


def test_marks_and_answers_are_those_of_the_corrected_samples(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changed = tmp_path / "run-0001"
    shutil.copytree(run, changed)
    info = read_info(run)
    sample = judgment_of(run, "test").answers.samples[:2].tolist()
    wrong = {"exclude": [str(sample[0])], "relabel": {str(sample[1]): "virginica"}}
    data = {**info.project.data, "corrections": wrong}
    write_info(changed, replace(info, project=replace(info.project, data=data)))
    path = tmp_path / "answers.csv"

    assert main(["evaluate", str(changed), "--answers", str(path), "--json"]) == DONE

    told = json.loads(capsys.readouterr().out)
    with path.open(newline="") as stream:
        rows = {int(row["sample"]): row for row in csv.DictReader(stream)}
    right = sum(row["true"] == row["answered"] for row in rows.values())
    assert sample[0] not in rows
    assert rows[sample[1]]["true"] == "virginica"
    assert told["samples"] == len(rows) == 23
    assert told["metrics"]["accuracy"] == pytest.approx(right / 23)
