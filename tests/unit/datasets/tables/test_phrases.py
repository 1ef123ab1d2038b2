"""Columns of short texts: what of them becomes inputs, and how."""

from pathlib import Path

import numpy as np

from studio.datasets.split import split
from studio.datasets.tables.kinds import kind_of
from studio.datasets.tables.phrases import is_worded, learn_words, worded
from studio.datasets.tables.table import Table

TITLES = ("Mr.", "Mrs.", "Miss.", "Dr.")


def names(count: int) -> list[str]:
    return [
        f"Family{_letters(row)}, {TITLES[row % 4]} {_letters(row * 7)} of London"
        for row in range(count)
    ]


def _letters(number: int) -> str:
    return "".join(chr(97 + int(digit)) for digit in str(number))


def cells(values: list[str]) -> np.ndarray:
    return np.array(values, dtype=np.dtypes.StringDType())


def test_names_with_titles_are_texts_and_numbers_of_rows_are_not() -> None:
    assert is_worded([f"Family{row}, Mr. John, of London" for row in range(30)])
    assert kind_of("Name", cells(names(200))).kind == "text"
    assert kind_of("key", cells([f"A {row}" for row in range(200)])).kind == "identifier"
    assert kind_of("file", cells([f"img/cat {row}.png" for row in range(200)])).kind == "identifier"


def test_only_words_of_many_rows_become_inputs() -> None:
    found = learn_words(
        cells(["a red fox"] * 15 + ["a blue fox"] * 15 + ["one owl"] * 9 + [""]), 0.05
    )

    assert found == {"words": ["a", "blue", "fox", "red"], "indicator": False}
    assert worded(found, cells(["Red FOX, red", "owl", ""])).tolist() == [
        [0, 0, 1, 1],
        [0, 0, 0, 0],
        [0, 0, 0, 0],
    ]


def test_a_word_of_nearly_all_rows_says_nothing() -> None:
    assert "a" not in learn_words(cells(["a b"] * 20 + ["a c"] * 20), 0.05)["words"]


def test_what_is_often_missing_has_an_input_of_its_own() -> None:
    found = learn_words(cells(["red fox"] * 15 + ["blue fox"] * 15 + [""] * 10), 0.05)

    assert found["indicator"]
    assert worded(found, cells(["", "red"]))[:, -1].tolist() == [1, 0]


def test_words_come_from_the_training_part_alone(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    lines = [f'{row % 7},"{name}",{row % 2}' for row, name in enumerate(names(200))]
    path.write_text("age,name,label\n" + "\n".join(lines) + "\n")
    source = Table(file=str(path))
    parts = split(source.load(), source)
    for row in (*parts.validation, *parts.test):
        lines[row] = f'{row % 7},"Of zebra Prof. {_letters(row)}",{row % 2}'
    path.write_text("age,name,label\n" + "\n".join(lines) + "\n")

    dataset = source.load()

    assert {"name: mr", "name: mrs", "name: miss", "name: dr"} == {
        name for name in dataset.columns if name.startswith("name")
    }
    again = source.load(dataset.learned)
    assert np.array_equal(again.inputs, dataset.inputs)
    row = source.sample("3, “Smith, Dr. Eve”".replace("“", '"').replace("”", '"'), dataset.learned)
    assert row.tolist() == [3, *(name == "name: dr" for name in dataset.columns[1:])]
