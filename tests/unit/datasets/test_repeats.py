"""Samples of arrays and sounds that are there several times: told, kept together, or left out."""

from pathlib import Path

import numpy as np
import pytest

from studio.datasets.arrays.idx_source import Idx
from studio.datasets.arrays.npz import Npz
from studio.datasets.dataset import Dataset
from studio.datasets.problems import Problem
from studio.datasets.repeats import digests_of, same
from studio.datasets.sounds.source import Sounds
from studio.datasets.split import split
from studio.datasets.watching import CancelledError, Watch
from tests.unit.datasets.idx_files import idx
from tests.unit.datasets.sounds.sound_files import tone, wav


def told(dataset: Dataset, kind: str) -> Problem:
    return {problem.kind: problem for problem in dataset.problems}[kind]


def pictures(seed: int = 0, count: int = 40) -> np.ndarray:
    values = np.random.default_rng(seed).integers(0, 255, (count, 6, 6), dtype=np.uint8)
    values[7] = values[3]
    return values


def test_pictures_of_an_array_that_repeat_stay_in_one_part(tmp_path: Path) -> None:
    path = tmp_path / "some.npz"
    np.savez(path, x=pictures(), y=np.arange(40) // 4 % 2)
    source = Npz(path=str(path))

    dataset = source.load()
    cleaned = source.changed(**told(dataset, "duplicates").change).load()

    assert told(dataset, "duplicates").places == ("row 4 = row 8",)
    assert told(dataset, "contradiction").samples == (3, 7)
    for seed in range(20):
        train = set(split(dataset, source.changed(split_seed=seed)).train.tolist())
        assert (3 in train) == (7 in train)
    assert len(cleaned) == 39
    assert told(cleaned, "dropped_duplicates").places == ("row 8",)
    assert told(cleaned, "contradiction").samples == ()
    np.testing.assert_array_equal(cleaned.inputs, np.delete(dataset.inputs, 7, axis=0))
    np.testing.assert_array_equal(cleaned.targets, np.delete(dataset.targets, 7))
    assert cleaned.origins == (*dataset.origins[:7], *dataset.origins[8:])


def test_what_trains_and_tests_is_a_leak_of_idx_files(tmp_path: Path) -> None:
    train, test = pictures(), pictures(1, 10)
    test[5] = train[20]
    for name, values in (("train", train), ("t10k", test)):
        (tmp_path / f"{name}-images-idx3-ubyte").write_bytes(idx(values))
        labels = np.arange(len(values), dtype=np.uint8) % 2
        (tmp_path / f"{name}-labels-idx1-ubyte").write_bytes(idx(labels))
    source = Idx(folder=str(tmp_path))

    dataset = source.load()
    cleaned = source.changed(**told(dataset, "leak").change).load()

    assert told(dataset, "leak").samples == (20, 45)
    assert len(cleaned) == 47  # each part has a repeat of its own
    assert cleaned.test is not None
    assert len(cleaned.test) == 9
    np.testing.assert_array_equal(
        cleaned.inputs[cleaned.test], np.delete(dataset.inputs[40:], 7, axis=0)
    )


def test_rows_of_a_table_repeat_with_their_answer_and_are_no_group(tmp_path: Path) -> None:
    values = np.arange(60, dtype=np.float32).reshape(20, 3)
    values[4] = values[2]
    values[9] = values[8]
    answers = np.arange(20) % 2
    answers[9] = 1 - answers[8]
    path = tmp_path / "some.npz"
    np.savez(path, x=values, y=answers)

    dataset = Npz(path=str(path)).load()

    assert dataset.groups is None
    assert told(dataset, "duplicates").places == ("row 3 = row 5",)
    assert "contradiction" not in {problem.kind for problem in dataset.problems}


def test_sounds_that_repeat_can_be_left_out(tmp_path: Path) -> None:
    for label, pitch in (("low", 220), ("high", 880)):
        (tmp_path / label).mkdir()
        for number in range(4):
            content = wav(tone(pitch + 20 * number, 0.05), bits=16)
            (tmp_path / label / f"{number}.wav").write_bytes(content)
    copy = (tmp_path / "low" / "1.wav").read_bytes()
    (tmp_path / "low" / "copy.wav").write_bytes(copy)
    source = Sounds(folder=str(tmp_path))

    dataset = source.load()
    cleaned = source.changed(**told(dataset, "duplicates").change).load()

    assert set(dataset.origins) - set(cleaned.origins) == {"low/copy.wav"}


def test_looking_for_repeats_is_cancelled() -> None:
    watch = Watch()
    watch.cancel()

    with pytest.raises(CancelledError):
        digests_of(np.zeros((5, 2)), watch)


def test_groups_are_in_the_order_of_their_first_samples() -> None:
    assert same(["a", "b", "c", "b", "a", "b"]) == ((0, 4), (1, 3, 5))
