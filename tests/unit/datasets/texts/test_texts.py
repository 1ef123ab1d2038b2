"""Texts with classes are found in folders and rows, and become ids of a learned vocabulary."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.datasets.dataset import Dataset
from studio.datasets.source import read_source, source_json
from studio.datasets.split import split
from studio.datasets.texts.padding import padded, usual_length
from studio.datasets.texts.texts import Texts
from studio.datasets.texts.tokens import cleaned, words
from studio.datasets.watching import CancelledError, Watch
from studio.errors import DataError
from tests.unit.datasets.real_data import unpacked

GOOD = ("a lovely film", "what a fine story", "truly moving and warm", "I liked it a lot")
BAD = ("a dull film", "what a boring story", "truly awful and long", "I hated it a lot")


def lines(count: int = 20) -> list[tuple[str, str]]:
    """Return texts, each a different one, with their classes."""
    found = []
    for number in range(count):
        found.append((f"{GOOD[number % 4]} number {number}", "1"))
        found.append((f"{BAD[number % 4]} number {number}", "0"))
    return found


def tsv(
    folder: Path, rows: list[tuple[str, str]], name: str = "texts.tsv", **settings: Any
) -> Texts:
    path = folder / name
    path.write_text("".join(f"{text}\t{label}\n" for text, label in rows), encoding="utf-8")
    return Texts(path=str(path), **settings)


def kinds(dataset: Dataset) -> dict[str, tuple[str, ...]]:
    return {problem.kind: problem.places for problem in dataset.problems}


def test_rows_of_text_and_class_become_ids(tmp_path: Path) -> None:
    dataset = tsv(tmp_path, lines()).load()

    assert len(dataset) == 40
    assert dataset.inputs.dtype == np.int64
    assert dataset.classes == ("0", "1")
    assert dataset.vocabulary[:2] == ("<pad>", "<unk>")
    assert dataset.texts[0] == "a lovely film number 0"
    assert dataset.origins[0] == "texts.tsv, row 1"
    said = [dataset.vocabulary[number] for number in dataset.inputs[0] if number]
    assert said[:3] == ["a", "lovely", "film"]


def test_folders_are_classes_and_parts(tmp_path: Path) -> None:
    for part, count in (("train", 6), ("test", 3)):
        for label, texts in (("pos", GOOD), ("neg", BAD)):
            (tmp_path / part / label).mkdir(parents=True)
            for number in range(count):
                path = tmp_path / part / label / f"{number}.txt"
                path.write_text(f"{texts[number % 4]} {part} {number}<br />end")
    (tmp_path / "train" / "unsup").mkdir()
    (tmp_path / "train" / "unsup" / "0.txt").write_text("of no class")
    (tmp_path / "train" / "urls_pos.txt").write_text("http://example.org")
    found = Texts.found(tmp_path)
    assert found is not None
    source = found[1]

    dataset = source.load()
    parts = split(dataset, source)

    assert dataset.classes == ("neg", "pos")
    assert len(dataset) == 18
    assert sorted(dataset.origins[row].split("/")[0] for row in parts.test) == ["test"] * 6
    assert all("<br" not in text for text in dataset.texts)


def test_files_named_after_parts_are_parts(tmp_path: Path) -> None:
    tsv(tmp_path, lines(), "train.tsv")
    tsv(tmp_path, [("a fine one", "1"), ("a dull one", "0")], "dev.tsv")
    tsv(tmp_path, [("a good one", "1"), ("a bad one", "0"), ("well", "0")], "test.tsv")

    dataset = Texts(path=str(tmp_path)).load()

    assert dataset.validation is not None
    assert dataset.test is not None
    assert [len(dataset), len(dataset.validation), len(dataset.test)] == [45, 2, 3]


def test_names_of_classes_come_from_their_file(tmp_path: Path) -> None:
    tsv(tmp_path, lines(), "train.txt")
    (tmp_path / "class.txt").write_text("bad\ngood\n")

    dataset = Texts(path=str(tmp_path)).load()

    assert dataset.classes == ("bad", "good")
    assert dataset.classes[dataset.targets[0]] == "good"


def test_files_of_lines_are_a_class_each(tmp_path: Path) -> None:
    (tmp_path / "pos.txt").write_text("\n".join(text for text, label in lines() if label == "1"))
    (tmp_path / "neg.txt").write_text("\n".join(text for text, label in lines() if label == "0"))

    dataset = Texts(path=str(tmp_path)).load()

    assert dataset.classes == ("neg", "pos")
    assert np.bincount(dataset.targets).tolist() == [20, 20]


def test_the_vocabulary_comes_from_the_training_part_alone(tmp_path: Path) -> None:
    source = tsv(tmp_path, lines(), fewest=1)
    parts = split(source.load(), source)
    rows = lines()
    for row in [*parts.validation, *parts.test]:
        rows[row] = ("zebra zebra zebra", rows[row][1])

    dataset = tsv(tmp_path, rows, fewest=1).load()

    assert not any("zebra" in token for token in dataset.vocabulary)
    assert set(dataset.inputs[parts.test].ravel()) == {0, 1}
    assert "unknown_tokens" in kinds(dataset)


@pytest.mark.parametrize("tokens", ["words", "characters", "bpe", "wordpiece"])
def test_what_was_learned_encodes_again(tmp_path: Path, tokens: str) -> None:
    source = tsv(tmp_path, lines(), tokens=tokens, vocabulary_size=200)
    first = source.load()

    again = source.load(learned=first.learned)

    assert source.load().learned == first.learned
    assert (again.inputs == first.inputs).all()
    assert again.vocabulary == first.vocabulary
    assert source.sample(first.texts[3], first.learned).tolist() == first.inputs[3].tolist()
    assert (first.inputs[:, 0] > 1).all()


def test_word_pieces_are_whole_words_and_marked_endings(tmp_path: Path) -> None:
    dataset = tsv(tmp_path, lines(), tokens="wordpiece", vocabulary_size=60).load()

    assert any(token.startswith("##") for token in dataset.vocabulary)
    assert all(token.isprintable() for token in dataset.vocabulary)


def test_chinese_is_cut_into_characters(tmp_path: Path) -> None:
    rows = [(f"这家店的菜很好吃{number}", "好") for number in range(20)]
    rows += [(f"等了两个小时都凉了{number}", "坏") for number in range(20)]

    dataset = tsv(tmp_path, rows).load()

    assert dataset.learned["tokens"] == "characters"
    assert "店" in dataset.vocabulary


def test_padding_stands_where_it_was_asked_for() -> None:
    assert padded([[5, 6, 7], [8]], 2).tolist() == [[5, 6], [8, 0]]
    assert padded([[5], []], 3, before=True).tolist() == [[0, 0, 5], [0, 0, 0]]


def test_the_usual_length_fits_all_but_a_few() -> None:
    ids = [[1] * length for length in range(1, 101)]

    assert usual_length(ids) == 99
    assert usual_length(ids, most=50) == 50
    assert usual_length([[]]) == 1


def test_escapes_are_cleaned_unless_told_not_to() -> None:
    assert cleaned("a\\nb<br />c \n d") == "a b c d"
    assert cleaned("a\\nb<br />c", escapes=False) == "a\\nb<br />c"


def test_words_numbers_marks_and_ideographs_are_tokens() -> None:
    assert words("I don't pay 3.5 €, 你好!") == [
        "I",
        "don't",
        "pay",
        "3.5",
        "€",
        ",",
        "你",
        "好",
        "!",
    ]


def test_planted_defects_are_named_with_their_rows(tmp_path: Path) -> None:
    rows = lines()
    rows[3] = ("", "0")
    rows[5] = (rows[4][0], "0")
    rows[7] = ("of no class", "")
    rows[9] = ("a slip", "gaint")
    rows[11] = ("ein sch\ufffdner Film", "0")

    found = kinds(tsv(tmp_path, rows).load())

    assert found["empty"] == ("texts.tsv, row 4",)
    assert found["duplicate"] == ("texts.tsv, row 6",)
    assert found["contradiction"] == ("texts.tsv, row 6",)
    assert found["missing_target"] == ("texts.tsv, row 8",)
    assert found["rare_class"] == ("texts.tsv, row 10",)
    assert found["encoding"] == ("row 12",)


def test_a_text_in_two_parts_is_a_leak(tmp_path: Path) -> None:
    tsv(tmp_path, lines(), "train.tsv")
    tsv(tmp_path, lines()[:2], "test.tsv")

    dataset = Texts(path=str(tmp_path), validation=0.0).load()

    assert kinds(dataset)["leak"] == (
        "test.tsv, row 1",
        "test.tsv, row 2",
    )


def test_a_text_that_differs_in_punctuation_only_nearly_is_a_leak(tmp_path: Path) -> None:
    rows = lines()
    tsv(tmp_path, rows, "train.tsv")
    shouted = rows[0][0].upper().replace(" ", "  ") + " !!"
    tsv(tmp_path, [(shouted, rows[0][1]), ("... !", rows[0][1])], "test.tsv")

    found = kinds(Texts(path=str(tmp_path), validation=0.0).load())

    assert found["near_leak"] == ("test.tsv, row 1",)
    assert "leak" not in found


def test_a_binary_file_among_texts_is_left_out_and_named(tmp_path: Path) -> None:
    for label in ("pos", "neg"):
        (tmp_path / label).mkdir()
        for number in range(5):
            (tmp_path / label / f"{number}.txt").write_text(f"{label} text {number}")
    (tmp_path / "pos" / "9.txt").write_bytes(bytes(range(256)) * 9)
    (tmp_path / "neg" / "7.txt").symlink_to("/etc/hostname")

    dataset = Texts(path=str(tmp_path)).load()

    assert len(dataset) == 10
    assert kinds(dataset)["unreadable"] == ("pos/9.txt",)
    assert kinds(dataset)["outside_link"] == ("neg/7.txt",)


def test_what_has_no_classes_is_refused(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("only one line")

    with pytest.raises(DataError, match="holds no texts with classes"):
        Texts(path=str(tmp_path)).load()
    with pytest.raises(DataError, match="no column “absent”"):
        tsv(tmp_path, lines(), label_column="absent").load()
    assert Texts().facts().samples == 0


def test_settings_survive_the_project_file(tmp_path: Path) -> None:
    source = tsv(tmp_path, lines(), tokens="bpe", max_length=7, pad="before")

    assert read_source(source_json(source)) == source
    assert source.facts() == source.load().facts
    assert source.load().inputs.shape[1] == 7


def test_reading_is_cancelled(tmp_path: Path) -> None:
    watch = Watch()
    watch.cancel()

    with pytest.raises(CancelledError):
        tsv(tmp_path, lines()).load(watch=watch)


@pytest.mark.parametrize(
    ("name", "counts", "classes"),
    [
        ("sst2", (6920, 872, 1821), ("0", "1")),
        ("imdb_7500", (4500, 500, 2500), ("neg", "pos")),
        ("thucnews_20k", (9000, 1000, 10_000), None),
        ("waimai_10k", (8990, 1199, 1798), ("0", "1")),
    ],
)
def test_published_texts_are_read(
    tmp_path: Path, name: str, counts: tuple[int, ...], classes: tuple[str, ...] | None
) -> None:
    found = Texts.found(unpacked(name, tmp_path))
    assert found is not None
    sure, source = found

    dataset = source.load()
    parts = split(dataset, source)

    assert sure > 0.8
    assert (len(parts.train), len(parts.validation), len(parts.test)) == counts
    if classes:
        assert dataset.classes == classes
    else:
        assert len(dataset.classes) == 10
        assert "sports" in dataset.classes
