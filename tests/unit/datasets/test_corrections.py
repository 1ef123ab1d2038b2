"""Are samples corrected in the project alone, wherever data are read, and do parts stand still?"""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.datasets.builtin import Iris
from studio.datasets.corrections import Corrections, corrected, name_of
from studio.datasets.opening import opened
from studio.datasets.origins import as_kept, as_told
from studio.datasets.source import read_source, source_json
from studio.datasets.split import split
from studio.datasets.texts.texts import Texts
from studio.errors import SettingError
from studio.wording import use_language

WRONG = {"relabel": {"3": "virginica"}, "exclude": ["5"]}


def test_a_corrected_source_gives_other_labels_and_leaves_samples_out() -> None:
    plain, parts = opened(Iris())
    dataset, smaller = opened(Iris(corrections=WRONG))

    assert dataset.classes[dataset.targets[3]] == "virginica"
    assert np.flatnonzero(dataset.targets != plain.targets).tolist() == [3]
    for name in ("train", "validation", "test"):
        before, after = getattr(parts, name), getattr(smaller, name)
        assert after.tolist() == [sample for sample in before if sample != 5]


def test_samples_keep_their_corrections_when_files_are_added() -> None:
    plain, parts = opened(Iris())
    origins = [f"flowers/{number}.txt" for number in range(len(plain))]
    wrong = Corrections.read({"relabel": {"flowers/3.txt": "virginica"}})
    longer = replace(
        plain,
        inputs=np.concatenate([plain.inputs[:1], plain.inputs]),
        targets=np.concatenate([plain.targets[:1], plain.targets]),
        origins=["flowers/new.txt", *origins],
    )

    dataset, _parts = corrected(longer, parts, wrong)

    assert np.flatnonzero(dataset.targets != longer.targets).tolist() == [4]
    assert name_of(dataset, 4) == "flowers/3.txt"


def test_corrections_of_what_is_gone_are_told() -> None:
    gone = {"relabel": {"3": "rose", "400": "virginica"}, "exclude": ["900"]}

    dataset, parts = opened(Iris(corrections=gone))

    assert "3 corrections" in dataset.notes[-1]
    np.testing.assert_array_equal(dataset.targets, Iris().load().targets)
    assert sum(map(len, (parts.train, parts.validation, parts.test))) == 150


def test_corrections_are_written_only_where_there_are_any() -> None:
    assert "corrections" not in source_json(Iris())
    assert source_json(Iris(corrections={"relabel": {}})) == source_json(Iris())

    text = source_json(Iris(corrections=WRONG))

    assert text["corrections"] == WRONG
    assert read_source(text) == Iris(corrections=WRONG)


@pytest.mark.parametrize("value", [[1], {"exclude": "5"}, {"exclude": [5]}, {"relabel": {"3": 1}}])
def test_what_is_no_correction_is_refused(value: Any) -> None:
    with pytest.raises(SettingError, match=r"[Cc]orrections"):
        Iris(corrections=value)


def test_corrections_can_be_made_and_taken_back() -> None:
    one = Corrections().relabeled("3", "virginica").excluding("5")

    assert one.written() == WRONG
    assert one.excluding("3") == Corrections(exclude=("5", "3"))
    assert one.without("3").without("5") == Corrections()
    assert len(one) == 2


def test_a_split_takes_no_notice_of_labels_that_are_corrected() -> None:
    source = Iris(corrections={"relabel": {str(number): "virginica" for number in range(40)}})

    _dataset, parts = opened(source)

    np.testing.assert_array_equal(parts.test, split(Iris().load(), Iris()).test)


def test_corrections_hold_in_every_language(tmp_path: Path) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    rows = "".join(f"a text with the number {n}\t{n % 2}\n" for n in range(20))
    (folder / "train.tsv").write_text("text\tlabel\n" + rows)
    try:
        use_language("zh_CN")
        chinese, _parts = opened(Texts(path=str(folder)))
        name = name_of(chinese, 3)
    finally:
        use_language("en")
    assert name == name_of(opened(Texts(path=str(folder)))[0], 3)
    old = "train.tsv\uff0c\u7b2c 5 \u884c"  # as it was kept by a program that spoke Chinese

    for wrong in ({"relabel": {name: "0"}}, {"relabel": {old: "0"}}):
        dataset, _parts = opened(Texts(path=str(folder), corrections=wrong))
        assert dataset.targets[3] == 0
        assert chinese.targets[3] == 1
        assert not dataset.notes


@pytest.mark.parametrize(
    "origin", ["row 7", "rows 3\u20139", "window 2", "a, b.csv, row 7", "train row 3", "cat/1.png"]
)
def test_an_origin_is_told_in_any_language_and_kept_in_one(origin: str) -> None:
    try:
        use_language("zh_CN")
        chinese = as_told(origin)
    finally:
        use_language("en")

    assert as_told(origin) == origin
    assert (chinese == origin) == (origin == "cat/1.png")
    assert as_kept(chinese) == as_kept(origin) == origin
