"""Is it told which words of a typed text were never learned, and what is cut off?"""

import pytest

from studio.datasets.texts.encoder import SPECIAL, Encoder, learn_vocabulary
from studio.datasets.watching import Watch

TEXTS = ("the film was good", "the film was bad", "好的电影", "the good film")


def encoder(tokens: str) -> Encoder:
    return Encoder(learn_vocabulary(TEXTS, tokens, 200, 1, Watch(), SPECIAL))


def test_unknown_words_are_found_where_they_were_typed():
    text = "The  splendid\nfilm, 好 x"
    known = encoder("words").known(text, 4, lowercase=True)
    assert [text[start:end] for start, end in known.strange] == ["splendid", ",", "x"]
    assert (known.tokens, known.cut) == (6, 2)


def test_capitals_count_where_they_were_learned():
    assert encoder("words").known("The film", 9).strange == ((0, 3),)


@pytest.mark.parametrize(("tokens", "expected"), [("characters", ["z", "!"]), ("bpe", ["!"])])
def test_unknown_characters_are_found(tokens, expected):
    text = "good! z" if tokens == "characters" else "good !"
    found = encoder(tokens).known(text, 50).strange
    assert sorted(text[start:end] for start, end in found) == sorted(expected)
