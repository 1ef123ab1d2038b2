"""Cells of a target that hold several labels become answers of 0 and 1, one for each label."""

import json
from pathlib import Path

import numpy as np
import pytest

from studio.cli import main
from studio.datasets.split import split
from studio.datasets.tables.labels import MOST_LABELS
from studio.datasets.tables.table import Table
from studio.errors import DataError
from studio.runs.evaluate import evaluate
from studio.runs.predict import predict
from studio.runs.request import RunRequest
from studio.workspace.proposing import proposed
from tests.unit.runs.projects import performed


@pytest.fixture
def things(tmp_path: Path) -> Path:
    """Things are red from u > 0 on, big from v > 0 on, old from w > 0 on; plain are the others."""
    lines = ["u,v,w,note,tags"]
    for row in np.random.default_rng(0).standard_normal((240, 3)).round(3).tolist():
        tags = [tag for tag, value in zip(("red", "big", "old"), row, strict=True) if value > 0]
        lines.append(f"{','.join(map(str, row))},n,{' ; '.join(tags or ['plain'])}")
    path = tmp_path / "things.csv"
    path.write_text("\n".join([*lines, "1,1,1,n,", "1,1,1,n,red;red"]))
    return path


def test_each_label_is_an_answer(things: Path) -> None:
    plain = Table(file=str(things), target="tags")
    change = next(one.change for one in plain.load().problems if one.kind == "joined_labels")
    dataset = plain.changed(**change).load()

    assert dataset.target_name == "tags: big"
    assert dataset.classes == ("0", "1")
    assert list(dataset.more_targets) == ["tags: old", "tags: plain", "tags: red"]
    assert len(dataset) == 241  # the empty cell has no answer
    assert "joined_labels" not in {one.kind for one in dataset.problems}
    u, v = dataset.inputs[:, :2].T
    rows = slice(0, 240)
    assert np.array_equal(dataset.targets[rows] == 1, v[rows] > 0)
    assert np.array_equal(dataset.more_targets["tags: red"].values[rows] == 1, u[rows] > 0)
    assert dataset.more_targets["tags: red"].values[-1] == 1
    assert dataset.columns == ("u", "v", "w")


@pytest.mark.parametrize(("word", "mark"), [("bar", "|"), ("comma", ",")])
def test_other_marks_part_labels_too(tmp_path: Path, word: str, mark: str) -> None:
    path = tmp_path / "films.tsv"
    rows = [f"{row}.5\t{mark.join(('old', 'new')[: 1 + row % 2])}" for row in range(40)]
    path.write_text("\n".join(["length\tgenre", *rows]))
    dataset = Table(file=str(path), target="genre", labels=word).load()
    assert [dataset.target_name, *dataset.more_targets] == ["genre: new", "genre: old"]
    assert dataset.targets.tolist() == [0, 1] * 20


def test_a_column_without_the_mark_stays_as_it_is(things: Path) -> None:
    dataset = Table(file=str(things), target="tags,note", labels="semicolon").load()
    assert list(dataset.more_targets)[-2:] == ["tags: red", "note"]


def test_labels_beyond_counting_are_refused_and_not_offered(tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    rows = [f"{row * 0.37 % 7:.2f},t{row % 60};t{row % 59};u" for row in range(4000)]
    path.write_text("\n".join(["x,tags", *rows]))
    with pytest.raises(DataError, match=f"61 different labels; at most {MOST_LABELS}"):
        Table(file=str(path), target="tags", labels="semicolon").load()
    problems = Table(file=str(path), target="tags").load().problems
    assert [one.change for one in problems if one.kind == "joined_labels"] == [{}]


def test_the_command_line_names_the_setting(things: Path, capsys) -> None:
    assert main(["data", "inspect", str(things), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    found = next(one for one in told["problems"] if one["kind"] == "joined_labels")
    assert found["change"] == {"labels": "semicolon"}
    assert main(["data", "inspect", str(things)]) == 0
    assert "To settle it: --set labels=semicolon\n" in capsys.readouterr().out
    assert main(["data", "inspect", str(things), "--set", "labels=semicolon"]) == 0
    assert "0 121, 1 120" in capsys.readouterr().out


def test_several_labels_are_learned_judged_and_asked(things: Path, tmp_path: Path) -> None:
    source = Table(file=str(things), target="tags", labels="semicolon")
    dataset = source.load()
    graph, plan = proposed(dataset, split(dataset, source))
    plan = plan.changed(epochs=30, threads=1, device="cpu")
    _, ended = performed(RunRequest(graph, source, plan, tmp_path / "runs"))
    run = tmp_path / "runs" / "run-0001"

    assert ended.metrics["test"]["accuracy"] > 0.8
    assert evaluate(run, "test").result.metrics == pytest.approx(ended.metrics["test"], rel=1e-5)
    for row in ("2, -2, -2", "2, -2, -2, n", "2, -2, -2, n, whatever"):
        (answer,) = predict(run, [row])
        found = {name: one.label for name, one in answer.further.items()}
        assert (answer.label, found) == (
            "0",
            {"tags: old": "0", "tags: plain": "0", "tags: red": "1"},
        )
