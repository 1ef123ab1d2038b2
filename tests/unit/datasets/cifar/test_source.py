"""CIFAR in both published forms, and what is wrong with files that only look like it."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from studio.datasets.cifar.source import Cifar10, Cifar100
from studio.datasets.inspecting import recognized
from studio.errors import DataError, FileError
from tests.unit.datasets.cifar.cifar_files import (
    binary,
    cifar10,
    noise,
    python_batch,
    python_meta,
)
from tests.unit.datasets.real_data import unpacked


@pytest.mark.parametrize("form", ["binary", "python"])
@pytest.mark.parametrize("inside", ["", "cifar-10-batches"])
def test_both_forms_give_the_same_pictures_and_the_published_test(
    tmp_path: Path, form: str, inside: str
) -> None:
    pixels = cifar10(tmp_path / inside, form)
    dataset = Cifar10(folder=str(tmp_path)).load()

    np.testing.assert_array_equal(dataset.inputs, pixels)
    assert dataset.targets.tolist() == [n % 10 for n in range(20)] * 6
    assert dataset.test is not None
    assert dataset.test.tolist() == list(range(100, 120))
    assert dataset.classes[0] == "airplane"
    assert dataset.problems == ()
    assert dataset.origins[20].startswith("data_batch_2")
    assert Cifar10(folder=str(tmp_path)).facts().samples == 120


def test_names_of_classes_are_read_where_they_are(tmp_path: Path) -> None:
    names = [f"kind {n}" for n in range(10)]
    cifar10(tmp_path / "b", "binary")
    (tmp_path / "b" / "batches.meta.txt").write_text("\n".join(names) + "\n\n")
    cifar10(tmp_path / "p", "python")
    (tmp_path / "p" / "batches.meta").write_bytes(python_meta("label_names", names))

    assert list(Cifar10(folder=str(tmp_path / "b")).load().classes) == names
    assert list(Cifar10(folder=str(tmp_path / "p")).load().classes) == names


@pytest.mark.parametrize("form", ["binary", "python"])
@pytest.mark.parametrize("grain", ["fine", "coarse"])
def test_cifar_100_has_two_labels(tmp_path: Path, form: str, grain: str) -> None:
    fine, coarse = [n % 100 for n in range(200)], [n % 20 for n in range(200)]
    for name, seed in (("train", 1), ("test", 2)):
        if form == "binary":
            (tmp_path / f"{name}.bin").write_bytes(binary(noise(200, seed), coarse, fine))
        else:
            labels = {"fine_labels": fine, "coarse_labels": coarse}
            (tmp_path / name).write_bytes(python_batch(noise(200, seed), labels))
    dataset = Cifar100(folder=str(tmp_path), classes=grain).load()

    assert dataset.targets[:200].tolist() == (fine if grain == "fine" else coarse)
    assert len(dataset.classes) == (100 if grain == "fine" else 20)
    assert recognized(tmp_path)[0].key == "cifar100"


@pytest.mark.parametrize("form", ["binary", "python"])
def test_it_is_recognized_by_folder_and_by_file(tmp_path: Path, form: str) -> None:
    cifar10(tmp_path, form)
    some = next(tmp_path.glob("data_batch_1*"))

    assert recognized(tmp_path)[0] == Cifar10(folder=str(tmp_path))
    assert recognized(some)[0] == Cifar10(folder=str(tmp_path))


def test_files_that_are_only_called_so_are_not_recognized(tmp_path: Path) -> None:
    (tmp_path / "data_batch_1.bin").write_bytes(b"x" * 5000)
    (tmp_path / "train").write_text("a,b\n")

    assert Cifar10.found(tmp_path) is None
    assert Cifar100.found(tmp_path) is None


def test_missing_parts_are_told_and_the_others_used(tmp_path: Path) -> None:
    cifar10(tmp_path, "binary")
    for name in ("data_batch_3.bin", "test_batch.bin"):
        (tmp_path / name).unlink()
    dataset = Cifar10(folder=str(tmp_path)).load()

    assert {one.kind: one.places for one in dataset.problems} == {
        "missing_batch": ("4 / 5",),
        "missing_test": ("test_batch",),
    }
    assert dataset.test is None
    assert len(dataset) == 80


def test_a_file_of_half_a_picture_is_named_with_both_numbers(tmp_path: Path) -> None:
    cifar10(tmp_path, "binary")
    with (tmp_path / "data_batch_2.bin").open("ab") as stream:
        stream.write(b"12")

    with pytest.raises(FileError, match=r"data_batch_2.bin has 61,462 B, which is no whole number"):
        Cifar10(folder=str(tmp_path)).load()


@pytest.mark.parametrize("form", ["binary", "python"])
def test_a_label_that_does_not_exist_is_named(tmp_path: Path, form: str) -> None:
    cifar10(tmp_path, form)
    labels = [0] * 20
    labels[7] = 10
    if form == "binary":
        (tmp_path / "data_batch_1.bin").write_bytes(binary(noise(20, 1), labels))
    else:
        (tmp_path / "data_batch_1").write_bytes(python_batch(noise(20, 1), {"labels": labels}))

    with pytest.raises(DataError, match=r"data_batch_1.*picture 8 is 10, but there are 10"):
        Cifar10(folder=str(tmp_path)).load()


def test_without_files_there_is_a_sentence_and_the_published_facts(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="has no file data_batch_1"):
        Cifar10(folder=str(tmp_path)).load()
    assert Cifar10().facts().samples == 60_000
    assert Cifar10().facts().classes[3] == "cat"
    assert len(Cifar100().facts().classes) == 100


def test_real_pictures_come_back_in_color_and_upright(tmp_path: Path) -> None:
    folder = unpacked("cifar10_jpg_12k", tmp_path / "real")
    paths = sorted(folder.rglob("train/*/000*.jpg"))[:100]
    planes = np.stack([np.moveaxis(np.asarray(Image.open(path)), 2, 0) for path in paths])
    labels = [n // 10 for n in range(100)]
    batch = python_batch(planes.reshape(100, 3072), {"labels": labels})
    (tmp_path / "data_batch_1").write_bytes(batch)

    np.testing.assert_array_equal(Cifar10(folder=str(tmp_path)).load().inputs, planes)
