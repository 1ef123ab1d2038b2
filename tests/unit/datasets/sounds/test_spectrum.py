"""Spectrograms against their definition, and sounds of other rates and lengths."""

import numpy as np
import pytest

from studio.datasets.sounds.spectrum import (
    QUIETEST,
    fitted,
    frame_count,
    log_mel,
    mel_filters,
    resampled,
)
from tests.unit.datasets.sounds.sound_files import tone


def test_a_frame_is_the_energy_that_the_definition_gives() -> None:
    waves = np.random.default_rng(0).normal(size=400).astype(np.float32)
    window, hop, mels, rate = 64, 20, 7, 8000
    found = log_mel(waves, rate, mels, window, hop)
    padded = np.concatenate([np.zeros(32), waves, np.zeros(32)])
    for frame in (0, 3, found.shape[1] - 1):
        part = padded[frame * hop : frame * hop + window]
        weight = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(window) / window)
        angles = np.exp(-2j * np.pi * np.outer(np.arange(33), np.arange(window)) / window)
        energy = np.abs(angles @ (part * weight)) ** 2 / window
        expected = np.log(mel_filters(rate, mels, window) @ energy + QUIETEST)

        np.testing.assert_allclose(found[:, frame], expected, rtol=1e-4, atol=1e-4)
    assert found.shape == (7, frame_count(400, window, hop))
    assert found.dtype == np.float32


def test_filters_are_triangles_whose_tops_are_equally_far_apart_in_mel() -> None:
    filters = mel_filters(16000, 10, 2048)
    tops = filters.argmax(axis=1) * 16000 / 2048
    steps = np.diff(2595 * np.log10(1 + tops / 700))

    np.testing.assert_allclose(steps, steps.mean(), rtol=0.05)
    assert filters.max() <= 1
    np.testing.assert_allclose(filters.sum(axis=0)[40:700], 1, atol=1e-4)  # neighbors fill up


@pytest.mark.parametrize("pitch", [500, 1500, 3000])
def test_a_tone_lies_in_its_band(pitch: int) -> None:
    spectrum = log_mel(tone(pitch).astype(np.float32), 8000, 40, 256, 128)
    filters = mel_filters(8000, 40, 256)

    assert spectrum.mean(axis=1).argmax() == filters[:, round(pitch * 256 / 8000)].argmax()


@pytest.mark.parametrize(("rate", "wanted"), [(16000, 8000), (8000, 16000), (44100, 16000)])
def test_a_tone_of_another_rate_stays_that_tone(rate: int, wanted: int) -> None:
    found = resampled(tone(440, 0.5, rate).astype(np.float32), rate, wanted)
    expected = tone(440, 0.5, wanted)

    assert found.dtype == np.float32
    assert len(found) == len(expected)
    np.testing.assert_allclose(found[500:-500], expected[500:-500], atol=2e-3)


def test_rates_without_a_common_measure_do_not_take_for_ever() -> None:
    found = resampled(tone(440, 1, 47999).astype(np.float32), 47999, 8000)

    assert len(found) == 8000
    np.testing.assert_allclose(found[9:-9], tone(440, 1, 8000)[9:-9], atol=2e-3)


def test_sounds_are_cut_or_end_in_silence() -> None:
    waves = np.ones(5, dtype=np.float32)

    assert fitted(waves, 3).tolist() == [1, 1, 1]
    assert fitted(waves, 7).tolist() == [1, 1, 1, 1, 1, 0, 0]
