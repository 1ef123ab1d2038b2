"""Picture files: every mode and size becomes a sample, every broken one a sentence."""

import contextlib
import struct
import time
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from studio.catalogue.shape import Shape
from studio.datasets.pictures import reading
from studio.datasets.pictures.reading import FITS, read_picture
from studio.errors import DataError, FileError, StudioError

GRAY, COLOR = Shape(1, 8, 8), Shape(3, 6, 9)


def saved(tmp_path: Path, picture: Image.Image, suffix: str = ".png") -> Path:
    path = tmp_path / f"picture{suffix}"
    picture.save(path)
    return path


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
@pytest.mark.parametrize("sample", [GRAY, COLOR])
def test_every_mode_becomes_the_sample_shape(tmp_path: Path, mode: str, sample: Shape) -> None:
    path = saved(tmp_path, Image.new(mode, (20, 30)))

    pixels = read_picture(path, sample)

    assert pixels.shape == tuple(sample)
    assert pixels.dtype == np.uint8


@pytest.mark.parametrize(("mode", "suffix"), [("CMYK", ".jpg"), ("F", ".tif"), ("I", ".tif")])
def test_print_and_science_modes_become_the_sample_shape(
    tmp_path: Path, mode: str, suffix: str
) -> None:
    assert read_picture(saved(tmp_path, Image.new(mode, (9, 9)), suffix), GRAY).shape == (1, 8, 8)


def test_a_sample_saved_as_a_picture_comes_back_the_same(tmp_path: Path) -> None:
    values = np.random.default_rng(0).integers(0, 255, (8, 8), dtype=np.uint8)
    path = saved(tmp_path, Image.fromarray(values))

    np.testing.assert_array_equal(read_picture(path, GRAY)[0], values)


def test_a_digit_on_white_paper_is_inverted_only_for_digits(tmp_path: Path) -> None:
    paper = Image.new("L", (80, 80), 255)
    paper.paste(0, (30, 10, 50, 70))
    path = saved(tmp_path, paper)

    digit = read_picture(path, GRAY, light_on_dark=True)

    assert digit[0, 0, 0] == 0
    assert digit[0, 4, 4] > 200
    assert read_picture(path, GRAY)[0, 0, 0] == 255


def test_a_digit_on_black_is_left_as_it_is(tmp_path: Path) -> None:
    board = Image.new("L", (8, 8), 0)
    board.putpixel((4, 4), 255)

    assert read_picture(saved(tmp_path, board), GRAY, light_on_dark=True)[0, 4, 4] == 255


def test_what_is_transparent_counts_as_paper(tmp_path: Path) -> None:
    path = saved(tmp_path, Image.new("RGBA", (8, 8), (0, 0, 0, 0)))

    assert read_picture(path, GRAY).min() == 255


def test_sixteen_bits_keep_their_brightness(tmp_path: Path) -> None:
    path = saved(tmp_path, Image.fromarray(np.full((8, 8), 32768, dtype=np.uint16)))

    assert read_picture(path, GRAY)[0, 0, 0] == 128


def test_a_wide_picture_keeps_its_proportions(tmp_path: Path) -> None:
    wide = Image.new("L", (80, 40), 0)
    wide.paste(255, (20, 0, 60, 40))

    pixels = read_picture(saved(tmp_path, wide), GRAY)[0]

    assert pixels[0].max() < 30
    assert pixels[4, 4] > 200


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".gif", ".bmp", ".tif", ".webp"])
def test_a_cut_file_gives_a_sentence_at_every_length(tmp_path: Path, suffix: str) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (40, 40, 3), dtype=np.uint8)
    path = saved(tmp_path, Image.fromarray(noise), suffix)
    whole = path.read_bytes()

    for length in range(0, len(whole), max(1, len(whole) // 40)):
        path.write_bytes(whole[:length])
        with contextlib.suppress(FileError):
            assert read_picture(path, GRAY).shape == (1, 8, 8)


def test_a_picture_bomb_is_refused_before_it_unfolds(tmp_path: Path) -> None:
    def chunk(kind: bytes, content: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + check

    path = tmp_path / "bomb.png"
    for side in (8000, 13_000, 60_000):
        header = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0))
        body = chunk(b"IDAT", zlib.compress(bytes(1000)))
        path.write_bytes(b"\x89PNG\r\n\x1a\n" + header + body + chunk(b"IEND", b""))

        with pytest.raises(FileError, match=r"too large to be opened"):
            read_picture(path, GRAY)


def test_what_is_no_picture_is_named(tmp_path: Path) -> None:
    path = tmp_path / "text.png"
    path.write_text("hello")

    with pytest.raises(FileError, match=r"text\.png is not a picture of a known format"):
        read_picture(path, GRAY)
    with pytest.raises(FileError, match="There is no file"):
        read_picture(tmp_path / "absent.png", GRAY)


def test_a_network_for_tables_takes_no_picture(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="takes 4, which is no picture"):
        read_picture(saved(tmp_path, Image.new("L", (8, 8))), Shape(4))
    assert issubclass(DataError, StudioError)


def test_a_picture_the_system_refuses_to_look_at_gives_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"Cannot read .*: File name too long"):
        read_picture(tmp_path / ("x" * 300 + ".png"), GRAY)


@pytest.mark.parametrize(("white", "half"), [(1.0, 0.5), (0.5, 0.25), (255.0, 127.5)])
def test_fractions_are_as_bright_as_bytes(tmp_path: Path, white: float, half: float) -> None:
    values = np.zeros((8, 8), dtype=np.float32)
    values[2:4], values[4:6] = white, half

    pixels = read_picture(saved(tmp_path, Image.fromarray(values), ".tif"), GRAY)[0]

    assert pixels[[0, 2, 4], 0].tolist() == [0, 255, 128]


def test_a_black_float_picture_stays_black(tmp_path: Path) -> None:
    path = saved(tmp_path, Image.new("F", (8, 8)), ".tif")

    assert read_picture(path, GRAY).max() == 0


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I", "F", "I;16"])
@pytest.mark.parametrize("fit", FITS)
def test_a_large_picture_made_smaller_before_it_is_converted_looks_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: str, fit: str
) -> None:
    path = tmp_path / "large.tif"
    smooth = np.random.default_rng(0).integers(0, 255, (5, 8, 3), dtype=np.uint8)
    large = Image.fromarray(smooth).resize((1380, 280), Image.Resampling.BICUBIC)
    large = ImageOps.expand(large, 60, "white")
    if mode == "I;16":
        gray = np.asarray(large.convert("L"), dtype=np.uint16)
        large = Image.fromarray(gray * 257)
    (large if mode == "I;16" else large.convert(mode)).save(path)
    sample = Shape(3, 20, 16)

    quick = read_picture(path, sample, fit=fit)
    monkeypatch.setattr(reading, "_ENOUGH", 10_000)
    slow = read_picture(path, sample, fit=fit)

    assert np.abs(quick.astype(int) - slow).max() <= 10
    assert np.abs(quick.astype(int) - slow).mean() <= 1.5


@pytest.mark.parametrize(("mode", "size"), [("F", (7000, 7000)), ("I;16", (20, 2_000_000))])
def test_a_huge_picture_is_read_within_a_second(
    tmp_path: Path, mode: str, size: tuple[int, int]
) -> None:
    path = tmp_path / "huge.tif"
    Image.new(mode, size).save(path, compression="tiff_adobe_deflate")
    started = time.process_time()

    read_picture(path, Shape(3, 16, 16))

    assert time.process_time() - started < 1
