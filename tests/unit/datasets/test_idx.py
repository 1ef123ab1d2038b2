"""IDX files: whatever is in them, the answer is an array or one sentence."""

import contextlib
import gzip
import struct
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from studio.datasets.idx import read_header, read_idx
from studio.errors import FileError
from tests.unit.datasets.idx_files import idx


@pytest.mark.parametrize("zipped", [True, False])
@pytest.mark.parametrize("dtype", ["uint8", "int16", "float32"])
def test_values_come_back_as_written(tmp_path: Path, dtype: str, zipped: bool) -> None:
    values = np.arange(24).reshape(2, 3, 4).astype(dtype)
    content = idx(values)
    path = tmp_path / "any-name"
    path.write_bytes(gzip.compress(content) if zipped else content)

    found = read_idx(path)

    assert found.dtype == values.dtype
    np.testing.assert_array_equal(found, values)
    assert read_header(path).axes == (2, 3, 4)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"There is no file .*absent"):
        read_idx(tmp_path / "absent")


def test_a_truncated_gzip_is_named(tmp_path: Path) -> None:
    path = tmp_path / "cut.gz"
    random = np.random.default_rng(0).integers(0, 255, 5000, dtype=np.uint8)
    whole = gzip.compress(idx(random))

    for length in (1, 8, 14, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(FileError, match=r"cut\.gz"):
            read_idx(path)


def test_a_truncated_plain_file_says_both_sizes(tmp_path: Path) -> None:
    path = tmp_path / "cut"
    path.write_bytes(idx(np.zeros((10, 10), dtype=np.uint8))[:-30])

    with pytest.raises(FileError, match=r"says it holds 10 × 10 values \(100 B\), but has .* 70 B"):
        read_idx(path)


def test_a_file_that_goes_on_after_its_values_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "long"
    path.write_bytes(idx(np.zeros(10, dtype=np.uint8)) + b"x")

    with pytest.raises(FileError, match=r"more than the 10 B"):
        read_idx(path)


@pytest.mark.parametrize("zipped", [True, False])
def test_a_header_that_lies_costs_no_memory(tmp_path: Path, zipped: bool) -> None:
    path = tmp_path / "liar"
    content = struct.pack(">HBB3I", 0, 8, 3, 2**32 - 1, 2**32 - 1, 28)
    path.write_bytes(gzip.compress(content) if zipped else content)

    tracemalloc.start()
    with pytest.raises(FileError, match="says it holds 4294967295 × 4294967295 × 28"):
        read_idx(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 2**20


def test_a_gzip_bomb_is_read_only_as_far_as_its_header_says(tmp_path: Path) -> None:
    path = tmp_path / "bomb.gz"
    path.write_bytes(gzip.compress(struct.pack(">HBBI", 0, 8, 1, 1000) + bytes(200 * 2**20), 1))

    tracemalloc.start()
    with pytest.raises(FileError, match=r"more than the 1000 B"):
        read_idx(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 2**22


def test_a_damaged_gzip_is_named(tmp_path: Path) -> None:
    path = tmp_path / "flipped.gz"
    values = np.random.default_rng(0).integers(0, 255, 5000, dtype=np.uint8)
    content = bytearray(gzip.compress(idx(values)))
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(bytes(content))

    with pytest.raises(FileError, match=r"flipped\.gz"):
        read_idx(path)


@given(st.binary(max_size=200) | arrays.arrays(np.uint8, (2, 3)).map(idx))
def test_any_bytes_give_an_array_or_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "file"
    for bytes_ in (content, gzip.compress(content), b"\x1f\x8b" + content):
        path.write_bytes(bytes_)
        with contextlib.suppress(FileError):
            read_idx(path)
