"""The parts of a data set: disjoint, complete, seeded, stratified."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.datasets.dataset import Dataset
from studio.datasets.source import Source
from studio.datasets.split import split
from studio.errors import DataError, SettingError


def labelled(labels: list[int], test: list[int] | None = None) -> Dataset:
    classes = tuple(f"class {n}" for n in range(max(labels, default=0) + 1))
    fixed = None if test is None else np.array(test)
    inputs = np.zeros((len(labels), 1), dtype=np.float32)
    return Dataset("toy", inputs, np.array(labels, dtype=np.int64), classes, test=fixed)


@given(
    st.lists(st.integers(0, 4), min_size=20, max_size=200),
    st.floats(0.05, 0.4),
    st.floats(0.05, 0.4),
    st.integers(0, 99),
)
def test_parts_are_disjoint_complete_and_keep_every_class_that_can_be_in_all(
    labels: list[int], validation: float, test: float, seed: int
) -> None:
    source = Source(validation=validation, test=test, split_seed=seed)
    dataset = labelled(labels)
    try:
        parts = split(dataset, source)
    except DataError:
        return  # every class has fewer than three samples

    each = (parts.train, parts.validation, parts.test)
    together = np.concatenate(each)
    assert sorted(together.tolist()) == list(range(len(labels)))
    for label in set(labels):
        where = [
            label in dataset.targets[part] for part in (parts.train, parts.validation, parts.test)
        ]
        assert where[0]
        if labels.count(label) >= 3:
            assert all(where)


def test_classes_keep_their_shares() -> None:
    labels = [0] * 800 + [1] * 200

    parts = split(labelled(labels), Source(validation=0.1, test=0.2))

    assert np.bincount(labelled(labels).targets[parts.test]).tolist() == [160, 40]
    assert np.bincount(labelled(labels).targets[parts.validation]).tolist() == [80, 20]


def test_the_same_seed_gives_the_same_split_and_another_seed_another() -> None:
    dataset = labelled([0, 1] * 50)

    one, same, other = (split(dataset, Source(split_seed=seed)) for seed in (3, 3, 4))

    np.testing.assert_array_equal(one.train, same.train)
    assert one.train.tolist() != other.train.tolist()


def test_a_published_test_part_is_kept() -> None:
    parts = split(labelled([0, 1] * 10, test=[19, 18, 3]), Source(validation=0.0, test=0.4))

    assert parts.test.tolist() == [3, 18, 19]
    assert len(parts.train) == 17
    assert len(parts.validation) == 0


def test_numbers_to_predict_are_split_by_share_alone() -> None:
    targets = np.arange(100, dtype=np.float32)[:, None]
    dataset = Dataset("toy", targets, targets)

    parts = split(dataset, Source(validation=0.2, test=0.1))

    assert [len(parts.train), len(parts.validation), len(parts.test)] == [70, 20, 10]


@pytest.mark.parametrize("labels", [[], [0], [0, 1], [0, 0]])
def test_too_few_samples_are_refused_with_their_number(labels: list[int]) -> None:
    with pytest.raises(DataError, match=f"has {len(labels)} samples, too few"):
        split(labelled(labels), Source(validation=0.2, test=0.2))


def test_classes_of_two_samples_each_are_dealt_as_one() -> None:
    parts = split(labelled([*range(50), *range(50)]), Source(validation=0.2, test=0.1))

    assert [len(parts.train), len(parts.validation), len(parts.test)] == [70, 20, 10]


def test_shares_that_leave_nothing_to_train_on_are_refused() -> None:
    with pytest.raises(SettingError, match="take 110 % of the samples"):
        Source(validation=0.6, test=0.5)


def test_samples_of_one_group_lie_in_one_part_and_classes_in_all() -> None:
    groups = np.repeat(np.arange(30), 5)
    dataset = replace(labelled([int(group) % 2 for group in groups]), groups=groups)

    parts = split(dataset, Source(validation=0.2, test=0.2))

    each = [set(groups[part]) for part in (parts.train, parts.validation, parts.test)]
    assert [len(names) for names in each] == [18, 6, 6]
    assert not each[0] & each[1]
    assert not (each[0] | each[1]) & each[2]
    assert all({name % 2 for name in names} == {0, 1} for names in each)


def test_what_follows_in_time_trains_first_and_judges_last() -> None:
    dataset = replace(labelled([0, 1] * 50), is_ordered=True)

    parts = split(dataset, Source(validation=0.2, test=0.1))

    assert parts.train.tolist() == list(range(70))
    assert parts.validation.tolist() == list(range(70, 90))
    assert parts.test.tolist() == list(range(90, 100))


def test_a_published_validation_part_is_kept_and_the_rest_is_split() -> None:
    dataset = replace(labelled([0, 1] * 10), validation=np.array([5, 1]))

    parts = split(dataset, Source(validation=0.5, test=0.2))

    assert parts.validation.tolist() == [1, 5]
    assert len(parts.test) == 4
    assert len(parts.train) == 14
