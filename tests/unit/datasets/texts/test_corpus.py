"""A long text becomes windows whose targets are one token ahead, the end kept for judging."""

from pathlib import Path

import numpy as np
import pytest

from studio.datasets.split import split
from studio.datasets.texts.corpus import Corpus
from studio.errors import DataError
from tests.unit.datasets.real_data import unpacked

TEXT = "".join(f"Line {number} of a long text.\n" for number in range(300))


def corpus(folder: Path, text: str = TEXT, **settings: object) -> Corpus:
    path = folder / "text"
    path.write_text(text, encoding="utf-8")
    return Corpus(file=str(path)).changed(**settings)


@pytest.mark.parametrize("tokens", ["characters", "words", "bpe"])
def test_targets_are_the_tokens_that_follow(tmp_path: Path, tokens: str) -> None:
    dataset = corpus(tmp_path, tokens=tokens, window=8, vocabulary_size=300).load()

    assert dataset.inputs.shape[1:] == (8,)
    assert (dataset.targets[:, :-1] == dataset.inputs[:, 1:]).all()
    assert dataset.classes == dataset.vocabulary
    assert dataset.facts.places == (8,)


def test_windows_say_the_text_again(tmp_path: Path) -> None:
    dataset = corpus(tmp_path, window=16).load()

    assert "".join(dataset.texts).startswith(TEXT[:500])


def test_bytes_keep_every_blank(tmp_path: Path) -> None:
    dataset = corpus(tmp_path, "a  b\n\n  c\td " * 300, tokens="bpe", window=16).load()

    assert "".join(dataset.texts).startswith("a  b\n\n  c\td a  b")


def test_the_beginning_trains_and_the_end_judges(tmp_path: Path) -> None:
    text = "abc " * 1000 + "xyz " * 175
    source = corpus(tmp_path, text, window=10)
    dataset = source.load()
    parts = split(dataset, source)

    assert max(parts.train) < min(parts.validation) <= max(parts.validation) < min(parts.test)
    assert "x" not in dataset.vocabulary
    assert (dataset.inputs[parts.test] == 1).any()
    assert {problem.kind for problem in dataset.problems} <= {"unknown_tokens"}


def test_what_was_learned_encodes_again(tmp_path: Path) -> None:
    source = corpus(tmp_path, window=8)
    first = source.load()

    assert (source.load(learned=first.learned).inputs == first.inputs).all()
    said = source.sample("Line 1", first.learned)
    assert [first.vocabulary[number] for number in said] == [*"Line 1", "<pad>", "<pad>"]


def test_a_text_that_is_too_short_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="too short for windows of 128 tokens"):
        corpus(tmp_path, "short").load()


def test_a_single_token_is_named(tmp_path: Path) -> None:
    dataset = corpus(tmp_path, "a" * 5000, window=8).load()

    assert [problem.kind for problem in dataset.problems] == ["vocabulary"]


def test_shakespeare_has_sixty_five_characters(tmp_path: Path) -> None:
    found = Corpus.found(unpacked("tinyshakespeare", tmp_path))
    assert found is not None

    dataset = found[1].load()

    assert len(set(dataset.vocabulary[2:])) == 65
    assert dataset.inputs.shape == (8713, 128)
    assert np.abs(dataset.inputs).max() < 67
