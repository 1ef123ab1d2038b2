"""Runs found by words, tags and results, and put in order."""

from pathlib import Path

import pytest

from studio.runs.notes import Notes
from studio.runs.overview.finding import Key, found, ordered
from studio.runs.overview.ranking import best, is_lower_better
from studio.runs.store import RunSummary

NAN = float("nan")
RUNS = (
    RunSummary(
        *("run-0001", Path("run-0001"), "finished", "2026-01-01"),
        metrics={"test": {"loss": 0.2, "accuracy": 0.95}},
        notes=Notes("Baseline", ("Good", "small")),
        steps=100,
    ),
    RunSummary(
        *("run-0002", Path("run-0002"), "failed", "2026-01-02", "run-0001"),
        metrics={"validation": {"loss": 0.7, "accuracy": 0.5}},
        notes=Notes("", ("bad",), "exploded after the warmup"),
        steps=300,
    ),
    RunSummary(
        *("run-0003", Path("run-0003"), "finished", "2026-01-03"),
        metrics={"test": {"loss": 3.0, "r2": 0.8, "mae": 4.0}},
        steps=20,
    ),
    RunSummary("run-0004", Path("run-0004"), "broken"),
)


def names(runs: tuple[RunSummary, ...]) -> str:
    return "".join(run.name[-1] for run in runs)


@pytest.mark.parametrize(
    ("search", "meant"),
    [
        ("", "1234"),
        ("base", "1"),
        ("BASELINE good", "1"),
        ("good bad", ""),
        ("run-0002", "2"),
        ("warmup", "2"),
        ("failed", "2"),
        ("tag:bad", "2"),
        ("#small", "1"),
        ("tag:baseline", ""),
        ("r2", "3"),
        ("accuracy", "12"),
        ("accuracy>0.9", "1"),
        ("accuracy>=50%", "12"),
        ("accuracy<50%", ""),
        ("test.loss<1", "1"),
        ("loss<1", "12"),
        ("mae=4", "3"),
        ("loss<1.2.3", ""),
        ("loss<1e-1", ""),
        ("finished loss<1", "1"),
    ],
)
def test_a_search_finds_the_runs_it_means(search: str, meant: str) -> None:
    assert names(found(RUNS, search)) == meant


@pytest.mark.parametrize(
    ("key", "up", "down"),
    [
        ("created", "1234", "3214"),
        ("steps", "4312", "2134"),
        ("loss", "1234", "3214"),
        ("result", "2314", "1324"),
        ("name", "1234", "4321"),
        ("parent", "2134", "2134"),
        ("tags", "2134", "1234"),
    ],
)
def test_runs_are_sorted_and_those_without_a_value_come_last(key: Key, up: str, down: str) -> None:
    assert names(ordered(RUNS, key, descending=False)) == up
    assert names(ordered(RUNS, key, descending=True)) == down


def test_the_best_of_a_metric_is_the_lowest_loss_and_the_highest_score() -> None:
    assert best("loss", (0.3, 0.1, None, NAN)) == {1}
    assert best("accuracy", (0.3, 0.9, 0.9)) == {1, 2}
    assert best("r2", (-1.0, 0.5)) == {1}
    assert best("mae", (2.0, 1.0)) == {1}


def test_nothing_is_best_where_all_are_alike_alone_or_of_unknown_direction() -> None:
    assert best("loss", (0.3, 0.3)) == frozenset()
    assert best("loss", (0.3, None)) == frozenset()
    assert best("mystery", (0.3, 0.4)) == frozenset()
    assert is_lower_better("mystery") is None


@pytest.mark.parametrize(
    "metric", ["f1_macro", "top5", "top_5_accuracy", "auroc", "precision_micro"]
)
def test_metrics_with_an_average_in_their_name_are_understood(metric: str) -> None:
    assert is_lower_better(metric) is False
