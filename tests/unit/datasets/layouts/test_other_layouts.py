"""Are sounds, arrays and IDX files found as they are published, and other files refused well?"""

import gzip
import zipfile
from pathlib import Path

import numpy as np
import pytest

from studio.datasets.inspecting import source_of
from studio.errors import DataError
from tests.unit.datasets.idx_files import idx
from tests.unit.datasets.layouts.telling import told, written
from tests.unit.datasets.sounds.sound_files import tone, wav


def heard(path: Path, number: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(wav(tone(200 + 700 * (number % 2) + number, 0.1)))
    return path


def test_lists_and_noise_of_speech_commands_are_understood(tmp_path: Path) -> None:
    for kind, name in enumerate(("go", "stop")):
        for n in range(12):
            heard(tmp_path / name / f"{n:08x}_nohash_0.wav", 100 * n + kind)
    heard(tmp_path / "_background_noise_" / "hum.wav", 7)
    written(tmp_path / "validation_list.txt", "go/00000001_nohash_0.wav\n")
    tested = [f"{name}/{n:08x}_nohash_0.wav" for name in ("go", "stop") for n in (3, 4)]
    written(tmp_path / "testing_list.txt", "\n".join(tested))

    found = told(tmp_path)

    assert found["classes"] == {"go": 12, "stop": 12}
    assert found["parts"] == {"train": 19, "validation": 1, "test": 4}


def test_a_table_names_the_classes_of_sounds(tmp_path: Path) -> None:
    names = [f"{n % 5 + 1}-{100 + n}-A-{n % 2}.wav" for n in range(30)]
    for n, name in enumerate(names):
        heard(tmp_path / "audio" / name, n)
    rows = [f"{name},{n % 5 + 1},{('dog', 'cat')[n % 2]}" for n, name in enumerate(names)]
    written(tmp_path / "meta" / "esc.csv", "\n".join(["filename,fold,category", *rows]))

    found = told(tmp_path)

    assert (found["kind"], found["classes"]) == ("sounds", {"cat": 15, "dog": 15})


def stored(folder: Path, prefix: str, *, zipped: bool) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for part, count in (("train", 40), ("t10k", 20)):
        labels = (np.arange(count) % 2).astype(np.uint8)
        images = np.random.default_rng(count).integers(0, 255, (count, 4, 4), dtype=np.uint8)
        for word, values in (("images", images), ("labels", labels)):
            name = f"{prefix}{part}-{word}-idx{values.ndim}-ubyte"
            content = idx(values)
            path = folder / (f"{name}.gz" if zipped else name)
            path.write_bytes(gzip.compress(content) if zipped else content)


def test_idx_files_may_lie_deeper_and_be_there_twice(tmp_path: Path) -> None:
    raw = tmp_path / "FashionMNIST" / "raw"
    stored(raw, "", zipped=True)
    stored(raw, "", zipped=False)

    found = told(tmp_path)

    assert (found["kind"], found["samples"]) == ("idx", 60)
    assert found["parts"]["test"] == 20


def test_a_file_of_several_idx_sets_stands_for_its_own(tmp_path: Path) -> None:
    stored(tmp_path, "emnist-letters-", zipped=True)
    stored(tmp_path, "emnist-digits-", zipped=True)

    found = told(tmp_path / "emnist-digits-train-images-idx3-ubyte.gz")

    assert found["source"]["prefix"] == "emnist-digits-"
    assert found["samples"] == 60


def test_names_of_classes_are_no_answers_of_arrays(tmp_path: Path) -> None:
    names, labels = np.array(list("abc")), np.arange(30) % 3
    np.savez(tmp_path / "set.npz", target_names=names, target=labels, data=np.eye(30))

    assert told(tmp_path)["samples"] == 30  # the only file of the folder


def test_squares_of_fractions_are_pictures(tmp_path: Path) -> None:
    faces = np.random.default_rng(0).random((30, 16, 16))
    np.savez(tmp_path / "faces.npz", images=faces, target=np.arange(30) % 3)
    np.savez(tmp_path / "waves.npz", x=faces[:, :5], y=np.arange(30) % 3)

    assert told(tmp_path / "faces.npz")["shape"] == [1, 16, 16]
    assert told(tmp_path / "waves.npz")["shape"] == [5, 16]


def zipped(path: Path, *names: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, "a,b,label\n" + "1,2,yes\n2,3,no\n" * 400)
    return path


def test_an_archive_is_never_taken_for_the_table_in_it(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"is packed \(ZIP\)"):
        source_of(zipped(tmp_path / "set.zip", "set/rows.csv"))
    with pytest.raises(DataError, match=r"holds packed files: set\.zip") as refused:
        source_of(tmp_path)
    assert refused.value.remedy.startswith("Unpack them first")


@pytest.mark.parametrize(
    ("content", "kind", "remedy"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Excel", "CSV"),
        (b"PAR1", "Parquet", "CSV"),
        (b"\x89HDF\r\n\x1a\n", "HDF5", "NPZ"),
        (b"MATLAB 5.0 MAT-file", "MATLAB", "NPZ"),
        (b"ID3\x03", "MP3", "WAV"),
    ],
)
def test_known_files_that_are_not_read_are_named(
    tmp_path: Path, content: bytes, kind: str, remedy: str
) -> None:
    folder = tmp_path / "some"
    folder.mkdir()
    for n in range(3):
        (folder / str(n)).write_bytes(content + bytes(range(256)) * 4)

    for path in (folder / "0", folder):
        with pytest.raises(DataError, match=rf"not read \({kind}\)") as refused:
            source_of(path)
        assert remedy in refused.value.remedy


def test_a_sheet_of_excel_is_no_archive_to_unpack(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"not read \(Excel\)"):
        source_of(zipped(tmp_path / "set.xlsx", "xl/workbook.xml", "xl/sheet1.xml"))


def test_an_array_without_answers_is_refused_by_name(tmp_path: Path) -> None:
    np.save(tmp_path / "data.npy", np.eye(9))

    with pytest.raises(DataError, match="No two arrays are samples and answers"):
        source_of(tmp_path / "data.npy")
