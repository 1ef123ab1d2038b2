"""`layerwise evaluate`: answers for each sample, and other data than the run's own."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from sklearn import metrics

from studio.cli import DONE, main
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
