"""Runs trained on somebody's own files answer for new ones, from data to the command line."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from studio.cli import main
from studio.datasets.cifar.source import Cifar10
from studio.datasets.pictures.source import Pictures
from studio.datasets.sounds.source import Sounds
from studio.datasets.source import SOURCES, Source
from studio.datasets.split import split
from studio.datasets.tables.series import Series
from studio.datasets.tables.table import Table
from studio.datasets.texts.corpus import Corpus
from studio.datasets.texts.texts import Texts
from studio.errors import DataError
from studio.runs.predict import predict
from studio.runs.request import RunRequest
from studio.workspace.proposing.proposal import proposed
from tests.unit.datasets.real_data import unpacked
from tests.unit.runs.projects import performed


def trained(source: Source, folder: Path, epochs: int = 1) -> Path:
    """Return a run of the network that is proposed for the data."""
    dataset = source.load()
    graph, plan = proposed(dataset, split(dataset, source))
    plan = plan.changed(epochs=epochs, threads=1, device="cpu", augment=())
    performed(RunRequest(graph, source, plan, folder))
    return folder / "run-0001"


def told(run: Path, *words: str, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """Return what `layerwise predict` answers."""
    assert main(["predict", str(run), *words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)["predictions"]  # type: ignore[no-any-return]


def painted(folder: Path, color: tuple[int, int, int], count: int) -> Path:
    folder.mkdir(parents=True)
    for number in range(count):
        noise = np.random.default_rng(number).integers(0, 60, (8, 8, 3))
        Image.fromarray((noise + color).astype(np.uint8)).save(folder / f"{number}.png")
    return folder


def test_each_picture_of_a_folder_gets_an_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    painted(tmp_path / "data" / "red", (180, 0, 0), 12)
    blue = painted(tmp_path / "data" / "blue", (0, 0, 180), 12)
    run = trained(Pictures(folder=str(tmp_path / "data")), tmp_path / "runs", epochs=10)
    (blue / "notes.txt").write_text("no picture")

    answers = told(run, str(blue), str(tmp_path / "data" / "red" / "3.png"), capsys=capsys)

    assert [answer["class"] for answer in answers] == [*["blue"] * 12, "red"]
    assert answers[2]["input"] in {str(blue / f"{number}.png") for number in range(12)}
    (tmp_path / "none").mkdir()
    with pytest.raises(DataError, match="holds nothing to predict"):
        predict(run, [str(tmp_path / "none")])


def test_rows_of_a_table_are_prepared_as_those_it_was_trained_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [f"{n % 7},{'red' if n % 2 else 'blue'},{'yes' if n % 2 else 'no'}" for n in range(120)]
    (tmp_path / "data.csv").write_text("\n".join(["size,color,answer", *rows]))
    run = trained(Table(file=str(tmp_path / "data.csv")), tmp_path / "runs", epochs=30)
    asked = tmp_path / "new.csv"
    asked.write_text("color,size\nred,3\nblue,\nred,1\n")

    answers = told(run, str(asked), "4, blue", capsys=capsys)

    assert [answer["class"] for answer in answers] == ["yes", "no", "yes", "no"]
    assert answers[1]["input"] == f"{asked}:3"


def test_each_line_of_a_file_is_a_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = {"good": "fine great lovely", "bad": "dull awful boring"}
    rows = [
        f"{text.split()[n % 3]} film {n}\t{name}" for n in range(60) for name, text in words.items()
    ]
    (tmp_path / "data.tsv").write_text("\n".join(["text\tlabel", *rows]))
    run = trained(Texts(path=str(tmp_path / "data.tsv")), tmp_path / "runs", epochs=10)
    asked = tmp_path / "new.txt"
    asked.write_text("a great film\n\nan awful film\n")

    answers = told(run, str(asked), "lovely lovely film", capsys=capsys)

    assert [answer["class"] for answer in answers] == ["good", "bad", "good"]
    assert answers[1]["input"] == f"{asked}:3"
    asked.write_text("\n")
    with pytest.raises(DataError, match=r"new.txt is empty"):
        predict(run, [str(asked)])


def test_a_long_text_is_followed_by_what_comes_after_its_end(tmp_path: Path) -> None:
    (tmp_path / "book.txt").write_text("abcd" * 2000)
    source = Corpus(file=str(tmp_path / "book.txt"), window=16, tokens="characters")
    run = trained(source, tmp_path / "runs", epochs=12)

    ends = ["ab", "abc", "abcd", "bcdabcdabcdabcdabcdabcdabcda"]
    answers = predict(run, [*ends, str(tmp_path / "book.txt")])

    assert [answer.label for answer in answers] == ["c", "d", "a", "b", "a"]


def test_a_window_of_a_series_is_continued(tmp_path: Path) -> None:
    days = np.datetime_as_string(np.datetime64("2020-01-01") + np.arange(400))
    values = np.sin(np.arange(400) / 5)
    rows = [f"{day},{5000 + 900 * value:.1f}" for day, value in zip(days, values, strict=True)]
    (tmp_path / "line.csv").write_text("\n".join(["day,value", *rows]))
    source = Series(file=str(tmp_path / "line.csv"), window=12)
    run = trained(source, tmp_path / "runs", epochs=30)

    (answer,) = predict(run, [str(tmp_path / "line.csv")])

    assert answer.values[0] == pytest.approx(5000 + 900 * np.sin(80), abs=150)


def test_every_source_of_files_is_marked_as_ones_own() -> None:
    built_in = {"digits", "iris", "wine", "breast_cancer", "diabetes", "mnist"}

    assert {source.key for source in SOURCES if not source.is_own} == built_in
    assert Cifar10.is_own


def real(name: str, tmp_path: Path) -> Path:
    return unpacked(name, tmp_path) / name


def test_a_run_on_real_pictures_answers_for_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = real("hymenoptera_256", tmp_path)
    run = trained(Pictures(folder=str(root), height=16, width=16), tmp_path / "runs")

    answers = told(run, str(root / "val" / "bees"), capsys=capsys)

    assert len(answers) == len(list((root / "val" / "bees").glob("*.jpg")))
    assert {*answers[0]["probabilities"]} == {"ants", "bees"}


def test_a_run_on_a_real_table_answers_for_its_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = real("titanic", tmp_path)
    run = trained(Table(file=str(root / "titanic.csv")), tmp_path / "runs", epochs=8)

    answers = told(run, str(root / "titanic.csv"), capsys=capsys)

    lines = (root / "titanic.csv").read_text().splitlines()[1:]
    right = [answer["class"] == line.split(",")[1] for answer, line in zip(answers, lines)]  # noqa: B905
    assert len(answers) == 891
    assert np.mean(right) > 0.7


def test_a_run_on_real_texts_answers_for_sentences(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = real("sst2", tmp_path)
    run = trained(
        Texts(path=str(root), tokens="words", vocabulary_size=4000), tmp_path / "runs", epochs=4
    )

    good, bad = told(run, "a wonderful moving film", "a dull awful mess", capsys=capsys)

    assert good["class"] != bad["class"]


def test_a_run_on_real_sounds_answers_for_a_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = real("fsdd_3speakers", tmp_path)
    run = trained(Sounds(folder=str(root / "recordings"), mels=16), tmp_path / "runs", epochs=12)

    answers = told(run, str(root / "recordings"), capsys=capsys)

    right = [Path(answer["input"]).name.startswith(answer["class"]) for answer in answers]
    assert len(answers) == len(list((root / "recordings").glob("*.wav")))
    assert np.mean(right) > 0.2
