"""Are further layouts of well-known sets read as they are meant?"""

import json
import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from studio.datasets.inspecting import source_of
from studio.errors import DataError
from tests.unit.datasets.layouts.telling import told, written
from tests.unit.datasets.pictures.picture_folders import saved
from tests.unit.datasets.sounds.sound_files import tone, wav

COUNT = 80
WORDS = ("great lovely fine superb charming warm", "dull awful boring weak stale poor")


def said(number: int, words: int = 9) -> str:
    picked = random.Random(number).choices(WORDS[number % 2].split(), k=words)
    return " ".join([*picked, str(number)])


def rows(form: Callable[[int], str], head: str = "") -> str:
    return head + "".join(form(number) + "\n" for number in range(COUNT))


def amazon(n: int) -> str:
    return json.dumps(
        {
            "reviewerID": f"A{n}",
            "asin": f"B{n % 7}",
            "helpful": [n % 3, 4],
            "reviewText": said(n, 30),
            "overall": float(n % 2 + 1),
            "summary": said(n + 500, 3),
            "unixReviewTime": 1393545600 + 86400 * n,
            "reviewTime": f"02 {n % 28 + 1}, 2014",
        }
    )


TEXTS = {
    "Amazon": (rows(amazon), "overall"),
    "toxic comments": (
        rows(
            lambda n: f'{n:016x},"{said(n, 20)}",{n % 2},{n % 8 // 7},{n % 4 // 3},0,{n % 3 // 2}',
            "id,comment_text,toxic,severe,obscene,threat,insult\n",
        ),
        "toxic",
    ),
    "Toutiao": (
        rows(lambda n: f"{655170 + n}_!_{101 + n % 2}_!_news_{'ab'[n % 2]}_!_{said(n)}_!_"),
        "column 2",
    ),
    "a list within an object": (
        json.dumps({"data": [{"text": said(n), "label": "ab"[n % 2]} for n in range(COUNT)]}),
        "label",
    ),
}


@pytest.mark.parametrize("form", TEXTS)
def test_texts_are_told_from_what_stands_beside_them(tmp_path: Path, form: str) -> None:
    content, target = TEXTS[form]

    found = told(written(tmp_path / "train", content))

    assert (found["kind"], found["samples"], found["target"]) == ("texts", COUNT, target)
    assert sorted(found["classes"].values()) == [COUNT // 2] * 2


def test_many_rare_classes_of_texts_are_told_in_a_few_words(tmp_path: Path) -> None:
    lines = rows(lambda n: f"{said(n)}\t{'usual' if n % 3 else n}", "text\tlabel\n")

    found = told(written(tmp_path / "rare.tsv", lines))

    assert len(found["classes"]) == 28
    assert sum(one["kind"] == "rare_class" for one in found["problems"]) == 20


def test_half_a_character_in_json_is_told(tmp_path: Path) -> None:
    lines = rows(lambda n: json.dumps({"text": said(n) + "\ud800" * (n == 5), "label": n % 2}))

    dataset = source_of(written(tmp_path / "tweets.jsonl", lines)).load()

    assert "\ufffd" in dataset.texts[5]


@pytest.mark.parametrize(
    ("names", "classes"),
    [
        (("quote.tok.5000", "plot.tok.5000", "data.readme.1.txt"), {"quote", "plot"}),
        (("train.pos", "train.neg", "test.pos", "test.neg"), {"pos", "neg"}),
        (("clickbait", "other"), {"clickbait", "other"}),
    ],
)
def test_files_of_lines_are_classes_by_what_their_names_differ_in(
    tmp_path: Path, names: tuple[str, ...], classes: set[str]
) -> None:
    for place, name in enumerate(names):
        lines = [said(2 * n + place % 2, 8 + n % 3) for n in range(30)]
        written(tmp_path / name, "\n\n".join(lines))

    found = told(tmp_path)

    assert set(found["classes"]) == classes
    assert "empty" not in found["faults"]


def test_a_translation_may_stand_in_an_object_of_its_own(tmp_path: Path) -> None:
    lines = rows(lambda n: json.dumps({"translation": {"en": said(n), "de": f"der {said(n + 1)}"}}))

    found = told(written(tmp_path / "train.json", lines))

    assert (found["kind"], found["samples"], found["target"]) == ("pairs", COUNT, "de")


def numbers(n: int) -> list[str]:
    return [f"{n * 1.5:.2f}", f"{n * n / 7:.3f}", f"{n * 31 % 59}.25"]


TABLES = {
    "double tabs": (rows(lambda n: "\t\t"[n % 3 == 0 :].join([*numbers(n), str(n // 40 + 1)])), 3),
    "blanks at the end": (rows(lambda n: " ".join([*numbers(n), str(n % 2)]) + " " * (n % 3)), 3),
    "Markdown": (
        rows(
            lambda n: f"| {' | '.join([*numbers(n), 'ab'[n % 2]])} |",
            "|a|b|c|k|\n|---|:-:|--:|--|\n",
        ),
        3,
    ),
    "units": (
        rows(
            lambda n: f"Car {n},{n * 7 % 59}.5 kmpl,{n * 900 % 770} CC,{n * n % 97} bhp,{n % 2}",
            "name,m,e,p,sold\n",
        ),
        3,
    ),
}


@pytest.mark.parametrize("form", TABLES)
def test_tables_of_many_hands_are_tables(tmp_path: Path, form: str) -> None:
    content, width = TABLES[form]

    found = told(written(tmp_path / "set.data", content))

    assert (found["kind"], found["samples"], len(found["classes"])) == ("table", COUNT, 2)
    assert found["shape"] == [width]
    assert not found["faults"] & {"ragged", "type_change"}


def test_a_number_in_another_unit_is_told(tmp_path: Path) -> None:
    lines = [f"{n}.5 {'miles' if n == 7 else 'km'},{n * n / 7},{n % 2}" for n in range(60)]

    found = told(written(tmp_path / "cars.csv", "\n".join(["mileage,price,sold", *lines])))

    [problem] = [one for one in found["problems"] if one["kind"] == "type_change"]
    assert problem["places"] == ["row 9"]


def test_the_names_of_columns_may_stand_there_again(tmp_path: Path) -> None:
    some = [f"{n * 1.5},{n * n / 7},{'xy'[n % 2]}" for n in range(60)]
    text = "\n".join(["a,b,label", *some[:30], "a,b,label", *some[30:]])

    found = told(written(tmp_path / "joined.csv", text))

    [problem] = [one for one in found["problems"] if one["kind"] == "names_again"]
    assert problem["places"] == ["row 32"]
    assert (found["samples"], set(found["classes"]), found["shape"]) == (60, {"x", "y"}, [2])


def test_few_whole_numbers_in_front_are_no_classes_unless_counted(tmp_path: Path) -> None:
    lines = [f"{(800, 1000, 1250)[n % 3]}\t{n * n / 7:.3f}\t{n * 31 % 59}.5" for n in range(60)]

    assert told(written(tmp_path / "airfoil.dat", "\n".join(lines)))["target"] == "column 3"


@pytest.mark.parametrize(
    ("encoding", "classes"), [("gb18030", {"㐀山", "𠀀水"}), ("shift_jis", {"良い", "悪い"})]
)
def test_characters_of_the_east_are_told(tmp_path: Path, encoding: str, classes: set[str]) -> None:
    kinds = sorted(classes)
    head = "长度,宽度,品种" if encoding == "gb18030" else "長さ,はば,しゅるい"
    lines = [f"{n * 1.5},{n * n / 7},{kinds[n % 2]}" for n in range(60)]

    found = told(written(tmp_path / "x.csv", "\n".join([head, *lines]), encoding))

    assert set(found["classes"]) == classes


def test_years_months_days_and_hours_are_a_time(tmp_path: Path) -> None:
    hours = np.arange("2010-01-01T00", "2010-01-22T00", dtype="datetime64[h]").astype(str)
    lines = [
        f"{n},{int(at[:4])},{int(at[5:7])},{int(at[8:10])},{int(at[11:13])},{n % 24}.5"
        for n, at in enumerate(hours, 1)
        if n != 77
    ]

    found = told(written(tmp_path / "pm.csv", "\n".join(["No,year,month,day,hour,pm", *lines])))

    assert (found["kind"], found["target"]) == ("series", "pm")
    [gap] = [one for one in found["problems"] if one["kind"] == "gap"]
    assert gap["places"] == ["row 78"]


def test_a_series_without_change_is_told(tmp_path: Path) -> None:
    days = np.arange("2020-01-01", "2021-01-01", dtype="datetime64[D]")
    lines = [f"{day},{n % 7}.5,7" for n, day in enumerate(days)]

    found = told(written(tmp_path / "flat.csv", "\n".join(["date,value,flat", *lines])))

    [problem] = [one for one in found["problems"] if one["kind"] == "constant_column"]
    assert (problem["gravity"], problem["places"]) == ("warning", ["flat"])


def test_samples_may_lie_along_the_last_axis(tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 255, (32, 32, 3, 60), dtype=np.uint8)
    np.savez(tmp_path / "svhn.npz", X=pixels, y=np.arange(60)[:, np.newaxis] % 10 + 1)

    source = source_of(tmp_path / "svhn.npz")
    dataset = source.load()

    assert source.facts().sample == dataset.sample
    assert np.array_equal(dataset.inputs[7], np.moveaxis(pixels[..., 7], 2, 0))


def test_a_table_may_name_files_in_other_capitals(tmp_path: Path) -> None:
    for n in range(20):
        saved(tmp_path / "Images" / f"IMG_{n}.PNG", n)
    saved(tmp_path / "Images" / "img_0.png", 99)
    lines = [f"img_{n}.png,{'ab'[n % 2]}" for n in range(20)]
    written(tmp_path / "labels.csv", "\n".join(["image,label", *lines]))

    found = told(tmp_path)

    assert (found["samples"], found["classes"]) == (20, {"a": 10, "b": 10})
    assert source_of(tmp_path).load().origins[0] == "Images/img_0.png"


def test_pictures_of_sounds_lie_beside_them(tmp_path: Path) -> None:
    for place, name in enumerate(("blues", "jazz")):
        for n in range(10):
            sound = tmp_path / "genres" / name / f"{name}.{n}.wav"
            sound.parent.mkdir(parents=True, exist_ok=True)
            sound.write_bytes(wav(tone(200 + 500 * place + n, 0.1)))
            saved(tmp_path / "images" / name / f"{name}{n}.png", n + 100 * place)
        for n in range(3):
            saved(tmp_path / "images" / name / f"{name}1{n}.png", n + 100 * place + 50)
    written(tmp_path / "features.csv", rows(lambda n: f"x.{n}.wav,{n}.5", "filename,mean\n"))

    found = told(tmp_path)

    assert (found["kind"], found["classes"]) == ("sounds", {"blues": 10, "jazz": 10})


def test_ten_thousand_classes_are_told_in_a_few_words(tmp_path: Path) -> None:
    lines = [f"{n * 7 % 997}.5,{n % 89}.25,class{n % 10_000}" for n in range(20_000)]

    found = told(written(tmp_path / "many.csv", "\n".join(["a,b,label", *lines])))

    assert len(found["classes"]) == 10_000
    assert len(found["problems"]) < 50


@pytest.mark.parametrize(
    ("content", "kind", "remedy"),
    [
        (b"FORM\0\0\x10\0AIFF", "AIFF", "WAV"),
        (b"\0\0\0\x18ftypheic", "HEIC", "PNG"),
        (b"\0\0\0\x1cftypavif", "AVIF", "PNG"),
        (b"\xff\xf3\x40\xc4", "MP3", "WAV"),
        (b"<stata_dta>", "Stata", "CSV"),
    ],
)
def test_files_far_down_that_are_not_read_are_named(
    tmp_path: Path, content: bytes, kind: str, remedy: str
) -> None:
    folder = tmp_path / "set" / "dev" / "84" / "121"
    folder.mkdir(parents=True)
    for n in range(3):
        (folder / f"{n}.x").write_bytes(content + bytes(range(256)) * 4)

    for path in (folder / "0.x", tmp_path):
        with pytest.raises(DataError, match=rf"not read \({kind}\)") as refused:
            source_of(path)
        assert remedy in refused.value.remedy


@pytest.mark.parametrize(
    ("content", "kind", "remedy"),
    [
        ('{"columns": ["a", "b"], "data": [[1, 2], [3, 4]]}' + " " * 5000, "JSON", "one on each"),
        (json.dumps([[said(n), n % 2] for n in range(COUNT)]), "JSON", "one on each"),
        ("<html><table><tr><td>1</td></tr>\n" * 99, "HTML", "CSV"),
    ],
)
def test_what_is_written_for_programs_is_no_long_text(
    tmp_path: Path, content: str, kind: str, remedy: str
) -> None:
    with pytest.raises(DataError, match=rf"not read \({kind}\)") as refused:
        source_of(written(tmp_path / "set", content))
    assert remedy in refused.value.remedy
