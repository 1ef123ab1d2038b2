"""Are samples corrected in the project alone, wherever data are read, and do parts stand still?"""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from studio.datasets.builtin import Iris
from studio.datasets.corrections import Corrections, corrected, name_of
from studio.datasets.opening import opened
from studio.datasets.source import read_source, source_json
from studio.datasets.split import split
from studio.errors import SettingError

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
