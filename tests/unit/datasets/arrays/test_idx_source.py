"""IDX files of any name: pictures find their labels, parts are known by name."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from studio.datasets.arrays.idx_source import Idx
from studio.datasets.inspecting import recognized
from studio.datasets.mnist import Mnist
from studio.errors import DataError, FileError
from tests.unit.datasets.idx_files import idx, small_mnist, write
from tests.unit.datasets.real_data import DATA

REAL = DATA / "mnist" / "raw"


@pytest.mark.parametrize("zipped", [True, False])
def test_files_laid_out_as_those_of_mnist_are_read(tmp_path: Path, zipped: bool) -> None:
    dataset = Idx(folder=str(small_mnist(tmp_path, zipped=zipped))).load()

    assert dataset.inputs.shape == (80, 1, 4, 4)
    assert dataset.inputs.dtype == np.uint8
    assert dataset.test is not None
    assert dataset.test.tolist() == list(range(60, 80))
    assert dataset.classes == tuple("0123456789")
    assert dataset.origins[60] == "test row 1"
    assert recognized(tmp_path)[0] == Idx(folder=str(tmp_path))
    assert Idx(folder=str(tmp_path)).facts().samples == 80
    assert Idx(folder=str(tmp_path)).facts().classes == dataset.classes


def test_one_pair_of_any_name_is_enough(tmp_path: Path) -> None:
    write(tmp_path, "leaves", idx(np.zeros((6, 5, 7), np.uint8)), zipped=False)
    write(tmp_path, "kinds", idx(np.array([3, 7, 3, 7, 3, 7], np.uint8)), zipped=False)
    dataset = Idx(folder=str(tmp_path)).load()

    assert dataset.inputs.shape == (6, 1, 5, 7)
    assert dataset.classes == ("3", "7")
    assert dataset.test is None


@pytest.mark.parametrize(
    ("shape", "dtype", "expected"),
    [((6, 5, 4, 3), np.uint8, (6, 3, 5, 4)), ((6, 5), np.float32, (6, 5))],
)
def test_colors_and_tables_are_read_too(
    tmp_path: Path, shape: tuple[int, ...], dtype: type, expected: tuple[int, ...]
) -> None:
    write(tmp_path, "a", idx(np.ones(shape, dtype)), zipped=True)
    write(tmp_path, "b", idx(np.arange(6, dtype=np.uint8) % 2), zipped=True)

    assert Idx(folder=str(tmp_path)).load().inputs.shape == expected


def test_several_sets_in_one_folder_are_told_apart_by_how_they_begin(tmp_path: Path) -> None:
    for name in ("letters", "digits"):
        small_mnist(tmp_path / name)
        for path in (tmp_path / name).iterdir():
            shutil.move(path, tmp_path / f"{name}-{path.name}")
        (tmp_path / name).rmdir()

    with pytest.raises(DataError, match="holds several sets: digits-t10k"):
        Idx(folder=str(tmp_path)).load()
    assert len(Idx(folder=str(tmp_path), prefix="letters").load()) == 80


def test_numbers_that_differ_are_both_named(tmp_path: Path) -> None:
    write(tmp_path, "train-images", idx(np.zeros((6, 5, 7), np.uint8)), zipped=False)
    with pytest.raises(DataError, match=r"no labels for .*train-images"):
        Idx(folder=str(tmp_path)).load()
    write(tmp_path, "train-labels", idx(np.zeros(5, np.uint8)), zipped=False)
    with pytest.raises(DataError, match=r"holds 6 pictures, but .* holds 5 labels"):
        Idx(folder=str(tmp_path)).load()


def test_a_header_that_lies_is_refused(tmp_path: Path) -> None:
    small_mnist(tmp_path, zipped=False)
    path = tmp_path / "train-images-idx3-ubyte"
    path.write_bytes(path.read_bytes()[:-1])

    with pytest.raises(FileError, match="says it holds 60 × 4 × 4"):
        Idx(folder=str(tmp_path)).load()
    sure, source = Idx.found(tmp_path) or (0, None)
    assert sure == 0.5
    assert source is not None
    assert source.folder == str(tmp_path)


def test_other_folders_are_not_recognized(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("text")

    assert Idx.found(tmp_path) is None
    assert Idx.found(tmp_path / "a") is None
    assert Idx().facts().samples == 0
    with pytest.raises(DataError, match="holds no IDX file"):
        Idx(folder=str(tmp_path)).load()


@pytest.mark.skipif(not REAL.is_dir(), reason=f"no MNIST in {REAL}")
def test_the_published_mnist_is_recognized_as_what_it_is() -> None:
    assert recognized(REAL)[0] == Mnist(folder=str(REAL))
    assert recognized(REAL / "t10k-labels-idx1-ubyte.gz")[0] == Mnist(folder=str(REAL))
    assert Idx(folder=str(REAL)).facts() == Mnist(folder=str(REAL)).facts()
