"""What a run is measured to be follows from the predictions that are stored, by scikit-learn."""

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn import metrics

from studio.cli import DONE, main
from studio.datasets.builtin import Diabetes, Digits
from studio.datasets.source import Source
from studio.runs.request import RunRequest
from studio.training.plan import Plan
from tests.unit.runs.projects import performed
from tests.unit.training.toys import chain

EXACT: Any = {"abs": 1e-6, "rel": 1e-6}


def _trained(folder: Path, source: Source, shape: tuple[int, ...], answers: int) -> Path:
    graph = chain(
        x=("input", {"sample": shape}),
        flat=("flatten", {}),
        hidden=("linear", {"out_features": 12}),
        relu=("relu", {}),
        last=("linear", {"out_features": answers}),
        y=("output", {}),
    )
    performed(RunRequest(graph, source, Plan(epochs=2, threads=1, device="cpu"), folder))
    return folder / "run-0001"


def _told(run: Path, capsys: pytest.CaptureFixture[str]) -> tuple[dict[str, Any], list[Any]]:
    path = run / "answers.csv"
    words = ["evaluate", str(run), "--split", "test", "--answers", str(path), "--json"]
    assert main(words) == DONE
    with path.open(newline="") as stream:
        return json.loads(capsys.readouterr().out), list(csv.DictReader(stream))


def _compare(told: Mapping[str, Any], marks: Mapping[str, float]) -> None:
    for name, mark in marks.items():
        assert told["metrics"][name] == pytest.approx(mark, **EXACT), name


def test_classes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told, rows = _told(_trained(tmp_path, Digits(), (1, 8, 8), 10), capsys)
    truth, said = [row["true"] for row in rows], [row["answered"] for row in rows]
    names = told["classes"]
    shares = np.array([[float(row[name]) for name in names] for row in rows])
    shares /= shares.sum(axis=1, keepdims=True)

    marks = {"accuracy": metrics.accuracy_score(truth, said)}
    for ending, average in (("", "macro"), ("_micro", "micro"), ("_weighted", "weighted")):
        found = metrics.precision_recall_fscore_support(
            truth, said, average=average, zero_division=0
        )
        marks |= dict(
            zip((f"{n}{ending}" for n in ("precision", "recall", "f1")), found[:3], strict=True)
        )
    marks["top5"] = metrics.top_k_accuracy_score(truth, shares, k=5, labels=names)
    marks["auroc"] = metrics.roc_auc_score(truth, shares, multi_class="ovr", labels=names)
    marks["loss"] = metrics.log_loss(truth, shares, labels=names)
    assert 0.2 < marks["accuracy"] < 1
    _compare(told, marks)
    assert told["confusion"] == metrics.confusion_matrix(truth, said, labels=names).tolist()
    each = metrics.precision_recall_fscore_support(truth, said, labels=names, zero_division=0)
    for row, expected in zip(told["per_class"], zip(*each, strict=True), strict=True):
        assert list(row.values()) == pytest.approx(list(expected), **EXACT)


def test_numbers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told, rows = _told(_trained(tmp_path, Diabetes(), (10,), 1), capsys)
    truth = np.array([float(row["true 1"]) for row in rows])
    said = np.array([float(row["answered 1"]) for row in rows])

    _compare(
        told,
        {
            "mae": metrics.mean_absolute_error(truth, said),
            "mse": metrics.mean_squared_error(truth, said),
            "rmse": metrics.mean_squared_error(truth, said) ** 0.5,
            "r2": metrics.r2_score(truth, said),
        },
    )
