"""Pictures of one's own: by folder or by table, every odd file named, none ever trusted."""

import os
import struct
import threading
import time
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from studio.catalogue.shape import Shape
from studio.datasets.dataset import Dataset
from studio.datasets.pictures.source import Pictures
from studio.datasets.problems import Problem
from studio.datasets.split import split
from studio.datasets.watching import CancelledError, Watch
from studio.errors import DataError, StudioError
from tests.unit.datasets.pictures.picture_folders import class_folders, picture, saved
from tests.unit.datasets.real_data import unpacked


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAYERWISE_HOME", str(tmp_path_factory.mktemp("home")))


def loaded(root: Path, **settings: Any) -> Dataset:
    return Pictures(folder=str(root), **settings).load()


def told(dataset: Dataset, kind: str) -> Problem:
    found = [one for one in dataset.problems if one.kind == kind]
    assert len(found) == 1, [one.kind for one in dataset.problems]
    return found[0]


def test_class_folders_become_classes(tmp_path: Path) -> None:
    dataset = loaded(class_folders(tmp_path, ("b", "a")))

    assert dataset.classes == ("a", "b")
    assert dataset.inputs.shape == (12, 3, 10, 12)
    assert dataset.inputs.dtype == np.uint8
    assert dataset.targets.tolist() == [0] * 6 + [1] * 6
    assert dataset.origins[0] == "a/0.png"
    assert dataset.problems == ()
    np.testing.assert_array_equal(dataset.inputs[6], np.moveaxis(np.asarray(picture(0)), 2, 0))


def test_classes_that_are_numbers_are_sorted_as_numbers(tmp_path: Path) -> None:
    assert loaded(class_folders(tmp_path, ("10", "9", "2"))).classes == ("2", "9", "10")


@pytest.mark.parametrize("names", [("train", "val", "test"), ("Training", "valid", "testing")])
@pytest.mark.parametrize("inside", ["", "data/pictures/"])
def test_the_parts_of_the_publisher_are_kept(
    tmp_path: Path, names: tuple[str, str, str], inside: str
) -> None:
    for number, name in enumerate(names):
        for label in range(2):
            for index in range(3):
                seed = number * 100 + label * 10 + index
                saved(tmp_path / inside / name / f"class {label}" / f"{index}.png", seed)
    dataset = loaded(tmp_path)
    parts = split(dataset, Pictures(folder=str(tmp_path)))

    assert dataset.classes == ("class 0", "class 1")
    assert {dataset.origins[number].split("/")[-3] for number in parts.test} == {names[2]}
    assert {dataset.origins[number].split("/")[-3] for number in parts.validation} == {names[1]}
    assert len(parts.train) == 6


def test_a_class_called_train_beside_others_is_no_part(tmp_path: Path) -> None:
    dataset = loaded(class_folders(tmp_path, ("train", "bus", "plane")))

    assert dataset.classes == ("bus", "plane", "train")
    assert dataset.test is None


def test_parts_below_the_classes_are_parts_as_well(tmp_path: Path) -> None:
    for label in ("cat", "dog"):
        for part in ("train", "test"):
            saved(tmp_path / label / part / "1.png", hash((label, part)) % 1000)
    dataset = loaded(tmp_path)

    assert dataset.classes == ("cat", "dog")
    assert dataset.test is not None
    assert len(dataset.test) == 2


@pytest.mark.parametrize(
    ("level", "classes"),
    [("first", ("a", "b")), ("last", ("x", "y")), ("path", ("a/x", "a/y", "b/x"))],
)
def test_of_nested_folders_the_one_asked_for_names_the_class(
    tmp_path: Path, level: str, classes: tuple[str, ...]
) -> None:
    for number, name in enumerate(("a/x", "a/y", "b/x")):
        saved(tmp_path / name / "1.png", number)
        saved(tmp_path / name / "2.png", 10 + number)

    assert loaded(tmp_path, class_folder=level).classes == classes


@pytest.mark.parametrize("ending", [".png", ""])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_table_names_the_pictures(tmp_path: Path, ending: str, separator: str) -> None:
    rows = [("id", "width", "breed")]
    for number in range(8):
        saved(tmp_path / "images" / f"p{number}.png", number)
        rows.append((f"p{number}{ending}", str(number), "pug" if number % 2 else "collie"))
    rows += [("absent.png", "1", "pug"), ("p7" + ending, "1", "")]
    saved(tmp_path / "images" / "unnamed.png", 99)
    table = tmp_path / "labels.csv"
    table.write_text("\n".join(separator.join(row) for row in rows), encoding="utf-8")

    dataset = loaded(tmp_path)

    assert dataset.classes == ("collie", "pug")
    assert dataset.target_name == "breed"
    assert len(dataset) == 8
    assert told(dataset, "missing_file").places == ("labels.csv, line 10: absent.png",)
    assert told(dataset, "missing_label").places == (f"labels.csv, line 11: p7{ending}",)
    assert told(dataset, "unlabeled").places == ("images/unnamed.png",)
    sure = Pictures.found(table)
    assert sure is not None
    assert sure[1].labels == "labels.csv"
    assert sure[0] > 0.9


def test_columns_can_be_chosen_and_a_wrong_one_is_named(tmp_path: Path) -> None:
    lines = ["file,color,kind"]
    for number in range(8):
        saved(tmp_path / f"{number}.png", number)
        lines.append(f"{number}.png,{'red' if number < 4 else 'blue'},{'ab'[number % 2]}")
    (tmp_path / "t.csv").write_text("\n".join(lines))

    assert loaded(tmp_path).classes == ("a", "b")  # “kind” is what classes are often called
    assert loaded(tmp_path, label_column="color").classes == ("blue", "red")
    with pytest.raises(DataError, match=r"no column “size”.*file, color, kind"):
        loaded(tmp_path, label_column="size", labels="t.csv")


def test_pictures_without_any_class_are_refused_with_a_remedy(tmp_path: Path) -> None:
    for number in range(3):
        saved(tmp_path / f"{number}.png", number)

    with pytest.raises(DataError, match="holds 3 pictures, but nothing says what they show"):
        loaded(tmp_path)


@pytest.mark.parametrize(
    ("folder", "error"),
    [("", "No file or folder is chosen"), ("absent", "no file or folder"), ("f.txt", "is a file")],
)
def test_a_folder_that_is_none_gives_a_sentence_and_neutral_facts(
    tmp_path: Path, folder: str, error: str
) -> None:
    (tmp_path / "f.txt").write_text("x")
    source = Pictures(folder=str(tmp_path / folder) if folder else "")

    with pytest.raises(StudioError, match=error):
        source.load()
    assert source.facts().sample == Shape(3, 224, 224)
    assert source.facts().samples == 0


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="holds no picture"):
        loaded(tmp_path)


def png_of(width: int, height: int) -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        check = zlib.crc32(kind + content)
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes(width // 8 + 1) * 64)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def plant(root: Path) -> dict[str, str]:
    """Plant one defect of each kind and return the kind of problem by the place it is told at."""
    whole = saved(root / "cat" / "whole.jpg", 77, (80, 60)).read_bytes()
    files = {
        "cat/half.jpg": (whole[: len(whole) // 2], "damaged"),
        "cat/empty.jpg": (b"", "not_a_picture"),
        "cat/four.png": (b"\x89PNG", "not_a_picture"),
        "cat/page.jpg": (b"<html>not found</html>", "not_a_picture"),
        "cat/bomb.png": (png_of(60_000, 60_000), "too_large"),
        "dog/README.md": (b"# read me", "other_files"),
        "dog/IMG_1.HEIC": (b"\0\0\0\x18ftypheic", "foreign_picture"),
    }
    for name, (content, _kind) in files.items():
        (root / name).write_bytes(content)
    (root / "dog" / "Thumbs.db").write_bytes(b"x")
    (root / "dog" / ".DS_Store").write_bytes(b"x")
    kinds = {name: kind for name, (_content, kind) in files.items()}
    os.mkfifo(root / "dog" / "pipe.png")
    (root / "dog" / "gone.png").symlink_to(root / "nowhere.png")
    (root / "dog" / "out.png").symlink_to("/etc/hostname")
    (root / "loop").symlink_to(root)
    (root / "bird").mkdir()
    saved(root / "fox" / "alone.png", 78)
    (root / "cat" / "ends.png").write_bytes(saved(root / "cat" / "z.gif", 79).read_bytes())
    Image.new("RGB", (12, 10), "blue").save(root / "dog" / "blue.png")
    return kinds | {
        "dog/pipe.png": "special_file",
        "dog/gone.png": "dangling_link",
        "dog/out.png": "outside_link",
        "loop": "outside_link",
        "bird": "empty_class",
        "fox": "few_samples",
        "cat/z.gif": "rare_format",
        "cat/ends.png (GIF)": "wrong_ending",
        "dog/blue.png": "blank",
    }


def test_every_planted_defect_is_named(tmp_path: Path) -> None:
    expected = plant(class_folders(tmp_path, each=20))

    dataset = loaded(tmp_path)

    places = {(place, one.kind) for one in dataset.problems for place in one.places}
    assert sorted(set(expected.items()) - places) == []
    assert not [place for place, _kind in places if "Thumbs" in place or "DS_Store" in place]
    assert all("{" not in one.sentence for one in dataset.problems)
    assert told(dataset, "mixed_sizes").count == 2
    assert dataset.classes == ("cat", "dog", "fox")


def test_kinds_of_color_are_told_in_words(tmp_path: Path) -> None:
    class_folders(tmp_path)
    picture(50).convert("L").save(tmp_path / "cat" / "gray.png")
    picture(51).convert("RGBA").save(tmp_path / "cat" / "see_through.png")

    told_of = told(loaded(tmp_path), "mixed_colors")

    assert told_of.sentence.startswith("The pictures come in 3 kinds")
    assert [place.split(":")[0] for place in told_of.places] == [
        "color",
        "gray",
        "color with transparency",
    ]


def test_names_of_strangers_are_shown_written_out(tmp_path: Path) -> None:
    class_folders(tmp_path)
    hostile = "evil\n\u202egnp\x1b[2J.png"
    (tmp_path / "cat" / hostile).write_bytes(b"no picture")
    saved(tmp_path / "cat" / ("ok" + hostile), 50)

    dataset = loaded(tmp_path)

    assert told(dataset, "not_a_picture").places == (r"cat/evil\n\u202egnp\x1b[2J.png",)
    assert all(name.isprintable() for name in dataset.origins)


def test_bytes_that_are_no_text_make_a_name_that_can_be_shown(tmp_path: Path) -> None:
    class_folders(tmp_path)
    name = os.fsencode(tmp_path / "cat") + b"/\xff\xfe.png"
    Path(os.fsdecode(name)).write_bytes((tmp_path / "cat" / "0.png").read_bytes())

    for origin in loaded(tmp_path).origins:
        origin.encode()


def test_classes_that_look_the_same_are_told(tmp_path: Path) -> None:
    class_folders(tmp_path, ("caf\u00e9", "cafe\u0301", "tea"))

    assert told(loaded(tmp_path), "names_alike").count == 2


def test_torn_rows_of_a_table_of_labels_are_told_with_their_line(tmp_path: Path) -> None:
    for number in range(8):
        saved(tmp_path / f"p{number}.png", number)
    rows = [f'p{n}.png;"{"cat" if n % 2 else "Käfer; dog"}"' for n in range(8)]
    rows[5] = "p5.png;cat;and more"
    (tmp_path / "t.csv").write_text("file;label\n" + "\n".join(rows), encoding="latin-1")

    dataset = loaded(tmp_path)

    assert dataset.classes == ("cat", "Käfer; dog")
    assert told(dataset, "ragged").places == ("row 7",)
    assert told(dataset, "unlabeled").places == ("p5.png",)


def test_a_picture_on_both_sides_is_a_leak_and_can_be_dropped(tmp_path: Path) -> None:
    for number, part in enumerate(("train", "test")):
        class_folders(tmp_path / part, each=4)
        for path in (tmp_path / part).rglob("*.png"):
            saved(path, int(path.stem) + 100 * number + 1000 * (path.parent.name == "dog"))
    same = (tmp_path / "test" / "cat" / "1.png").read_bytes()
    (tmp_path / "train" / "cat" / "copy.png").write_bytes(same)
    Image.open(tmp_path / "train" / "dog" / "2.png").save(tmp_path / "train" / "dog" / "3.bmp")

    dataset = loaded(tmp_path)
    leak = told(dataset, "leak")
    cleaned = loaded(tmp_path, **leak.change)

    assert leak.places == ("test/cat/1.png = train/cat/copy.png",)
    assert [dataset.origins[number] for number in leak.samples] == [
        "test/cat/1.png",
        "train/cat/copy.png",
    ]
    assert told(dataset, "duplicates").places == ("train/dog/2.png = train/dog/3.bmp",)
    assert set(dataset.origins) - set(cleaned.origins) == {"train/cat/copy.png", "train/dog/3.bmp"}
    np.testing.assert_array_equal(
        cleaned.inputs, dataset.inputs[[name in cleaned.origins for name in dataset.origins]]
    )


def test_repeats_stay_in_one_part_and_two_classes_of_one_picture_are_told(tmp_path: Path) -> None:
    class_folders(tmp_path, each=20)
    for number in range(10):
        content = (tmp_path / "cat" / f"{number}.png").read_bytes()
        (tmp_path / "cat" / f"copy{number}.png").write_bytes(content)
    (tmp_path / "dog" / "cat.png").write_bytes((tmp_path / "cat" / "15.png").read_bytes())
    dataset = loaded(tmp_path)
    parts = split(dataset, Pictures(folder=str(tmp_path)))
    part = {}
    for name in ("train", "validation", "test"):
        part |= {dataset.origins[number]: name for number in getattr(parts, name)}

    assert all(part[f"cat/{n}.png"] == part[f"cat/copy{n}.png"] for n in range(10))
    assert told(dataset, "contradiction").places == ("cat/15.png = dog/cat.png",)


def test_a_picture_saved_anew_on_the_other_side_is_nearly_the_same(tmp_path: Path) -> None:
    smooth = [picture(n, (6, 5)).resize((96, 80), Image.Resampling.BICUBIC) for n in range(12)]
    for number, one in enumerate(smooth):
        path = tmp_path / "train" / "ab"[number % 2] / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        one.save(path)
    for number in (3, 4):
        path = tmp_path / "test" / "ba"[number % 2 == 0] / f"{number}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        smooth[number].save(path, quality=70)

    assert told(loaded(tmp_path), "near_leak").places == (
        "test/a/4.jpg = train/a/4.png",
        "test/b/3.jpg = train/b/3.png",
    )


def test_a_class_missing_in_a_part_and_a_single_class_are_told(tmp_path: Path) -> None:
    class_folders(tmp_path / "train")
    saved(tmp_path / "test" / "cat" / "1.png", 500)

    assert told(loaded(tmp_path), "class_missing_in_part").places == ("test: dog",)
    one = loaded(class_folders(tmp_path / "one", ("cat",)))
    assert told(one, "one_class").gravity == "error"


def test_gray_pictures_have_one_channel_unless_asked_otherwise(tmp_path: Path) -> None:
    class_folders(tmp_path)
    for path in tmp_path.rglob("*.png"):
        Image.open(path).convert("L").save(path)

    assert loaded(tmp_path).inputs.shape == (12, 1, 10, 12)
    assert loaded(tmp_path, color="rgb").inputs.shape == (12, 3, 10, 12)
    assert Pictures(folder=str(tmp_path)).facts().sample == Shape(1, 10, 12)


def test_sizes_are_found_or_set(tmp_path: Path) -> None:
    class_folders(tmp_path)
    for path in (tmp_path / "dog").iterdir():
        saved(path, 1, (900, 700))

    assert loaded(tmp_path).inputs.shape[2:] == (224, 224)
    assert loaded(tmp_path, height=20).inputs.shape[2:] == (20, 20)
    assert loaded(tmp_path, height=20, width=30).inputs.shape[2:] == (20, 30)


def test_predicting_prepares_a_picture_as_loading_does(tmp_path: Path) -> None:
    class_folders(tmp_path)
    for number, path in enumerate(tmp_path.rglob("*.png")):
        picture(number, (900, 700)).save(path.with_suffix(".jpg"))
        path.unlink()
    for fit in ("crop", "pad", "stretch"):
        source = Pictures(folder=str(tmp_path), height=32, width=48, fit=fit)
        dataset = source.load()
        alone = source.sample(str(tmp_path / dataset.origins[3]), dataset.learned)

        np.testing.assert_array_equal(alone, dataset.inputs[3])


def test_what_was_learned_decides_shape_and_classes(tmp_path: Path) -> None:
    learned = loaded(class_folders(tmp_path / "a", ("cat", "dog", "fox"))).learned
    other = class_folders(tmp_path / "b", ("ant", "fox", "cat"))
    for path in other.rglob("*.png"):
        saved(path, hash(str(path)) % 10_000, (40, 40))

    dataset = Pictures(folder=str(other)).load(learned=learned)

    assert dataset.classes == ("cat", "dog", "fox")
    assert set(dataset.targets.tolist()) == {0, 2}
    assert dataset.inputs.shape == (12, 3, 10, 12)
    assert told(dataset, "unknown_class").count == 6


def test_pictures_of_other_classes_only_are_refused(tmp_path: Path) -> None:
    learned = loaded(class_folders(tmp_path / "a", ("cat", "dog"))).learned
    other = class_folders(tmp_path / "b", ("oak", "elm"))

    with pytest.raises(DataError, match="a class that was learned: cat, dog"):
        Pictures(folder=str(other)).load(learned=learned)


def test_turned_pictures_stand_upright(tmp_path: Path) -> None:
    class_folders(tmp_path)
    exif = Image.Exif()
    exif[0x0112] = 6
    for path in tmp_path.rglob("*.png"):
        Image.open(path).save(path.with_suffix(".jpg"), exif=exif)
        path.unlink()

    assert loaded(tmp_path).inputs.shape[2:] == (12, 10)


def test_a_folder_of_other_files_is_not_recognized(tmp_path: Path) -> None:
    for number in range(9):
        (tmp_path / f"{number}.png").write_bytes(b"text")
    assert Pictures.found(tmp_path) is None

    found = Pictures.found(class_folders(tmp_path / "p"))
    assert found is not None
    assert found[0] > 0.9
    assert found[1].folder == str(tmp_path / "p")


def test_reading_is_cancelled_at_once(tmp_path: Path) -> None:
    content = saved(tmp_path / "one.jpg", 1, (1500, 1000)).read_bytes()
    for label in range(2):
        for number in range(60):
            path = tmp_path / str(label) / f"{number}.jpg"
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
    watch = Watch()
    ended: list[float] = []

    def read() -> None:
        with pytest.raises(CancelledError):
            Pictures(folder=str(tmp_path)).load(watch=watch)
        ended.append(time.monotonic())

    thread = threading.Thread(target=read)
    thread.start()
    while watch.progress[0] < 4:
        time.sleep(0.005)
    asked = time.monotonic()
    watch.cancel()
    thread.join(10)

    assert ended
    assert ended[0] - asked < 0.2


def test_many_pictures_are_kept_in_a_file_and_read_anew_when_one_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studio.datasets.pictures.decoding.KEPT_FROM", 1)
    class_folders(tmp_path)
    (tmp_path / "cat" / "bad.jpg").write_bytes(b"\xff\xd8\xff and no more")

    first, second = loaded(tmp_path), loaded(tmp_path)

    assert isinstance(second.inputs, np.memmap)
    np.testing.assert_array_equal(first.inputs, second.inputs)
    assert first.problems == second.problems
    saved(tmp_path / "cat" / "3.png", 4711)
    changed = loaded(tmp_path)
    assert [
        name
        for number, name in enumerate(changed.origins)
        if (changed.inputs[number] != second.inputs[number]).any()
    ] == ["cat/3.png"]


def test_a_home_that_cannot_be_written_to_is_done_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studio.datasets.pictures.decoding.KEPT_FROM", 1)
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("LAYERWISE_HOME", str(tmp_path / "file"))

    assert len(loaded(class_folders(tmp_path / "p"))) == 12


def test_only_broken_pictures_are_refused(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.jpg").write_bytes(b"\xff\xd8\xff\xe0 broken")

    with pytest.raises(DataError, match="None of the 2 pictures can be read"):
        loaded(tmp_path)


def test_ants_and_bees_are_read_with_their_faults(tmp_path: Path) -> None:
    dataset = loaded(unpacked("hymenoptera_256", tmp_path))

    assert dataset.classes == ("ants", "bees")
    assert len(dataset) == 398
    assert dataset.validation is not None
    assert len(dataset.validation) == 153
    assert told(dataset, "rare_format").places[0].endswith("train/ants/imageNotFound.gif")
    assert told(dataset, "mixed_sizes").count == 146


def test_ten_thousand_small_jpegs_are_read_in_time_and_again_at_once(tmp_path: Path) -> None:
    source = Pictures(folder=str(unpacked("cifar10_jpg_12k", tmp_path)))
    begun = time.process_time()
    dataset = source.load()
    taken = time.process_time() - begun
    begun = time.process_time()
    source.load()
    again = time.process_time() - begun

    assert dataset.inputs.shape == (12_000, 3, 32, 32)
    assert np.bincount(dataset.targets).tolist() == [1200] * 10
    assert dataset.test is not None
    assert len(dataset.test) == 2000
    assert taken < 20  # seconds on one core: ten on two
    assert again < taken / 3


def test_large_pictures_of_one_size_keep_their_proportions(tmp_path: Path) -> None:
    for number in range(4):
        saved(tmp_path / "ab"[number % 2] / f"{number}.jpg", number, (800, 600))

    assert loaded(tmp_path).inputs.shape[2:] == (168, 224)
