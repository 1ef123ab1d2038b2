"""A run of a network with several inputs is made, resumed and judged as any other."""

import itertools
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from studio.catalogue.shape import Shape
from studio.cli import DONE, main
from studio.datasets.builtin import Iris
from studio.datasets.dataset import Dataset
from studio.datasets.texts.pairs import Pairs
from studio.errors import DataError
from studio.graph.file import ProjectFile
from studio.graph.spelling import graph_from_json
from studio.runs.evaluate import evaluate
from studio.runs.info import RunInfo, read_info
from studio.runs.judging.asking import judgment_of
from studio.runs.predict import predict
from studio.runs.request import RunRequest
from studio.runs.several import Reader, samples_named
from studio.training.plan import Plan
from tests.unit.runs.projects import performed, request
from tests.unit.runs.writers import translator

GRAPH = graph_from_json(
    {
        "petals": {"type": "input", "shape": [2]},
        "flower": {"type": "input", "shape": [4]},
        "all": {"type": "concat", "dim": 1, "from": ["flower", "petals"]},
        "last": {"type": "linear", "out_features": 3, "from": ["all"]},
        "scores": {"type": "output", "from": ["last"]},
    }
)


@pytest.fixture(autouse=True)
def _petals_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    load = Iris.load

    def with_petals(source: Iris, *order: Any) -> Dataset:
        dataset = load(source, *order)
        petals = dataset.inputs[:, 2:].copy()
        blank = dataset.inputs * np.array([1, 1, 0, 0], np.float32)
        return replace(dataset, inputs=blank, more_inputs={"petals": petals})

    monkeypatch.setattr(Iris, "load", with_petals)


def test_a_run_learns_from_all_inputs_and_is_judged_alike(tmp_path: Path) -> None:
    optimizer = {"type": "adam", "learning_rate": 0.05}
    _, ended = performed(request(tmp_path, GRAPH, epochs=20, optimizer=optimizer))
    run = tmp_path / "run-0001"

    judged = evaluate(run, "test")

    assert ended.metrics["test"]["accuracy"] > 0.85
    assert judged.result.metrics == pytest.approx(ended.metrics["test"], rel=1e-5)
    scaling = read_info(run).scaling
    assert scaling.more["petals"] is not None


def test_a_run_goes_on(tmp_path: Path) -> None:
    performed(request(tmp_path, GRAPH, epochs=2))
    _, ended = performed(
        request(tmp_path, GRAPH, epochs=4, parent=tmp_path / "run-0001", resume=True)
    )
    _, whole = performed(request(tmp_path, GRAPH, epochs=4))

    assert ended.metrics == whole.metrics


@pytest.fixture
def trained(tmp_path: Path) -> Path:
    performed(request(tmp_path, GRAPH, epochs=3))
    return tmp_path / "run-0001"


def test_a_prediction_names_every_input(trained: Path, tmp_path: Path) -> None:
    answers = judgment_of(trained, "test").answers
    dataset = Iris().load()
    asked, lines = [], ["petals;flower;color"]
    for sample in answers.samples[:5].tolist():
        row = ",".join(map(str, dataset.inputs[sample].tolist()))
        petals = ",".join(map(str, dataset.more_inputs["petals"][sample].tolist()))
        asked += [f"flower={row}", f"petals={petals}"]
        lines.append(f"{petals};{row};blue")
    table = tmp_path / "table.csv"
    table.write_text("\n".join(lines))

    typed, listed = predict(trained, asked), predict(trained, [str(table)])

    assert typed[0].input == f"{asked[0]} {asked[1]}"
    for place, (one, other) in enumerate(zip(typed, listed, strict=True)):
        shares = dict(zip(answers.classes, answers.scores[place].tolist(), strict=True))
        assert one.probabilities == pytest.approx(shares, abs=1e-6)
        assert other.probabilities == one.probabilities


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["1,2,3,4"], "“1,2,3,4” does not say which of petals, flower it is for"),
        (["flower=1,2,3,4"], "takes petals, flower; petals is missing"),
        (["flower=1,2,3,4", "flower=1,2,3,4", "petals=1,2"], "petals is missing"),
        (["flower=1,2,3,4", "petals=1"], "Row 1 has 1 values, but the network was trained on 2"),
        (["flower=1,2,3,4", "petals=1,x"], "Row 1, column “petals 2” holds “x”"),
        ([], "There is nothing to predict"),
    ],
)
def test_a_prediction_says_what_is_wrong_with_its_inputs(
    trained: Path, words: list[str], problem: str
) -> None:
    with pytest.raises(DataError, match=problem):
        predict(trained, words)


def test_tables_without_the_inputs_are_refused(trained: Path, tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("a,b\n1,2\n")
    with pytest.raises(DataError, match="The table has no column “petals”"):
        predict(trained, [str(table)])


def test_the_command_line_takes_several_inputs(
    trained: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["flower=5.1,3.5,0,0", "petals=1.4,0.2", "petals=4,1", "flower=6,3,0,0"]

    assert main(["predict", str(trained), *words, "--json"]) == DONE

    told = json.loads(capsys.readouterr().out)["predictions"]
    assert [one["input"] for one in told] == [" ".join(words[:2]), " ".join(words[2:])]


def test_further_inputs_are_pictures_ids_or_rows(tmp_path: Path) -> None:
    Image.new("RGB", (4, 4), (255, 0, 0)).save(tmp_path / "red.png")
    nodes = {
        "flower": {"type": "input", "shape": [4]},
        "image": {"type": "input", "shape": [3, 4, 4]},
        "words": {"type": "input", "shape": [5], "dtype": "int64"},
        "wave": {"type": "input", "shape": [2, 3]},
    }
    info = RunInfo(ProjectFile(graph_from_json(nodes)))
    reader = Reader(info, "flower", Shape(4))

    assert reader.one("image", str(tmp_path / "red.png"))[:, 0, 0].tolist() == [255, 0, 0]
    assert reader.one("words", "3, 1 4").tolist() == [3, 1, 4, 0, 0]
    assert reader.one("flower", "1,2,3,4").tolist() == [1, 2, 3, 4]
    with pytest.raises(DataError, match="words takes up to 5 ids, such as 3 1 4, but “a b” was"):
        reader.one("words", "a b")
    with pytest.raises(DataError, match="wave takes 2 × 3, which can be neither typed nor named"):
        reader.one("wave", "1,2,3")


def test_files_are_found_beside_their_table(tmp_path: Path) -> None:
    (tmp_path / "cat.png").write_bytes(b"")
    table = tmp_path / "table.csv"
    table.write_text('image,row\ncat.png,"1,2"\ndog.png,"3,4"\n')

    found = list(samples_named([str(table), "row=5,6", "image=x.png"], ("image", "row")))

    assert found == [
        {"image": str(tmp_path / "cat.png"), "row": "1,2"},
        {"image": "dog.png", "row": "3,4"},
        {"row": "5,6", "image": "x.png"},
    ]


def test_what_is_written_may_be_left_out(tmp_path: Path) -> None:
    path = tmp_path / "pairs.tsv"
    known = {"one": "uno", "two": "dos", "red": "rojo", "big": "gran"}
    asked = [one for count in (1, 2, 3, 4) for one in itertools.permutations(known, count)]
    lines = [f"{' '.join(one)}\t{' '.join(known[word] for word in one)}" for one in asked]
    path.write_text("\n".join(["english\tspanish", *lines]), encoding="utf-8")
    source = Pairs(file=str(path), first_column="english", second_column="spanish")
    plan = Plan(epochs=1, batch_size=16, threads=1, device="cpu")
    performed(RunRequest(translator((4, 5), (8, 8)), source, plan, tmp_path))
    run = tmp_path / "run-0001"
    (tmp_path / "lines.txt").write_text("two red\nbig\n")

    plain, listed = predict(run, ["two red", "big"]), predict(run, [str(tmp_path / "lines.txt")])
    named = predict(run, ["tokens=two red", "tokens=big", "target="])
    further = predict(run, ["tokens=big", "target=gran"])

    assert [one.input for one in plain] == ["two red", "big"]
    for other in (listed, named):
        for one, again in zip(plain, other, strict=True):
            assert one.probabilities == pytest.approx(again.probabilities, abs=1e-6)
    assert further[0].probabilities != pytest.approx(plain[1].probabilities, abs=1e-6)
