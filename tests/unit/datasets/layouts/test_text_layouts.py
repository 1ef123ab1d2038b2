"""Are texts with classes and pairs of sentences found in the layouts they are published in?"""

import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from studio.datasets.inspecting import source_of
from tests.unit.datasets.layouts.telling import told, written

WORDS = ("great lovely fine superb charming warm", "dull awful boring weak stale poor")
COUNT = 80


def said(kind: int, number: int, words: int = 9) -> str:
    picked = random.Random(100 * number + kind).choices(WORDS[kind].split(), k=words)
    return " ".join([*picked, str(number)])


def rows(form: Callable[[int], str], head: str = "") -> str:
    return head + "".join(form(number) + "\n" for number in range(COUNT))


def reviews(n: int) -> str:
    return f'{n},B{n % 9},user{n},{n % 4},{n % 5},{n % 5 + 1},{1303862400 + n},"{said(n % 2, n)}"'


FORMS = {
    "fastText": rows(lambda n: f"__label__{'ab'[n % 2]} {said(n % 2, n)}, or not ?"),
    "fastText, several": rows(
        lambda n: f"__label__{'ab'[n % 2]} {'__label__c ' * (n % 3)}{said(n % 2, n)}"
    ),
    "a number before": rows(lambda n: f"{n % 2} {said(n % 2, n)} ,"),
    "a class before": rows(lambda n: f"{('DESC:def', 'HUM:ind')[n % 2]} {said(n % 2, n)} ?"),
    "AG News": rows(lambda n: f'"{n % 2 + 1}","{said(n % 2, n, 4)}","{said(n % 2, n, 20)} (AP)"'),
    "AG News, named": rows(
        lambda n: f'{n % 2 + 1},{said(n % 2, n, 4)},"{said(n % 2, n, 20)}"',
        "Class Index,Title,Description\n",
    ),
    "Sentiment140": rows(
        lambda n: f'"{n % 2 * 4}","{n + 10**9}","Mon Apr 06 2009","NONE","u{n}","{said(n % 2, n)}"'
    ),
    "SMS, Kaggle": rows(lambda n: f'{("ham", "spam")[n % 2]},"{said(n % 2, n)}",,,', "v1,v2,,,\n"),
    "tweets": rows(
        lambda n: (
            f'{n},{("good", "bad")[n % 2]},1.0,,Virgin,u{n},0,"{said(n % 2, n)}",2015-02-{n:02d}'
        ),
        "id,airline_sentiment,sentiment_confidence,reason,airline,name,count,text,made\n",
    ),
    "JSON lines": rows(
        lambda n: json.dumps({"id": n, "text": f'"{said(n % 2, n)}",\n', "label": "ab"[n % 2]})
    ),
    "JSON, named by parts": rows(
        lambda n: json.dumps({"sentence": said(n % 2, n), "label_desc": "ab"[n % 2], "keys": ""})
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_rows_of_texts_are_told_by_content(tmp_path: Path, form: str) -> None:
    found = told(written(tmp_path / "train", FORMS[form]))

    assert found["kind"] == "texts"
    assert found["samples"] == COUNT
    assert sorted(found["classes"].values()) == [COUNT // 2] * 2


def test_reviews_with_stars_are_texts(tmp_path: Path) -> None:
    head = "Id,ProductId,UserId,Helpful,Of,Score,Time,Text\n"

    found = told(written(tmp_path / "Reviews.csv", rows(reviews, head)))

    assert (found["kind"], found["target"]) == ("texts", "Score")
    assert set(found["classes"]) == set("12345")


@pytest.mark.parametrize("first", [0, 1])
def test_classes_are_named_by_a_file_beside(tmp_path: Path, first: int) -> None:
    for part in ("train", "test"):
        lines = [f'"{n % 2 + first}","{said(n % 2, n)} {part}"' for n in range(COUNT)]
        written(tmp_path / f"{part}.csv", "\n".join(lines))
    written(tmp_path / "classes.txt", "World\nSports\n")

    found = told(tmp_path)

    assert set(found["classes"]) == {"World", "Sports"}
    assert found["parts"]["test"] == COUNT


def test_what_lies_beside_the_classes_of_aclimdb_is_none(tmp_path: Path) -> None:
    root = tmp_path / "aclImdb"
    for part, first in (("train", 0), ("test", 500)):
        for kind, name in enumerate(("pos", "neg")):
            for n in range(20):
                written(root / part / name / f"{n}_9.txt", said(kind, first + n))
        written(root / part / "urls_pos.txt", "http://example.org/title\n" * 9)
    written(root / "imdb.vocab", "the\nand\na\n" * 50)

    found = told(tmp_path)

    assert found["classes"] == {"neg": 40, "pos": 40}
    assert found["parts"]["test"] == 40


PAIRS = {
    "SNLI": rows(
        lambda n: json.dumps(
            {
                "annotator_labels": ["neutral"],
                "gold_label": ("neutral", "entailment")[n % 2],
                "sentence1": said(0, n),
                "sentence1_parse": f"(ROOT {said(0, n)})",
                "sentence2": said(1, n),
                "sentence2_parse": f"(ROOT {said(1, n)})",
                "pairID": f"{n}.jpg",
            }
        )
    ),
    "MRPC": rows(
        lambda n: f"{n % 2}\t{702 + n}\t{901 + n}\t{said(0, n)} .\t{said(1, n)} .",
        "Quality\t#1 ID\t#2 ID\t#1 String\t#2 String\n",
    ),
}


@pytest.mark.parametrize(("form", "target"), [("SNLI", "gold_label"), ("MRPC", "Quality")])
def test_pairs_with_a_class_are_told_by_their_names(tmp_path: Path, form: str, target: str) -> None:
    found = told(written(tmp_path / "pairs", PAIRS[form]))

    assert (found["kind"], found["target"]) == ("pairs", target)
    assert sorted(found["classes"].values()) == [COUNT // 2] * 2


def test_prose_with_a_comma_in_every_line_is_a_long_text(tmp_path: Path) -> None:
    text = rows(lambda n: f"In the {said(1, n, 4)} of it all, there was {said(0, n, 5)} left.")

    assert told(written(tmp_path / "novel.txt", text * 5))["kind"] == "corpus"


def test_marks_of_further_classes_are_no_words(tmp_path: Path) -> None:
    source = source_of(written(tmp_path / "train", FORMS["fastText, several"]))

    assert not any("label" in text for text in source.load().texts)


def test_parts_may_stand_in_the_middle_of_a_name(tmp_path: Path) -> None:
    for part in ("train", "val", "test"):
        lines = [f"{'ab'[n % 2]}\t{said(n % 2, n)} {part}" for n in range(COUNT)]
        written(tmp_path / f"cnews.{part}.txt", "\n".join(lines))
    written(tmp_path / "cnews.vocab.txt", "<PAD>\nthe\n" * 20)

    assert told(tmp_path)["parts"] == {"train": 80, "validation": 80, "test": 80}
