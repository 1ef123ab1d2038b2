"""Sounds of one rate and length, and their log-mel spectrograms.

Sources: the mel scale is that of D. O'Shaughnessy (Speech Communication, 1987), m = 2595
log10(1 + f / 700); triangular filters as in S. Davis and P. Mermelstein (IEEE Trans. ASSP 28,
1980); frames are weighted with a Hann window and overlap by at least a half.
"""

import importlib
import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

QUIETEST = 1e-6
"""Added to energies before the logarithm: 120 dB below a full tone is silence."""


def resampled(waves: Floats, rate: int, wanted: int) -> Floats:
    """Return [samples] at another rate, by polyphase filtering."""
    if rate == wanted:
        return waves
    shared = math.gcd(rate, wanted)
    up, down = wanted // shared, rate // shared
    signal = importlib.import_module("scipy.signal")
    if max(up, down) > 2000:  # rates without a common measure; the filter would be huge
        length = max(1, round(len(waves) * wanted / rate))
        places = np.arange(length) * (rate / wanted)
        return np.asarray(np.interp(places, np.arange(len(waves)), waves), dtype=np.float32)
    filtered: Floats = np.asarray(signal.resample_poly(waves, up, down), dtype=np.float32)
    return filtered


def fitted(waves: Floats, length: int) -> Floats:
    """Return [length]: the beginning of a longer sound, a shorter one with silence behind it."""
    if len(waves) >= length:
        return waves[:length]
    return np.concatenate([waves, np.zeros(length - len(waves), dtype=np.float32)])


def log_mel(waves: Floats, rate: int, mels: int, window: int, hop: int) -> Floats:
    """Return [mels, frames], the logarithm of the energy in each mel band of each frame.

    A frame is `window` samples long and begins `hop` samples after the one before; the sound is
    padded with half a window of silence on both sides.
    """
    padded = np.pad(waves, window // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, window)[::hop]
    spectrum = np.fft.rfft(frames * _hann(window), axis=1)
    energy = (spectrum.real**2 + spectrum.imag**2) / window
    bands = energy @ mel_filters(rate, mels, window).T
    return np.asarray(np.log(bands + QUIETEST).T, dtype=np.float32)


def frame_count(length: int, window: int, hop: int) -> int:
    """Return how many frames `log_mel` makes of `length` samples."""
    return (length + 2 * (window // 2) - window) // hop + 1


@lru_cache(maxsize=8)
def mel_filters(rate: int, mels: int, window: int) -> Floats:
    """Return [mels, window // 2 + 1]: triangles between neighbors equally far apart in mel."""
    top = 2595 * math.log10(1 + rate / 2 / 700)
    edges = 700 * (10 ** (np.linspace(0, top, mels + 2) / 2595) - 1)
    bins = np.arange(window // 2 + 1) * (rate / window)
    rising = (bins - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - bins) / (edges[2:] - edges[1:-1])[:, None]
    return np.clip(np.minimum(rising, falling), 0, None).astype(np.float32)


@lru_cache(maxsize=8)
def _hann(window: int) -> Floats:
    return (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(window) / window)).astype(np.float32)
