"""Kept pixels come back the same, and nothing is believed that is not whole."""

from pathlib import Path

import numpy as np
import pytest

from studio.datasets import caching
from studio.datasets.caching import cache_folder, cache_key, keeping, kept

PIXELS = np.arange(5 * 2 * 3 * 4, dtype=np.uint8).reshape(5, 2, 3, 4)


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAYERWISE_HOME", str(tmp_path))


def put(key: str, pixels: np.ndarray = PIXELS) -> Path:
    with keeping(key, pixels.size) as store:
        for one in pixels:
            store.add(one)
        store.finish(pixels.shape[1:], {"words": ["é", 1]})
    return cache_folder() / f"{key}.pixels"


def test_pixels_and_their_description_come_back() -> None:
    put("a")
    found = kept("a")

    assert found is not None
    np.testing.assert_array_equal(found[0], PIXELS)
    assert isinstance(found[0], np.memmap)
    assert found[1] == {"words": ["é", 1]}
    assert kept("b") is None


def test_no_picture_at_all_can_be_kept() -> None:
    put("none", PIXELS[:0])
    found = kept("none")

    assert found is not None
    assert found[0].shape == (0, 2, 3, 4)


@pytest.mark.parametrize("place", [-1, -9, -12, -40, -60])
def test_a_description_that_was_changed_is_not_believed(place: int) -> None:
    path = put("a")
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)

    assert kept("a") is None


@pytest.mark.parametrize("cut", [1, 16, 100, 10_000])
def test_a_file_that_is_cut_is_not_believed(cut: int) -> None:
    path = put("a")
    path.write_bytes(path.read_bytes()[cut:])
    assert kept("a") is None
    put("a")
    path.write_bytes(path.read_bytes()[:-cut])
    assert kept("a") is None


def test_a_file_of_another_name_is_not_believed() -> None:
    put("a").rename(cache_folder() / "b.pixels")

    assert kept("b") is None


def test_what_is_left_by_an_error_is_not_kept() -> None:
    with pytest.raises(IndexError), keeping("a", 10) as store:
        store.add(PIXELS[99])
    assert list(cache_folder().iterdir()) == []


def test_the_file_unused_for_longest_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    size = put("a").stat().st_size
    for name in ("b", "c"):
        put(name)
    monkeypatch.setattr(caching, "MOST_BYTES", 3 * size)
    assert kept("a") is not None  # used just now
    put("d")

    assert kept("b") is None
    assert kept("a") is not None
    assert kept("c") is not None


def test_a_key_tells_what_it_is_made_of_apart() -> None:
    assert cache_key(1, ["a"]) == cache_key(1, ["a"])
    assert cache_key(1, ["a"]) != cache_key(1, ["b"])
