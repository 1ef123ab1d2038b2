"""The numbers of a run as CSV: every reported step and epoch, exact, and harmless to open."""

import csv
import io
from pathlib import Path

import pytest

from studio.errors import FileError
from studio.runs.exporting.table import table, write_table
from studio.runs.history import History
from studio.training.events import Ended, EpochDone, Event
from tests.unit.runs.events import ended, epoch, started, step

NAN, INF = float("nan"), float("inf")


def rows(history: History) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(table(history), newline="")))


def test_there_is_a_row_for_each_reported_step_each_epoch_and_the_end() -> None:
    events: list[Event] = [
        started(),
        step(5),
        step(10, 0.1),
        epoch(1),
        step(15),
        step(20),
        epoch(2),
        ended(),
    ]

    found = rows(History().extend(events))

    kinds = [(row["row"], int(row["step"])) for row in found]
    assert kinds == [
        *(("step", 5), ("step", 10), ("epoch", 10)),
        *(("step", 15), ("step", 20), ("epoch", 20), ("end", 100)),
    ]
    assert found[1]["loss"] == "0.1"
    assert found[1]["learning_rate"] == "0.1"
    assert (found[1]["epoch"], found[1]["elapsed_s"]) == ("1.0", "5.0")
    assert found[2]["validation_accuracy"] == "0.7"
    assert (found[2]["train_loss"], found[2]["loss"]) == ("0.5", "")
    assert (found[6]["test_accuracy"], found[6]["samples_per_second"]) == ("0.75", "900.0")


def test_columns_say_what_they_are() -> None:
    head = table(History().extend([started(), epoch(1), ended()])).splitlines()[0].split(",")

    plain = ["row", "step", "epoch", "elapsed_s", "learning_rate", "samples_per_second", "loss"]
    assert head[:7] == plain
    assert head[7:] == [
        *("train_loss", "train_accuracy", "validation_loss", "validation_accuracy"),
        "test_accuracy",
    ]


def test_numbers_are_read_back_exactly_and_those_that_are_not_finite_are_told() -> None:
    third = 1 / 3
    history = History().extend([started(), step(1, third), step(2, NAN), step(3, -INF)])

    assert [row["loss"] for row in rows(history)] == [repr(third), "nan", "-inf"]


def test_a_run_that_was_resumed_has_each_step_once() -> None:
    again = started(first_step=10)
    history = History().extend([started(), step(10), step(20), again, step(20, 2.0)])

    assert [(row["step"], row["loss"]) for row in rows(history)] == [("10", "1.0"), ("20", "2.0")]


def test_a_run_without_any_step_is_only_the_head() -> None:
    assert len(table(History()).splitlines()) == 1


def test_a_name_that_would_be_a_formula_or_break_the_line_is_harmless() -> None:
    wild = {"=cmd()": 1.0, 'a,"b"\n': 2.0}
    history = History().extend(
        [started(), EpochDone(1, 10, {}, {}), Ended("finished", 10, 1.0, 1.0, {"@x": wild})]
    )

    found = rows(history)[-1]

    assert found["'@x_=cmd()"] == "1.0"
    assert found["'" + '@x_a,"b"\n'] == "2.0"


def test_a_table_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    history = History().extend([started(), step(1), epoch(1)])
    path = tmp_path / "deep" / "numbers.csv"

    write_table(path, history)

    assert path.read_bytes().decode() == table(history)
    with pytest.raises(FileError):
        write_table(path / "below", history)
