"""The MNIST folder: four files that belong together, or a sentence that names the wrong one."""

import os
from pathlib import Path

import numpy as np
import pytest

from studio.catalogue.shape import Shape
from studio.datasets.mnist import Mnist
from studio.errors import DataError, FileError
from tests.unit.datasets.idx_files import NAMES, idx, small_mnist, write

REAL = (
    Path(os.environ.get("LAYERWISE_TEST_DATA", Path(__file__).parents[4] / "shared" / "data"))
    / "mnist"
    / "raw"
)
real = pytest.mark.skipif(not REAL.is_dir(), reason=f"no MNIST in {REAL}")


@real
def test_the_published_files_are_read_without_a_remark() -> None:
    dataset = Mnist(folder=str(REAL)).load()

    assert dataset.notes == ()
    assert dataset.inputs.shape == (70_000, 1, 28, 28)
    assert dataset.inputs.dtype == np.uint8
    assert dataset.test is not None
    assert list(dataset.test[[0, -1]]) == [60_000, 69_999]
    counts = np.bincount(dataset.targets[:60_000])  # yann.lecun.com and many a textbook
    assert counts.tolist() == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]


@real
def test_facts_of_the_published_files_agree_with_the_declaration() -> None:
    assert Mnist(folder=str(REAL)).facts() == Mnist().facts()


@pytest.mark.parametrize("zipped", [True, False])
def test_plain_and_gzipped_files_read_alike(tmp_path: Path, zipped: bool) -> None:
    source = Mnist(folder=str(small_mnist(tmp_path, zipped=zipped)))

    dataset = source.load()

    assert dataset.inputs.shape == (80, 1, 4, 4)
    assert source.facts().sample == Shape(1, 4, 4)
    assert source.facts().samples == 80


def test_names_with_a_dot_are_found_too(tmp_path: Path) -> None:
    for path in small_mnist(tmp_path).iterdir():
        path.rename(path.with_name(path.name.replace("-idx", ".idx")))

    assert len(Mnist(folder=str(tmp_path)).load()) == 80


def test_other_files_than_the_published_ones_get_a_remark_each(tmp_path: Path) -> None:
    notes = Mnist(folder=str(small_mnist(tmp_path))).load().notes

    assert len(notes) == 4
    assert "train-images-idx3-ubyte.gz is not the published file: its md5 is" in notes[0]
    assert "not f68b3c2dcbeaaa9fbdd348bbdeb94873" in notes[0]


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_file_is_named_with_what_is_there(tmp_path: Path, name: str) -> None:
    small_mnist(tmp_path)
    (tmp_path / f"{name}.gz").unlink()

    with pytest.raises(DataError, match=f"has no file {name}.gz or {name}. It holds "):
        Mnist(folder=str(tmp_path)).load()


def test_no_folder_and_an_absent_folder_say_so(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="MNIST needs the folder"):
        Mnist().load()
    with pytest.raises(DataError, match="is empty or does not exist"):
        Mnist(folder=str(tmp_path / "absent")).load()


def test_a_label_beyond_nine_is_named(tmp_path: Path) -> None:
    small_mnist(tmp_path)
    labels = np.zeros(60, dtype=np.uint8)
    labels[41] = 12
    write(tmp_path, NAMES[1], idx(labels), zipped=True)

    with pytest.raises(DataError, match="label 42 is 12, but digits go from 0 to 9"):
        Mnist(folder=str(tmp_path)).load()


def test_counts_that_differ_are_both_named(tmp_path: Path) -> None:
    small_mnist(tmp_path)
    write(tmp_path, NAMES[1], idx(np.zeros(59, dtype=np.uint8)), zipped=True)

    with pytest.raises(DataError, match=r"holds 60 pictures, but .* holds 59 labels"):
        Mnist(folder=str(tmp_path)).load()


def test_swapped_files_are_refused(tmp_path: Path) -> None:
    small_mnist(tmp_path)
    write(tmp_path, NAMES[0], idx(np.zeros(60, dtype=np.uint8)), zipped=True)

    with pytest.raises(DataError, match="holds 60 values of type uint8; expected 3 axes of bytes"):
        Mnist(folder=str(tmp_path)).load()


def test_a_truncated_file_is_named(tmp_path: Path) -> None:
    small_mnist(tmp_path)
    path = tmp_path / f"{NAMES[0]}.gz"
    path.write_bytes(path.read_bytes()[:-20])

    with pytest.raises(FileError, match=f"{NAMES[0]}.gz cannot be read"):
        Mnist(folder=str(tmp_path)).load()


def test_a_relative_folder_is_taken_from_the_project(tmp_path: Path) -> None:
    assert Mnist(folder="raw").resolved(tmp_path).folder == str(tmp_path / "raw")
    assert Mnist(folder=str(tmp_path)).resolved(Path("/else")).folder == str(tmp_path)
    assert not Mnist().resolved(tmp_path).folder
