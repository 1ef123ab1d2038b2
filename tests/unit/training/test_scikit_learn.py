"""Every metric is that of scikit-learn to a millionth, in all the cases that are easily forgotten.

Classes that do not occur or were never answered, one class alone, ties, one sample, answers all
right and all wrong: for what training tells, and for what the judge page draws of stored answers.
"""

import math
import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import torch
from sklearn import metrics

from studio.runs.judging import figures
from studio.runs.judging.answers import Answers
from studio.training.judging.metrics import (
    averages,
    class_metrics,
    class_sides,
    confusion,
    number_metrics,
    per_class,
    sides,
)
from studio.training.judging.ranking import Ranks

Floats = npt.NDArray[np.float32]
EXACT: Any = {"abs": 1e-6, "rel": 0}


def _answers(truth: object, shares: object) -> Answers:
    scores = np.asarray(shares, np.float32)
    labels = np.asarray(truth, np.int64)
    names = tuple(f"class {number}" for number in range(scores.shape[1]))
    return Answers(np.arange(len(labels)), labels, scores, names)


def _drawn(
    classes: int, samples: int, *, of: tuple[int, ...] = (), grid: int = 0, seed: int = 0
) -> Answers:
    """Return random shares; `of` are the classes that occur, `grid` makes for ties."""
    random = np.random.default_rng(seed)
    truth = random.choice(of or tuple(range(classes)), samples)
    raw = random.dirichlet(np.ones(classes), samples)
    raw[np.arange(samples), truth] += 0.4 * random.random(samples)
    if grid:
        raw = np.ceil(raw * grid) + 1
    return _answers(truth, raw / raw.sum(axis=1, keepdims=True))


CASES: Mapping[str, Answers] = {
    "two classes": _drawn(2, 200),
    "two classes in ties": _drawn(2, 200, grid=4),
    "three classes": _drawn(3, 150, seed=1),
    "ten classes": _drawn(10, 400, seed=2),
    "ten classes in ties": _drawn(10, 400, grid=3, seed=3),
    "a class that does not occur": _drawn(4, 90, of=(0, 1, 3), seed=4),
    "half of many classes": _drawn(12, 90, of=(0, 2, 4, 6, 8, 11), seed=5),
    "one class alone": _drawn(3, 20, of=(1,), seed=6),
    "one class of two": _drawn(2, 20, of=(0,), seed=7),
    "a class never answered": _answers([0, 1, 2, 2], [[0.6, 0.4, 0], [0.3, 0.7, 0]] * 2),
    "all right": _answers([0, 1, 2], np.eye(3)),
    "all wrong": _answers([1, 2, 0], np.eye(3)),
    "all alike": _answers([0, 1, 1, 0], np.full((4, 2), 0.5)),
    "one sample": _answers([1], [[0.2, 0.8]]),
    "one of many": _answers([6], [[0.1] * 6 + [0.4]]),
    "a thousand": _drawn(7, 1000, seed=8),
}
KINDS = ("macro", "micro", "weighted")


@pytest.fixture(params=CASES)
def answers(request: pytest.FixtureRequest) -> Answers:
    return CASES[request.param]


def _trained(answers: Answers) -> tuple[torch.Tensor, torch.Tensor]:
    return torch.from_numpy(answers.truth), torch.from_numpy(np.asarray(answers.answered))


def _rows(answers: Answers, average: str | None) -> Any:
    # a mean over classes is one over those that occur or were answered, as it is by default
    labels = None if average == "macro" else range(len(answers.classes))
    return metrics.precision_recall_fscore_support(
        answers.truth, answers.answered, labels=labels, average=average, zero_division=0
    )


def test_training_counts_classes(answers: Answers) -> None:
    truth, said = _trained(answers)
    classes = len(answers.classes)
    table = confusion(truth, said, classes)

    assert (
        table.tolist()
        == metrics.confusion_matrix(truth, said, labels=range(classes)).tolist()
        == figures.confusion(answers).tolist()
    )
    for columns in (sides(table), class_sides(truth, said, classes)):
        found = {**class_metrics(*columns), **averages(*columns)}
        assert found["accuracy"] == pytest.approx(metrics.accuracy_score(truth, said), **EXACT)
        for kind in KINDS:
            ending = "" if kind == "macro" else f"_{kind}"
            marks = zip(("precision", "recall", "f1"), _rows(answers, kind), strict=False)
            for name, mark in marks:
                assert found[name + ending] == pytest.approx(mark, **EXACT), name + ending


def test_every_class_has_its_marks(answers: Answers) -> None:
    truth, said = _trained(answers)
    rows = list(zip(*_rows(answers, None), strict=True))
    told = per_class(confusion(truth, said, len(answers.classes)))
    drawn = figures.marks(figures.confusion(answers))

    for mine, theirs, row in zip(told, drawn, rows, strict=True):
        assert list(mine.values()) == pytest.approx(list(row), **EXACT)
        marks = (theirs.precision, theirs.recall, theirs.f1, theirs.support)
        assert marks == pytest.approx(row, **EXACT)


def test_shares_rank_classes_and_samples(answers: Answers) -> None:
    classes = range(len(answers.classes))
    ranks = Ranks(len(answers.classes))
    for part in np.array_split(np.arange(len(answers)), 3):
        ranks.add(torch.from_numpy(answers.scores[part]), torch.from_numpy(answers.truth[part]))
    found = ranks.result()

    assert ("top5" in found) == (len(classes) > 5)
    if "top5" in found:
        mark = metrics.top_k_accuracy_score(answers.truth, answers.scores, k=5, labels=classes)
        assert found["top5"] == pytest.approx(mark, **EXACT)
    met = set(answers.truth.tolist())
    areas = [
        metrics.roc_auc_score(answers.truth == number, answers.scores[:, number])
        for number in classes
        if number in met and len(met) > 1
    ]
    assert ("auroc" in found) == bool(areas)
    if areas:
        assert found["auroc"] == pytest.approx(np.mean(areas), **EXACT)
    if len(met) == len(classes) > 2:
        exact = answers.scores.astype(np.float64)
        exact /= exact.sum(axis=1, keepdims=True)
        mark = metrics.roc_auc_score(answers.truth, exact, multi_class="ovr", average="macro")
        assert found["auroc"] == pytest.approx(mark, **EXACT)


def test_curves_are_drawn_for_each_class(answers: Answers) -> None:
    for number in range(len(answers.classes)):
        true, shares = answers.truth == number, answers.scores[:, number]
        curve, steep = figures.roc(answers, number), figures.precision_recall(answers, number)
        assert (curve is None) == (true.all() or not true.any())
        assert (steep is None) == (not true.any())
        if curve is not None:
            assert curve.area == pytest.approx(metrics.roc_auc_score(true, shares), **EXACT)
            for mine, theirs in zip(
                (curve.x, curve.y, curve.thresholds), metrics.roc_curve(true, shares), strict=True
            ):
                np.testing.assert_allclose(mine, theirs, rtol=0, atol=1e-6)
        if steep is not None:
            area = metrics.average_precision_score(true, shares)
            assert steep.area == pytest.approx(area, **EXACT)
            precision, recall, thresholds = metrics.precision_recall_curve(true, shares)
            np.testing.assert_allclose(steep.x, recall, rtol=0, atol=1e-6)
            np.testing.assert_allclose(steep.y, precision, rtol=0, atol=1e-6)
            np.testing.assert_allclose(steep.thresholds[:-1], thresholds, rtol=0, atol=1e-6)


def test_a_threshold_tells_a_class_from_the_others(answers: Answers) -> None:
    for number in range(len(answers.classes)):
        for threshold in (0.0, 0.25, 0.5, 1.0):
            said = answers.scores[:, number] >= threshold
            expected = metrics.confusion_matrix(answers.truth == number, said, labels=[0, 1])
            assert figures.at_threshold(answers, number, threshold).tolist() == expected.tolist()


def test_losses_and_perplexity(answers: Answers) -> None:
    shares = answers.scores.astype(np.float64)
    with warnings.catch_warnings():  # rows of float32 sum to one but for their last digit
        warnings.simplefilter("ignore")
        mark = metrics.log_loss(
            answers.truth, np.maximum(shares, 1e-12), labels=range(len(answers.classes))
        )
    assert answers.losses.mean() == pytest.approx(mark, rel=1e-6, abs=1e-6)
    assert math.exp(answers.losses.mean()) == pytest.approx(math.exp(mark), rel=1e-5)


def test_the_calibration_error_is_that_of_its_definition(answers: Answers) -> None:
    bins, total = 10, 0.0
    for low in range(bins):
        inside = [
            place
            for place, sure in enumerate(answers.confidence.tolist())
            if low / bins <= sure < (low + 1) / bins or (sure == 1.0 and low == bins - 1)
        ]
        if inside:
            sure = float(np.mean(answers.confidence[inside], dtype=np.float64))
            total += len(inside) * abs(sure - float(answers.is_right[inside].mean()))
    found = figures.calibration(answers, bins)
    assert found.error == pytest.approx(total / len(answers), **EXACT)
    assert found.counts.sum() == len(answers)


NUMBERS: Mapping[str, tuple[Floats, Floats]] = {
    name: (np.asarray(truth, np.float32), np.asarray(said, np.float32))
    for name, (truth, said) in {
        "one output": ([[1], [2], [4], [8]], [[1.5], [2], [3], [9]]),
        "two outputs": ([[1, 50], [2, 40], [4, 90]], [[1, 55], [3, 41], [4, 88]]),
        "met exactly": ([[1], [2]], [[1], [2]]),
        "does not vary": ([[3], [3], [3]], [[3], [4], [3]]),
        "does not vary and is met": ([[3], [3], [3]], [[3], [3], [3]]),
        "one of two does not vary": ([[3, 1], [3, 2]], [[3, 1], [4, 2]]),
        "far worse than the mean": ([[1], [2]], [[1000], [-1000]]),
        "small numbers": ([[1e-6], [2e-6], [3e-6]], [[1.1e-6], [2e-6], [3e-6]]),
        "large numbers": ([[1e6], [2e6], [3e6]], [[1.5e6], [2e6], [3.5e6]]),
    }.items()
}


@pytest.mark.parametrize("case", NUMBERS)
def test_numbers_are_measured(case: str) -> None:
    truth, said = NUMBERS[case]
    found = number_metrics(torch.from_numpy(truth), torch.from_numpy(said))
    exact = truth.astype(np.float64), said.astype(np.float64)

    for name, mark in (
        ("mae", metrics.mean_absolute_error(*exact)),
        ("mse", metrics.mean_squared_error(*exact)),
        ("rmse", metrics.mean_squared_error(*exact) ** 0.5),
        ("r2", metrics.r2_score(*exact)),
    ):
        assert found[name] == pytest.approx(mark, rel=1e-6, abs=1e-15), name
    stored = Answers(np.arange(len(truth)), truth, said)
    np.testing.assert_allclose(figures.residuals(stored), said - truth, rtol=0, atol=0)
    assert stored.losses.mean() == pytest.approx(found["mse"], rel=1e-6)
