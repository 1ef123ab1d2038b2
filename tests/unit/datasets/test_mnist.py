"""The MNIST folder: four files that belong together, or a sentence that names the wrong one."""

import os
import struct
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

    with pytest.raises(DataError, match="are uint8 with 1 axes; expected are uint8 with 3 axes"):
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


@pytest.mark.parametrize("place", range(4))
@pytest.mark.parametrize(("kind", "axes"), [(0x08, 2), (0x08, 255), (0x0D, None)])
def test_a_header_of_another_kind_is_refused_before_reading(
    tmp_path: Path, place: int, kind: int, axes: int | None
) -> None:
    path = small_mnist(tmp_path, zipped=False) / NAMES[place]
    expected = (3, 1, 3, 1)[place]
    content = path.read_bytes()
    path.write_bytes(struct.pack(">HBB", 0, kind, axes or expected) + content[4:])
    found = f"{'uint8' if kind == 0x08 else 'float32'} with {axes or expected} axes"
    sentence = f"{NAMES[place]} says .* {found}; expected are uint8 with {expected} axes"

    for act in (Mnist(folder=str(tmp_path)).facts, Mnist(folder=str(tmp_path)).load):
        with pytest.raises(DataError, match=sentence):
            act()


def test_a_file_of_no_pictures_is_refused(tmp_path: Path) -> None:
    small_mnist(tmp_path)
    write(tmp_path, NAMES[0], idx(np.zeros((60, 28, 0), dtype=np.uint8)), zipped=True)

    for act in (Mnist(folder=str(tmp_path)).facts, Mnist(folder=str(tmp_path)).load):
        with pytest.raises(DataError, match="holds 60 × 28 × 0 values, which is none"):
            act()


def test_a_folder_the_system_refuses_to_look_at_gives_a_sentence(tmp_path: Path) -> None:
    source = Mnist(folder=str(tmp_path / ("x" * 300)))

    with pytest.raises(FileError, match=r"Cannot read .*: File name too long"):
        source.load()
    assert source.facts() == Mnist().facts()


def test_the_home_of_an_unknown_user_gives_a_sentence(tmp_path: Path) -> None:
    source = Mnist(folder="~no-such-user/raw")

    with pytest.raises(FileError, match="~no-such-user/raw begins in the home of a user"):
        source.load()
    assert source.resolved(tmp_path) == source


def test_a_relative_place_of_the_project_gives_a_whole_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert Mnist(folder="raw").resolved(Path("sub")).folder == str(tmp_path / "sub" / "raw")
