"""Which part of the data a file or folder is by its name: train, validation or test."""

import re
from collections.abc import Iterable, Sequence
from pathlib import PurePath
from typing import Any

import numpy.typing as npt

from studio.datasets.naming import alike

PARTS = {
    **dict.fromkeys(("train", "training", "trn", "训练", "训练集"), "train"),
    **dict.fromkeys(("val", "valid", "validation", "dev", "eval", "验证", "验证集"), "validation"),
    **dict.fromkeys(("test", "testing", "tst", "evaluation", "holdout", "测试", "测试集"), "test"),
}
"""The words under which publishers keep their parts."""
_ALL = frozenset(PARTS.values())
_GLIMPSED = 20
"""Cells by which most columns are told to hold something else."""
_FILLERS = {
    *("set", "data", "dataset", "split", "folder", "files", "images", "image", "imgs", "img"),
    *("pictures", "photos", "audio", "sounds", "wav", "wavs", "clips", "texts"),
}
"""Words that say nothing beside such a one, as in train_images."""
_BETWEEN = re.compile(r"[\W\d_]+")


def part_of(name: str) -> str:
    """Return which part a file or folder is by its name, or nothing.

    The last or first word counts, as in sst2_train.tsv, and one before a dot: cnews.train.txt.
    """
    pieces = PurePath(name).name.split(".")
    words = _words(pieces[0])
    found = (*words[-1:], *words[:1], *(alike(piece) for piece in pieces[1:]))
    return next((PARTS[word] for word in found if word in PARTS), "")


def parts_in(cells: Sequence[str] | npt.NDArray[Any]) -> list[str] | None:
    """Return the part of each row where a column says nothing else, None for any other column."""
    if any(alike(cell) not in PARTS for cell in cells[:_GLIMPSED]):
        return None
    known = {cell: PARTS.get(alike(cell), "") for cell in set(cells)}
    return [known[cell] for cell in cells] if {"train"} < set(known.values()) <= _ALL else None


def says_nothing(name: str) -> bool:
    """Return whether a folder is called as any folder of files is: images, data, clips."""
    words = _words(name)
    return bool(words) and set(words) <= _FILLERS


def parts_among(names: Iterable[str]) -> dict[str, str]:
    """Return which of the folders that lie side by side are parts, where they are.

    They are where one is for training and another of the same kind is not: train beside test,
    seg_train beside seg_test, train2017 beside val2017; but not bullet_train beside test_tube.
    """
    said = {name: _said(name) for name in names}
    parts: dict[str, str] = {}
    for kind in {kind for part, kind in said.values() if part == "train"}:
        siblings = {name: part for name, (part, other) in said.items() if part and other == kind}
        if len(set(siblings.values())) > 1:
            parts |= siblings
    return parts


def _said(name: str) -> tuple[str, tuple[str, ...]]:
    """Return which part a folder is by its name, and the words that say of what."""
    words = _words(name)
    known = next((word for word in (*words[-1:], *words) if word in PARTS), "")
    return PARTS.get(known, ""), tuple(word for word in words if word not in (known, *_FILLERS))


def _words(name: str) -> list[str]:
    return [_plain(word) for word in _BETWEEN.split(alike(name)) if word]


def _plain(word: str) -> str:
    """Return the part that a word of two says: train for trainset, test for testimages."""
    pieces = (word.removesuffix(filler) for filler in _FILLERS if word.endswith(filler))
    return next((piece for piece in pieces if piece in PARTS), word)
