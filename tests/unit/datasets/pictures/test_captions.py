"""Sentences on pictures: learned words only, what was said so far, and what follows."""

from pathlib import Path

import numpy as np
import pytest

from studio.datasets.inspecting import recognized
from studio.datasets.pictures.captions import NOTHING, Words
from studio.datasets.pictures.source import Pictures
from studio.datasets.split import split
from tests.unit.datasets.real_data import unpacked


def test_a_sentence_is_what_was_said_and_what_follows() -> None:
    words = Words.learned(["A dog runs.", "a dog sleeps.", "the cat"])
    before, after = words.said(["A cat runs", "dog"])

    assert words.vocabulary == ("<padding>", "<unknown>", "<start>", "<end>", ".", "a", "dog")
    assert before.tolist() == [[2, 5, 1, 1, 0], [2, 6, 0, 0, 0]]
    assert after.tolist() == [[5, 1, 1, 3, NOTHING], [6, 3, NOTHING, NOTHING, NOTHING]]


def test_photos_with_captions_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAYERWISE_HOME", str(tmp_path / "home"))
    folder = unpacked("flickr8k_600", tmp_path / "data")
    source = recognized(folder)[0]
    assert isinstance(source, Pictures)
    dataset = source.load()
    train = [dataset.texts[number] for number in split(dataset, source).train]

    assert len(dataset) == 600
    assert dataset.vocabulary == Words.learned(train).vocabulary
    assert dataset.texts[0] == (
        "A child in a pink dress is climbing up a set of stairs in an entry way ."
    )
    going_on = dataset.targets[:, 1:] >= 0
    before = dataset.more_inputs["caption"]
    np.testing.assert_array_equal(before[:, 1:][going_on], dataset.targets[:, :-1][going_on])
    again = source.load(learned=dataset.learned)
    np.testing.assert_array_equal(again.targets, dataset.targets)
