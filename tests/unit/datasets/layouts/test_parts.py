"""Are the parts found that publishers say in columns, in files and in names of many kinds?"""

import json
from pathlib import Path

import numpy as np
import pytest

from studio.datasets.inspecting import source_of
from studio.datasets.opening import opened
from tests.unit.datasets.layouts.telling import told, written
from tests.unit.datasets.pictures.picture_folders import class_folders, saved
from tests.unit.datasets.sounds.sound_files import tone, wav

SAID = ("train", "train", "Train", "valid", "test")
COUNTS = {"train": 24, "validation": 8, "test": 8}


def texts(count: int, word: str = "") -> list[str]:
    return [f"a {('fine', 'dull')[n % 2]} film {word} number {n} of all" for n in range(count)]


def test_a_column_says_the_parts_of_pictures(tmp_path: Path) -> None:
    rows = [f"{n}.png,{n % 2},{SAID[n % 5]}" for n in range(40)]
    for n in range(40):
        saved(tmp_path / "images" / f"{n}.png", n)
    written(tmp_path / "data.csv", "\n".join(["file,kind_number,split", *rows]))

    found = told(tmp_path)

    assert found["parts"] == COUNTS
    assert (found["target"], set(found["classes"])) == ("kind_number", {"0", "1"})


def test_a_column_says_the_parts_of_sounds(tmp_path: Path) -> None:
    (tmp_path / "audio").mkdir()
    rows = [f"{n}.wav,{'ab'[n % 2]},{SAID[n % 5]}" for n in range(40)]
    for n in range(40):
        (tmp_path / "audio" / f"{n}.wav").write_bytes(wav(tone(200 + 10 * n, 0.1)))
    written(tmp_path / "meta.csv", "\n".join(["file,label,split", *rows]))

    assert told(tmp_path)["parts"] == COUNTS


def test_a_column_says_the_parts_of_texts(tmp_path: Path) -> None:
    rows = [f"{text}\t{'ab'[n % 2]}\t{SAID[n % 5]}" for n, text in enumerate(texts(40))]
    written(tmp_path / "data.tsv", "\n".join(["text\tlabel\tsplit", *rows]))

    found = told(tmp_path / "data.tsv")

    assert (found["parts"], found["target"]) == (COUNTS, "label")


@pytest.mark.parametrize("head", ["length,width,species,split", "length,width,split,species"])
def test_a_column_says_the_parts_of_a_table(tmp_path: Path, head: str) -> None:
    rows = []
    for n in range(40):
        cells = {"length": n * 1.5, "width": n * n / 7, "species": "ab"[n % 2]}
        rows.append(
            ",".join(str((cells | {"split": SAID[n % 5]})[name]) for name in head.split(","))
        )
    path = written(tmp_path / "data.csv", "\n".join([head, *rows]))

    found = told(path)

    assert (found["parts"], found["target"], found["shape"]) == (COUNTS, "species", [2])
    assert "part_column" in found["faults"]
    drawn = source_of(path).changed(columns={"split": "ignore"})
    assert len(opened(drawn)[1].train) == 28


def test_words_for_parts_among_others_are_a_category(tmp_path: Path) -> None:
    rows = [f"{n * 1.5},{('train', 'test', 'bus')[n % 3]},{n * n / 7}" for n in range(60)]

    found = told(written(tmp_path / "data.csv", "\n".join(["a,vehicle,price", *rows])))

    assert found["shape"] == [4]
    assert "part_column" not in found["faults"]


def test_each_part_may_have_a_table_of_its_own(tmp_path: Path) -> None:
    first = 0
    for part, count in (("train", 30), ("val", 6), ("test", 4)):
        names = [f"{n}.png" for n in range(first, first + count)]
        first += count
        for n, name in enumerate(names):
            saved(tmp_path / "images" / name, first * 100 + n)
        rows = [f"{name},{'ab'[n % 2]}" for n, name in enumerate(names)]
        written(tmp_path / f"{part}.csv", "\n".join(["image,label", *rows]))

    found = told(tmp_path)

    assert found["parts"] == {"train": 30, "validation": 6, "test": 4}
    assert found["faults"] == set()


def test_tables_of_ones_lie_beside_the_pictures_of_each_part(tmp_path: Path) -> None:
    for part, count in (("train", 30), ("valid", 6), ("test", 6)):
        rows = ["filename, cat, dog, fox"]
        for n in range(count):
            saved(tmp_path / part / f"{n}.png", 1000 * count + n + len(part))
            ones = ", ".join(str(int(n % 3 == kind)) for kind in range(3))
            rows.append(f"{n}.png, {ones}")
        written(tmp_path / part / "_classes.csv", "\n".join(rows))

    found = told(tmp_path)

    assert found["classes"] == {"cat": 14, "dog": 14, "fox": 14}
    assert found["parts"] == {"train": 30, "validation": 6, "test": 6}


def test_each_part_of_a_table_may_have_a_file_of_its_own(tmp_path: Path) -> None:
    for part, count in (("train", 60), ("valid", 20), ("test", 20)):
        rows = [f"{n * 1.5},{n * n / 7 + count},{'xy'[n % 2]}" for n in range(count)]
        written(tmp_path / f"{part}.csv", "\n".join(["a,b,label", *rows]))

    dataset, parts = opened(source_of(tmp_path))

    assert [len(parts.train), len(parts.validation), len(parts.test)] == [60, 20, 20]
    assert dataset.origins[parts.validation[0]] == "valid.csv, row 2"


@pytest.mark.parametrize("has_class", [True, False])
def test_each_part_of_pairs_may_have_a_file_of_its_own(tmp_path: Path, has_class: bool) -> None:
    for part, count in (("train", 60), ("dev", 10), ("test", 20)):
        rows = [
            f"{one}\tder {one} ist es" + f"\t{n % 2}" * has_class
            for n, one in enumerate(texts(count, part))
        ]
        head = "sentence1\tsentence2" + "\tlabel" * has_class
        written(tmp_path / f"{part}.tsv", "\n".join([head, *rows]))

    found = told(tmp_path)

    assert found["kind"] == "pairs"
    assert found["parts"] == {"train": 60, "validation": 10, "test": 20}


@pytest.mark.parametrize("form", ["wiki.{}.tokens", "ptb.{}.txt", "{}.txt"])
def test_a_long_text_may_have_a_file_for_each_part(tmp_path: Path, form: str) -> None:
    for part, count in (("train", 200), ("valid", 60), ("test", 40)):
        written(tmp_path / form.format(part), "\n".join(texts(count, part)))

    found = told(tmp_path)

    assert found["kind"] == "corpus"
    assert found["source"]["test_file"] == form.format("test")
    sizes = [(tmp_path / form.format(part)).stat().st_size for part in ("train", "valid", "test")]
    assert list(found["parts"].values()) == [(size - 1) // 128 for size in sizes]


@pytest.mark.parametrize(
    ("train", "other"),
    [("trainingSet", "testSet"), ("TRAIN", "TEST"), ("training", "evaluation")],
)
def test_parts_are_spelled_in_many_ways(tmp_path: Path, train: str, other: str) -> None:
    class_folders(tmp_path / train, each=10)
    for place, name in enumerate(("cat", "dog")):
        saved(tmp_path / other / name / "x.png", 500 + place)

    assert told(tmp_path)["parts"]["test"] == 2


def test_a_heap_beside_the_classes_of_another_part_is_no_class(tmp_path: Path) -> None:
    for place, name in enumerate(("n01", "n02")):
        for n in range(10):
            saved(tmp_path / "train" / name / "images" / f"{name}_{n}.png", 100 * place + n)
    for n in range(6):
        saved(tmp_path / "val" / "images" / f"val_{n}.png", 900 + n)

    found = told(tmp_path)

    assert found["classes"] == {"n01": 10, "n02": 10}
    [problem] = [one for one in found["problems"] if one["kind"] == "outside_classes"]
    assert problem["count"] == 6


def test_arrays_of_parts_may_lie_in_files_and_folders_of_their_own(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    for part, count in (("train", 80), ("test", 20)):
        samples, answers = random.random((count, 6)), np.arange(count) % 4
        (tmp_path / "folders" / part).mkdir(parents=True)
        np.save(tmp_path / "folders" / part / "X.npy", samples)
        np.save(tmp_path / "folders" / part / "y.npy", answers)
        (tmp_path / "files").mkdir(exist_ok=True)
        np.savez(tmp_path / "files" / f"kmnist-{part}-imgs.npz", samples)
        np.savez(tmp_path / "files" / f"kmnist-{part}-labels.npz", answers)

    for folder in ("folders", "files"):
        found = told(tmp_path / folder)
        assert (found["samples"], found["parts"]["test"]) == (100, 20)


def test_short_words_tell_the_parts_of_arrays(tmp_path: Path) -> None:
    arrays = {}
    for short, count in (("tr", 60), ("val", 20), ("te", 20)):
        arrays |= {f"X_{short}": np.random.default_rng(count).random((count, 5))}
        arrays |= {f"y_{short}": np.arange(count) % 4}
    np.savez(tmp_path / "all.npz", **arrays)

    assert told(tmp_path / "all.npz")["parts"] == {"train": 60, "validation": 20, "test": 20}


def test_json_says_captions_and_classes_of_pictures(tmp_path: Path) -> None:
    for n in range(20):
        saved(tmp_path / "coco" / "val2017" / f"{n:012d}.png", n)
        saved(tmp_path / "map" / f"{n}.png", n)
    images = [{"id": 7 + n, "file_name": f"{n:012d}.png"} for n in range(20)]
    notes = [
        {
            "id": n,
            "image_id": 7 + n % 20,
            "caption": f"A {('dog', 'cat')[n % 2]} runs {n} miles at home.",
        }
        for n in range(100)
    ]
    written(
        tmp_path / "coco" / "annotations" / "captions.json",
        json.dumps({"info": {"year": 2017}, "images": images, "annotations": notes}),
    )
    written(
        tmp_path / "map" / "labels.json", json.dumps({f"{n}.png": "ab"[n % 2] for n in range(20)})
    )

    captions, classes = told(tmp_path / "coco"), told(tmp_path / "map")

    assert (captions["samples"], captions["target"]) == (20, "caption")
    assert {"dog", "cat", "runs"} <= set(captions["classes"])
    assert classes["classes"] == {"a": 10, "b": 10}
    source = source_of(tmp_path / "coco")
    assert source.facts() == source.load().facts
