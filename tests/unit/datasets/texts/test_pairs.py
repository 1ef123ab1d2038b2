"""Pairs of sentences: what is written is shown one token late, and padding is no answer."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.datasets.split import split
from studio.datasets.texts.pairs import Pairs
from studio.errors import DataError
from tests.unit.datasets.real_data import unpacked


def pairs(folder: Path, rows: Sequence[tuple[str, ...]], **settings: Any) -> Pairs:
    path = folder / "pairs.tsv"
    path.write_text("".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")
    return Pairs(file=str(path), **settings)


def translations(count: int = 40) -> list[tuple[str, ...]]:
    return [(f"I see {number} cats.", f"我看见{number}只猫。") for number in range(count)]


def test_what_is_written_is_seen_one_token_late(tmp_path: Path) -> None:
    dataset = pairs(tmp_path, translations(), fewest=1).load()
    seen, asked = dataset.more_inputs["target"], dataset.targets

    assert (seen[:, 0] == 2).all()
    known = asked[:, :-1] >= 0
    ended = asked[:, :-1] == 3
    assert (seen[:, 1:][known & ~ended] == asked[:, :-1][known & ~ended]).all()
    assert ((asked == 3).sum(axis=1) >= 1).mean() > 0.9
    assert (asked[seen == 0] == -100).all()
    assert "猫" in dataset.classes
    assert "cats" in dataset.vocabulary


def test_translations_of_one_sentence_lie_in_one_part(tmp_path: Path) -> None:
    rows = [(f"I see {number // 4} cats.", f"他看见第{number}只猫") for number in range(200)]
    source = pairs(tmp_path, rows)
    dataset = source.load()
    parts = split(dataset, source)

    said = [
        {dataset.texts[row].split(" →")[0] for row in part} for part in (parts.train, parts.test)
    ]
    assert not said[0] & said[1]


def test_pairs_with_a_class_are_one_sequence(tmp_path: Path) -> None:
    rows = [("premise", "hypothesis", "label")]
    rows += [(f"a man runs {n}", f"he moves {n * 3}", "no" if n % 2 else "yes") for n in range(40)]
    source = pairs(tmp_path, rows, fewest=1)

    dataset = source.load()

    assert dataset.classes == ("no", "yes")
    assert dataset.target_name == "label"
    said = [dataset.vocabulary[number] for number in dataset.inputs[0] if number]
    assert said[:5] == ["a", "man", "runs", said[3], "<sep>"]
    new = source.sample("a man runs 0\the moves 0", dataset.learned)
    assert new.tolist() == dataset.inputs[0].tolist()


def test_pairs_that_lack_a_side_are_named(tmp_path: Path) -> None:
    rows = translations()
    rows[4] = ("I see nothing.", "")
    rows[6] = rows[5]

    found = {problem.kind: problem.places for problem in pairs(tmp_path, rows).load().problems}

    assert found["empty"] == ("row 5",)
    assert found["duplicate"] == ("row 7",)


def test_what_was_learned_encodes_again(tmp_path: Path) -> None:
    source = pairs(tmp_path, translations())
    first = source.load()
    again = source.load(learned=first.learned)

    assert (again.inputs == first.inputs).all()
    assert (again.targets == first.targets).all()
    assert source.sample("I see 3 cats.", first.learned).tolist() == first.inputs[3].tolist()


def test_a_table_of_numbers_holds_no_pairs(tmp_path: Path) -> None:
    rows = [(str(number), str(number * 2)) for number in range(30)]

    with pytest.raises(DataError, match="no two columns of sentences"):
        pairs(tmp_path, rows).load()
    assert Pairs.found(tmp_path / "pairs.tsv") is None


def test_tatoeba_is_found_as_pairs(tmp_path: Path) -> None:
    found = Pairs.found(unpacked("tatoeba_cmn_eng", tmp_path))
    assert found is not None
    sure, source = found

    dataset = source.load()

    assert sure > 0.7
    assert len(dataset) == 20_133
    assert dataset.inputs.dtype == dataset.targets.dtype == np.int64
    assert dataset.targets.shape == dataset.more_inputs["target"].shape
