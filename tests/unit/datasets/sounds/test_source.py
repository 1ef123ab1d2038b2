"""Sounds of one's own: by folder or by name, every odd file named."""

import os
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.datasets.dataset import Dataset
from studio.datasets.inspecting import recognized
from studio.datasets.problems import Problem
from studio.datasets.sounds.source import Sounds
from studio.datasets.split import split
from studio.datasets.watching import CancelledError, Watch
from studio.errors import DataError
from tests.unit.datasets.real_data import unpacked
from tests.unit.datasets.sounds.sound_files import class_folders, saved, tone, wav


def loaded(root: Path, **settings: Any) -> Dataset:
    return Sounds(folder=str(root), **settings).load()


def told(dataset: Dataset, kind: str) -> Problem:
    found = [one for one in dataset.problems if one.kind == kind]
    assert len(found) == 1, [one.kind for one in dataset.problems]
    return found[0]


def test_folders_are_classes_and_the_shape_is_known_before(tmp_path: Path) -> None:
    dataset = loaded(class_folders(tmp_path))

    assert dataset.classes == ("high", "low")
    assert dataset.targets.tolist() == [0] * 6 + [1] * 6
    assert dataset.inputs.dtype == np.float32
    assert dataset.problems == ()
    assert Sounds(folder=str(tmp_path)).facts().sample == dataset.sample
    assert Sounds(folder=str(tmp_path)).facts().samples == 12
    assert recognized(tmp_path)[0] == Sounds(folder=str(tmp_path))


def test_beginnings_of_names_are_classes_too(tmp_path: Path) -> None:
    for number in range(12):
        saved(tmp_path / f"{number % 3}_ann_{number}.wav", wav(tone(200 + 50 * number)))
    saved(tmp_path / "noise.wav", wav(tone(900)))
    dataset = loaded(tmp_path)

    assert dataset.classes == ("0", "1", "2")
    assert len(dataset) == 12
    assert told(dataset, "outside_classes").places == ("noise.wav",)


def test_sounds_without_any_class_are_refused(tmp_path: Path) -> None:
    for number in range(6):
        saved(tmp_path / f"{number}_x.wav", wav(tone(200 + 50 * number)))
    empty = tmp_path / "empty"
    empty.mkdir()

    with pytest.raises(DataError, match="holds 6 sounds, but nothing says what they are"):
        loaded(tmp_path)
    with pytest.raises(DataError, match="holds no sound"):
        loaded(empty)


def test_waves_have_the_length_and_rate_asked_for(tmp_path: Path) -> None:
    class_folders(tmp_path)
    saved(tmp_path / "low" / "fast.wav", wav(tone(440, 0.4, 16000), 16000))
    dataset = loaded(tmp_path, form="waveform", seconds=0.25)

    assert dataset.inputs.shape == (13, 1, 2000)
    np.testing.assert_allclose(dataset.inputs[0, 0, :1600], tone(300), atol=1e-3)
    assert not dataset.inputs[0, 0, 1600:].any()
    np.testing.assert_allclose(dataset.inputs[12, 0, 50:-50], tone(440, 0.25)[50:-50], atol=2e-3)
    assert told(dataset, "other_rate").places == ("low/fast.wav",)
    assert told(dataset, "longer").places == ("low/fast.wav",)
    assert loaded(tmp_path, form="waveform", rate=4000).inputs.shape[2] < 2000


def test_every_planted_defect_is_named(tmp_path: Path) -> None:
    class_folders(tmp_path, each=9)
    whole = wav(tone(450))
    planted = {
        "high/half.wav": (whole[:800], "cut_short"),
        "high/head.wav": (whole[:30], "damaged"),
        "high/page.wav": (b"<html>", "not_a_sound"),
        "high/empty.wav": (b"", "not_a_sound"),
        "high/notes.txt": (b"text", "other_files"),
        "high/memo.m4a": (b"\0\0\0\x20ftypM4A ", "foreign_sound"),
        "high/law.wav": (whole.replace(b"\x10\0\0\0\1\0", b"\x10\0\0\0\7\0", 1), "unknown_coding"),
        "low/quiet.wav": (wav(np.zeros(1600)), "silent"),
        "low/stereo.wav": (wav(np.stack([tone(500), tone(510)], axis=1)), "several_channels"),
    }
    for name, (content, _kind) in planted.items():
        saved(tmp_path / name, content)
    (tmp_path / "none").mkdir()
    os.mkfifo(tmp_path / "low" / "pipe.wav")
    dataset = loaded(tmp_path)

    expected = {(name, kind) for name, (_content, kind) in planted.items()}
    expected |= {("none", "empty_class"), ("low/pipe.wav", "special_file")}
    places = {(place, one.kind) for one in dataset.problems for place in one.places}
    assert sorted(expected - places) == []


def test_the_same_sound_in_two_parts_is_a_leak(tmp_path: Path) -> None:
    class_folders(tmp_path / "train")
    for name in ("high", "low"):
        saved(tmp_path / "test" / name / "t.wav", wav(tone(1000 + 9 * len(name))))
    copied = (tmp_path / "train" / "high" / "2.wav").read_bytes()
    saved(tmp_path / "test" / "high" / "copy.wav", copied)
    dataset = loaded(tmp_path)

    assert told(dataset, "leak").places == ("test/high/copy.wav = train/high/2.wav",)
    assert dataset.test is not None
    assert len(dataset.test) == 3


def test_predicting_prepares_a_sound_as_loading_does(tmp_path: Path) -> None:
    class_folders(tmp_path)
    other = saved(tmp_path / "low" / "fast.wav", wav(tone(440, 0.4, 16000), 16000))
    for form in ("waveform", "spectrogram"):
        source = Sounds(folder=str(tmp_path), form=form)
        dataset = source.load()
        place = dataset.origins.index("low/fast.wav")

        alone = Sounds().sample(str(other), dataset.learned)

        np.testing.assert_array_equal(alone, dataset.inputs[place])


def test_what_was_learned_decides_the_shape(tmp_path: Path) -> None:
    learned = loaded(class_folders(tmp_path / "a")).learned
    for name in ("high", "mid"):
        for index in range(3):
            content = wav(tone(200 + index, 1.0, 16000), 16000)
            saved(tmp_path / "b" / name / f"{index}.wav", content)
    dataset = Sounds(folder=str(tmp_path / "b")).load(learned=learned)

    assert dataset.inputs.shape[1:] == loaded(tmp_path / "a").inputs.shape[1:]
    assert dataset.classes == ("high", "low")
    assert told(dataset, "unknown_class").count == 3


def test_sounds_of_other_classes_only_are_refused(tmp_path: Path) -> None:
    learned = loaded(class_folders(tmp_path / "a")).learned
    for name in ("mid", "deep"):
        for index in range(3):
            saved(tmp_path / "b" / name / f"{index}.wav", wav(tone(300 + index)))

    with pytest.raises(DataError, match="a class that was learned: high, low"):
        Sounds(folder=str(tmp_path / "b")).load(learned=learned)


def test_reading_is_cancelled_at_once(tmp_path: Path) -> None:
    content = wav(tone(300, 20.0, 16000), 16000)
    for number in range(40):
        saved(tmp_path / f"{number % 2}_{number}.wav", content)
    watch = Watch()
    ended: list[float] = []

    def read() -> None:
        with pytest.raises(CancelledError):
            Sounds(folder=str(tmp_path), seconds=20.0).load(watch=watch)
        ended.append(time.monotonic())

    thread = threading.Thread(target=read)
    thread.start()
    while watch.progress[0] < 3:
        time.sleep(0.002)
    asked = time.monotonic()
    watch.cancel()
    thread.join(10)

    assert ended
    assert ended[0] - asked < 0.2


def test_spoken_digits_are_read_and_split_by_speaker(tmp_path: Path) -> None:
    folder = unpacked("fsdd_3speakers", tmp_path)
    source = Sounds(folder=str(folder), by_speaker=True)
    dataset = source.load()
    parts = split(dataset, source)

    assert dataset.classes == tuple("0123456789")
    assert np.bincount(dataset.targets).tolist() == [150] * 10
    who = [
        {dataset.origins[number].split("_")[-2] for number in part}
        for part in (parts.train, parts.validation, parts.test)
    ]
    assert sorted(name for some in who for name in some) == ["george", "jackson", "theo"]
    assert told(dataset, "other_files").count == 3
