"""NumPy arrays: found by name or content, brought into shape, never trusted to be what they say."""

import io
import random
import struct
import time
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.catalogue.shape import Shape
from studio.datasets.arrays.npz import Npz
from studio.datasets.dataset import Dataset
from studio.datasets.inspecting import recognized
from studio.errors import DataError, FileError, StudioError

X = np.arange(24 * 5, dtype=np.float64).reshape(24, 5)
Y = np.arange(24) % 3


def loaded(path: Path, **settings: Any) -> Dataset:
    return Npz(path=str(path), **settings).load()


def npy(values: np.ndarray) -> bytes:
    stream = io.BytesIO()
    np.save(stream, values)
    return stream.getvalue()


@pytest.mark.parametrize(
    "names",
    [("x", "y"), ("inputs", "targets"), ("data", "labels"), ("X", "label"), ("arr_0", "arr_1")],
)
@pytest.mark.parametrize("packed", ["npz", "small npz", "npy"])
def test_samples_and_answers_are_found(tmp_path: Path, names: tuple[str, str], packed: str) -> None:
    arrays: dict[str, Any] = {names[0]: X, names[1]: Y, "extra": np.zeros(3)}
    path = tmp_path / "d.npz"
    if packed == "npy":
        path = tmp_path
        for name, values in arrays.items():
            np.save(tmp_path / f"{name}.npy", values)
    else:
        (np.savez if packed == "npz" else np.savez_compressed)(path, **arrays)
    dataset = loaded(path)

    np.testing.assert_array_equal(dataset.inputs, X.astype(np.float32))
    assert dataset.inputs.dtype == np.float32
    assert dataset.targets.tolist() == Y.tolist()
    assert dataset.classes == ("0", "1", "2")
    assert recognized(path)[0].key == "npz"
    assert Npz(path=str(path)).facts().samples == 24
    assert Npz(path=str(path)).facts().classes == ("0", "1", "2")


@pytest.mark.parametrize(
    ("inputs", "targets"),
    [("x_{}", "y_{}"), ("{}_images", "{}_labels"), ("X{}", "y{}"), ("{}-data", "{}-target")],
)
def test_parts_are_named_by_their_arrays(tmp_path: Path, inputs: str, targets: str) -> None:
    parts = {"test": 4, "val": 5, "train": 9}
    arrays: dict[str, Any] = {inputs.format(part): np.full((n, 2), n) for part, n in parts.items()}
    arrays |= {targets.format(part): np.arange(n)[:, None] % 2 for part, n in parts.items()}
    np.savez(tmp_path / "d.npz", **arrays)
    dataset = loaded(tmp_path / "d.npz")

    assert dataset.inputs[:, 0].tolist() == [9] * 9 + [5] * 5 + [4] * 4
    assert dataset.validation is not None
    assert dataset.validation.tolist() == list(range(9, 14))
    assert dataset.test is not None
    assert dataset.test.tolist() == list(range(14, 18))
    assert dataset.origins[9] == "validation row 1"


def test_arrays_can_be_chosen_and_a_wrong_name_is_answered_with_the_right_ones(
    tmp_path: Path,
) -> None:
    np.savez(tmp_path / "d.npz", x=X, y=Y, other=X[:, :2], age=np.linspace(0, 1, 24))

    assert loaded(tmp_path / "d.npz", inputs="other").inputs.shape == (24, 2)
    chosen = loaded(tmp_path / "d.npz", inputs="x", targets="age")
    assert chosen.targets.shape == (24, 1)
    assert chosen.classes == ()
    with pytest.raises(DataError, match=r"no array “z”. The arrays are: x, y, other, age"):
        loaded(tmp_path / "d.npz", inputs="z")


@pytest.mark.parametrize(
    ("shape", "dtype", "layout", "expected", "kind"),
    [
        ((24, 8, 9, 3), "u1", "auto", (24, 3, 8, 9), "uint8"),
        ((24, 3, 8, 9), "u1", "auto", (24, 3, 8, 9), "uint8"),
        ((24, 8, 9), "u1", "auto", (24, 1, 8, 9), "uint8"),
        ((24, 8, 9, 1), "f8", "auto", (24, 1, 8, 9), "float32"),
        ((24, 8, 9), "f4", "auto", (24, 8, 9), "float32"),
        ((24, 8, 9), "f4", "picture", (24, 1, 8, 9), "float32"),
        ((24, 8, 9), "f4", "table", (24, 72), "float32"),
        ((24, 8), "f4", "sequence", (24, 1, 8), "float32"),
        ((24, 8), "i4", "ids", (24, 8), "int64"),
        ((24, 8), "i4", "auto", (24, 8), "float32"),
        ((24,), "f4", "auto", (24, 1), "float32"),
        ((24, 2), ">f4", "auto", (24, 2), "float32"),
        ((24, 2), "?", "auto", (24, 2), "float32"),
    ],
)
def test_axes_are_brought_into_order(
    tmp_path: Path,
    shape: tuple[int, ...],
    dtype: str,
    layout: str,
    expected: tuple[int, ...],
    kind: str,
) -> None:
    values = np.random.default_rng(0).integers(0, 2, shape).astype(dtype)
    np.savez(tmp_path / "d.npz", x=values, y=Y)
    dataset = loaded(tmp_path / "d.npz", layout=layout)

    assert dataset.inputs.shape == expected
    assert dataset.inputs.dtype == kind
    assert dataset.inputs.sum() == values.sum()
    facts = Npz(path=str(tmp_path / "d.npz"), layout=layout).facts()
    assert facts.sample == dataset.sample


@pytest.mark.parametrize(
    ("values", "task", "classes"),
    [
        (np.eye(3)[Y], "auto", ("0", "1", "2")),
        (np.array(["cat", "dog", "fox"])[Y], "auto", ("cat", "dog", "fox")),
        (np.array([b"cat", b"dog", b"fox"])[Y], "auto", ("cat", "dog", "fox")),
        (Y == 1, "auto", ("False", "True")),
        (Y * 5 - 5, "auto", ("-5", "0", "5")),
        (Y * 1.0, "classes", ("0", "1", "2")),
        (Y, "numbers", ()),
        (np.linspace(0, 1, 24), "auto", ()),
        (X[:, :2], "auto", ()),
    ],
)
def test_answers_are_classes_or_numbers(
    tmp_path: Path, values: np.ndarray, task: str, classes: tuple[str, ...]
) -> None:
    np.savez(tmp_path / "d.npz", x=X, y=values)
    dataset = loaded(tmp_path / "d.npz", task=task)

    assert dataset.classes == classes
    if classes:
        assert dataset.targets.dtype == np.int64
        assert dataset.targets.ndim == 1
    else:
        assert dataset.targets.dtype == np.float32
        assert dataset.targets.ndim == 2


def test_samples_that_are_not_finite_are_named_and_left_out(tmp_path: Path) -> None:
    broken = X.copy()
    broken[3, 1], broken[7, 0], broken[9, 0] = np.nan, np.inf, 1e300
    broken[:, 4] = 7
    np.savez(tmp_path / "d.npz", x=broken, y=Y)
    dataset = loaded(tmp_path / "d.npz")
    told = {one.kind: one for one in dataset.problems}

    assert len(dataset) == 21
    assert told["not_finite"].places == ("row 4", "row 8", "row 10")
    assert told["constant_column"].places == ("column 5",)
    assert dataset.origins[3] == "row 5"


def test_numbers_that_differ_are_both_named(tmp_path: Path) -> None:
    np.savez(tmp_path / "d.npz", x=X, y=Y[:-1])

    with pytest.raises(DataError, match="“x” has 24 samples, but “y” has 23"):
        loaded(tmp_path / "d.npz")


def test_classes_of_a_run_before_keep_their_numbers(tmp_path: Path) -> None:
    np.savez(tmp_path / "d.npz", x=X, y=Y * 10)
    source = Npz(path=str(tmp_path / "d.npz"))

    assert source.load(learned={"classes": ["20", "0", "10"]}).targets[:3].tolist() == [1, 2, 0]
    with pytest.raises(DataError, match="were not learned: 10, 20"):
        source.load(learned={"classes": ["0", "1"]})


def test_objects_are_never_read(tmp_path: Path) -> None:
    np.savez(tmp_path / "d.npz", x=np.array([print, {}], dtype=object), y=Y[:2])

    with pytest.raises(FileError, match=r"“x” in .* holds object, which is never read"):
        loaded(tmp_path / "d.npz")


def test_a_header_that_lies_is_refused_before_memory_is_taken(tmp_path: Path) -> None:
    content = npy(np.zeros((9, 9)))
    for axes in (b"(10, 9), }", b"(9, 90), }", b"(9, 8), } "):
        (tmp_path / "x.npy").write_bytes(content.replace(b"(9, 9), } ", axes, 1))
        with pytest.raises(FileError, match=r"says it holds .* but has 648 B"):
            loaded(tmp_path)
    huge = content.replace(b"(9, 9), }" + b" " * 12, b"(99999999999, 9), }  ")
    (tmp_path / "x.npy").write_bytes(huge)
    with pytest.raises(FileError, match="says it holds 99999999999 × 9"):
        loaded(tmp_path)


def test_a_bomb_is_refused_with_both_sizes(tmp_path: Path) -> None:
    path = tmp_path / "bomb.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        head = npy(np.zeros(0, np.uint8)).replace(b"(0,), }" + b" " * 9, b"(300000000,), }" + b" ")
        with archive.open("x.npy", "w") as stream:
            stream.write(head)
            for _turn in range(300):
                stream.write(bytes(1_000_000))
    begun = time.monotonic()

    with pytest.raises(FileError, match=r"would unfold from 28[0-9] KiB to 286 MiB"):
        loaded(path)
    assert time.monotonic() - begun < 1


def test_a_zip_that_lies_about_a_size_is_not_believed(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "d.npz", x=X, y=Y)
    content = bytearray((tmp_path / "d.npz").read_bytes())
    place = content.index(b"PK\1\2") + 24
    true = struct.unpack_from("<I", content, place)[0]
    struct.pack_into("<I", content, place, true + 8)
    (tmp_path / "d.npz").write_bytes(content)

    with pytest.raises(FileError):
        loaded(tmp_path / "d.npz")


@pytest.mark.parametrize("content", [b"", b"PK\3\4", b"\x93NUMPY", b"text", b"PK\5\6" + bytes(18)])
def test_other_files_give_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "d.npz"
    path.write_bytes(content)

    with pytest.raises(StudioError):
        loaded(path)
    assert Npz.found(path) is None
    assert Npz(path=str(path)).facts().sample == Shape(1)


def test_mutants_are_read_or_refused(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "d.npz", x=X[:4], y=Y[:4])
    content = (tmp_path / "d.npz").read_bytes()
    chance = random.Random(3)
    refused = 0
    for _turn in range(600):
        mutant = bytearray(content)
        for _change in range(chance.randint(1, 3)):
            mutant[chance.randrange(len(mutant))] = chance.randrange(256)
        (tmp_path / "m.npz").write_bytes(mutant)
        try:
            loaded(tmp_path / "m.npz")
        except StudioError:
            refused += 1
    assert 100 < refused <= 600


def test_without_a_path_there_is_a_sentence() -> None:
    with pytest.raises(DataError, match="No file or folder is chosen"):
        Npz().load()
    assert Npz().facts().samples == 0


def test_an_array_file_is_a_sample(tmp_path: Path) -> None:
    np.savez(tmp_path / "d.npz", x=np.zeros((24, 8, 9, 3), np.uint8), y=Y)
    (tmp_path / "one").mkdir()
    np.save(tmp_path / "one" / "s.npy", np.full((8, 9, 3), 5, np.uint8))

    one = Npz(path=str(tmp_path / "d.npz")).sample(str(tmp_path / "one" / "s.npy"), {})

    assert one.shape == (3, 8, 9)
    assert one.min() == 5
