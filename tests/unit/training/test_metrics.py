"""Metrics agree with those of torchmetrics and scikit-learn."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as sklearn_metrics
from torchmetrics import functional as oracle

from studio.training.judging.metrics import (
    as_table,
    class_metrics,
    confusion,
    number_metrics,
    per_class,
    sides,
)


@given(st.integers(2, 6), st.integers(1, 80), st.integers(0, 1000))
def test_class_metrics_are_those_of_torchmetrics(classes, samples, seed):
    random = torch.Generator().manual_seed(seed)
    truth = torch.randint(0, classes, (samples,), generator=random)
    answers = torch.randint(0, classes, (samples,), generator=random)
    counts = confusion(truth, answers, classes)
    found = class_metrics(*sides(counts))
    options = {"task": "multiclass", "num_classes": classes}
    for name, function in (
        ("precision", oracle.precision), ("recall", oracle.recall), ("f1", oracle.f1_score),
    ):  # fmt: skip
        expected = function(answers, truth, average="macro", **options)
        assert found[name] == pytest.approx(float(expected), abs=1e-6)
    assert found["accuracy"] == pytest.approx(float((truth == answers).float().mean()))
    table = oracle.confusion_matrix(answers, truth, **options)
    assert as_table(counts) == tuple(map(tuple, table.tolist()))


def test_per_class_metrics_are_those_of_scikit_learn():
    truth = np.array([0, 0, 1, 1, 1, 2, 2, 0])
    answers = np.array([0, 1, 1, 1, 0, 2, 0, 0])
    counts = confusion(torch.from_numpy(truth), torch.from_numpy(answers), 4)
    found = per_class(counts)
    rows = sklearn_metrics.precision_recall_fscore_support(
        truth, answers, labels=[0, 1, 2, 3], zero_division=0
    )
    for index, values in enumerate(zip(*rows, strict=True)):
        assert tuple(found[index].values()) == pytest.approx(values)


@given(st.integers(2, 50), st.integers(1, 3), st.integers(0, 1000))
def test_number_metrics_are_those_of_scikit_learn(samples, outputs, seed):
    random = np.random.default_rng(seed)
    truth = random.normal(100, 20, (samples, outputs))
    answers = truth + random.normal(0, 5, (samples, outputs))
    found = number_metrics(torch.from_numpy(truth), torch.from_numpy(answers))
    assert found["mae"] == pytest.approx(sklearn_metrics.mean_absolute_error(truth, answers))
    assert found["mse"] == pytest.approx(sklearn_metrics.mean_squared_error(truth, answers))
    assert found["r2"] == pytest.approx(sklearn_metrics.r2_score(truth, answers))
    assert found["rmse"] == pytest.approx(found["mse"] ** 0.5)


def test_a_single_column_may_come_flat():
    found = number_metrics(torch.tensor([1.0, 2.0, 3.0]), torch.tensor([[1.0], [2.0], [5.0]]))
    assert found["mae"] == pytest.approx(2 / 3)
