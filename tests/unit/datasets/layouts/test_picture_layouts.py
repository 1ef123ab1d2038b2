"""Are folders of pictures understood in the layouts in which people have them?"""

from pathlib import Path

import pytest

from studio.datasets.inspecting import inspect, source_of
from studio.errors import DataError
from tests.unit.datasets.layouts.telling import told, written
from tests.unit.datasets.pictures.picture_folders import class_folders, saved


def numbered(folder: Path, names: list[str], first: int = 0) -> list[Path]:
    return [saved(folder / name, first + number) for number, name in enumerate(names)]


def test_the_beginnings_of_names_are_classes(tmp_path: Path) -> None:
    for place, name in enumerate(("cat", "great_dane")):
        numbered(tmp_path / "train", [f"{name}.{n}.png" for n in range(8)], 100 * place)
    numbered(tmp_path / "test1", [f"{n}.png" for n in range(5)], 900)

    found = told(tmp_path)

    assert found["classes"] == {"cat": 8, "great_dane": 8}
    assert {"classes_of_names", "outside_classes"} <= found["faults"]


@pytest.mark.parametrize(
    "names",
    [
        [f"DSC_{n:04d}.png" for n in range(12)],
        [f"{n}.png" for n in range(12)],
        [f"{word}{n}.png" for n, word in enumerate("abcdefghijkl")],
        [f"{word}{n}.png" for word in "abcdef" for n in (1, 2)],
        [*(f"cat{n}.png" for n in range(11)), "dog1.png"],
    ],
)
def test_names_that_tell_nothing_are_no_classes(tmp_path: Path, names: list[str]) -> None:
    numbered(tmp_path, names)

    with pytest.raises(DataError, match="nothing says what they show"):
        told(tmp_path)


@pytest.mark.parametrize(
    ("train", "other", "part"),
    [
        ("seg_train/seg_train", "seg_test/seg_test", "test"),
        ("train2017", "val2017", "validation"),
        ("train_images", "test_images", "test"),
        ("训练集", "测试集", "test"),
        ("Training", "Testing", "test"),
    ],
)
def test_parts_are_told_by_words_of_folders(
    tmp_path: Path, train: str, other: str, part: str
) -> None:
    class_folders(tmp_path / train, each=10)
    for place, name in enumerate(("cat", "dog")):
        numbered(tmp_path / other / name, ["x.png", "y.png"], 500 + 10 * place)

    found = told(tmp_path)

    assert set(found["classes"]) == {"cat", "dog"}
    assert found["parts"][part] == 4


def test_folders_of_unlike_words_are_classes_and_no_parts(tmp_path: Path) -> None:
    class_folders(tmp_path, ("bullet_train", "test_tube"), each=8)

    assert set(told(tmp_path)["classes"]) == {"bullet_train", "test_tube"}


def test_a_table_is_understood_of_the_pictures_of_its_own_part(tmp_path: Path) -> None:
    numbered(tmp_path / "train", [f"{n}.png" for n in range(20)])
    numbered(tmp_path / "test", [f"{n}.png" for n in range(6)], 100)
    rows = [f"{n},{'ab'[n % 2]}" for n in range(20)]
    written(tmp_path / "train.csv", "\n".join(["image_id,label", *rows]))
    written(tmp_path / "sample_submission.csv", "image_id,label\n0,a\n1,a\n")

    found = told(tmp_path)

    assert found["classes"] == {"a": 10, "b": 10}
    assert "missing_file" not in found["faults"]


@pytest.mark.parametrize(
    ("name", "rows", "classes"),
    [
        ("truth.csv", ["image,MEL,NV,BKL", "{0},1.0,0.0,0.0", "{0},0.0,1.0,0.0"], {"MEL", "NV"}),
        ("list.txt", ["{0}.png 0", "{0}.png 1"], {"0", "1"}),
        ("metadata.jsonl", ['{{"file_name": "{0}.png", "label": "{1}"}}'] * 2, {"0", "1"}),
        ("标签.csv", ["文件;类别", "{0}.png;狗", "{0}.png;猫"], {"狗", "猫"}),
        ("meta.csv", ["path,label", "/home/me/x/{0}.png,a", "C:\\y\\{0}.png,b"], {"a", "b"}),
    ],
)
def test_tables_of_many_forms_name_classes(
    tmp_path: Path, name: str, rows: list[str], classes: set[str]
) -> None:
    numbered(tmp_path / "images", [f"{n}.png" for n in range(20)])
    head, forms = rows[: len(rows) - 2], rows[-2:]
    lines = [forms[n % 2].format(n, n % 2) for n in range(20)]
    written(tmp_path / name, "\n".join([*head, *lines]), "gbk")

    found = told(tmp_path)

    assert found["kind"] == "pictures"
    assert {label for label, count in found["classes"].items() if count} == classes
    assert found["samples"] == 20


def test_lists_say_which_pictures_are_for_the_test(tmp_path: Path) -> None:
    class_folders(tmp_path / "images", each=10)
    trained = [f"{name}/{n}" for name in ("cat", "dog") for n in range(7)]
    tested = [f"{name}/{n}" for name in ("cat", "dog") for n in range(7, 10)]
    written(tmp_path / "meta" / "train.txt", "\n".join(trained))
    written(tmp_path / "meta" / "test.txt", "\n".join(tested))

    assert told(tmp_path)["parts"]["test"] == 6


def test_links_out_of_the_folder_are_the_reason_why_there_is_nothing(tmp_path: Path) -> None:
    class_folders(tmp_path / "store")
    for name in ("cat", "dog"):
        (tmp_path / "set" / name).mkdir(parents=True)
        for n in range(6):
            (tmp_path / "set" / name / f"{n}.png").symlink_to(
                tmp_path / "store" / name / f"{n}.png"
            )

    with pytest.raises(DataError, match="12 links lead out of the folder"):
        told(tmp_path / "set")


def test_numbers_of_pictures_are_predicted(tmp_path: Path) -> None:
    numbered(tmp_path / "faces", [f"{n}.png" for n in range(24)])
    rows = [f"{n},{n}.png,{20 + n * 1.37:.2f}" for n in range(24)]
    written(tmp_path / "ages.csv", "\n".join(["id,file,age", *rows]))

    found = inspect(source_of(tmp_path)).dataset

    assert (found.target_name, found.classes) == ("age", ())
    ages = dict(zip(found.origins, found.targets[:, 0].tolist(), strict=True))
    assert ages["faces/10.png"] == pytest.approx(33.7)


def test_sentences_on_pictures_may_be_numbered_and_said_again(tmp_path: Path) -> None:
    numbered(tmp_path / "Images", [f"{n}_a.png" for n in range(20)])
    rows = [
        f"{n}_a.png#{k}\tA {('dog', 'cat')[n % 2]} runs {k}" for n in range(20) for k in range(5)
    ]
    written(tmp_path / "text" / "token.txt", "\n".join(rows))

    found = inspect(source_of(tmp_path)).dataset

    assert len(found) == 20
    assert found.texts[0].startswith("A dog runs")


@pytest.mark.parametrize("piece", ["images_part_{}", "fold{}", "batch-{}"])
def test_pieces_of_one_heap_are_no_classes_beside_a_table(tmp_path: Path, piece: str) -> None:
    for n in range(20):
        saved(tmp_path / piece.format(n % 2 + 1) / f"ISIC_{n}.png", n)
    rows = [f"ISIC_{n},{('mel', 'nv')[n // 10]}" for n in range(20)]
    written(tmp_path / "metadata.csv", "\n".join(["image_id,dx", *rows]))

    assert told(tmp_path)["classes"] == {"mel": 10, "nv": 10}


def test_a_table_that_contradicts_itself_throughout_is_refused(tmp_path: Path) -> None:
    numbered(tmp_path, [f"{n}.png" for n in range(6)])
    rows = [f"{n}.png,{label}" for n in range(6) for label in "ab"]
    written(tmp_path / "labels.csv", "\n".join(["file,label", *rows]))
    source = source_of(tmp_path).changed(label_column="label")

    with pytest.raises(DataError, match="have rows of different classes"):
        source.load()
