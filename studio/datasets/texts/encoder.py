"""How texts become ids: a vocabulary learned from the training part, and what encodes with it."""

import importlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from studio.datasets.known import KnownText
from studio.datasets.texts.tokens import places_of, words
from studio.datasets.watching import Watch
from studio.errors import DataError
from studio.wording import _

PADDING, UNKNOWN, START, END = "<pad>", "<unk>", "<start>", "<end>"
SPECIAL = (PADDING, UNKNOWN)
TOKENS = ("found", "words", "characters", "bpe", "wordpiece")
_BLOCK = 256
"""Texts between two looks at the watch."""


def learn_vocabulary(
    texts: Sequence[str],
    tokens: str,
    size: int,
    fewest: int,
    watch: Watch,
    special: Sequence[str] = SPECIAL,
) -> dict[str, Any]:
    """Return the tokens that training texts are made of, as JSON, for an `Encoder`.

    `tokens` is words, characters, bpe, wordpiece, or bytes (BPE over bytes, which keeps every
    blank); at most `size` of them, the `special` ones included, each met `fewest` times.
    """
    if tokens in {"words", "characters"}:
        counts: Counter[str] = Counter()
        for text in _watched(texts, watch):
            counts.update(words(text) if tokens == "words" else text)
        ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        kept = [token for token, count in ranked if count >= fewest and token not in special]
        vocabulary = [*special, *kept[: max(0, size - len(special))]]
        return {"tokens": tokens, "vocabulary": vocabulary}
    return {"tokens": tokens, "tokenizer": _trained(texts, tokens, size, fewest, watch, special)}


class Encoder:
    """Turns texts into ids with what was learned; raises DataError for what is no vocabulary."""

    def __init__(self, learned: Mapping[str, Any]) -> None:
        self._tokens = str(learned.get("tokens", ""))
        self._tokenizer: Any = None
        try:
            if "tokenizer" in learned:
                library = importlib.import_module("tokenizers")
                self._tokenizer = library.Tokenizer.from_str(learned["tokenizer"])
                count = self._tokenizer.get_vocab_size()
                found = tuple(self._tokenizer.id_to_token(number) for number in range(count))
            else:
                found = tuple(map(str, learned["vocabulary"]))
        except Exception as error:
            raise DataError(_("The vocabulary that was learned cannot be read.")) from error
        self.vocabulary = found
        """Tokens by their id."""
        self._ids = {token: number for number, token in enumerate(found)}

    def ids(self, text: str) -> list[int]:
        """Return the ids of one text."""
        if self._tokenizer is not None:
            return list(self._tokenizer.encode(text, add_special_tokens=False).ids)
        parts: Sequence[str] = words(text) if self._tokens == "words" else text
        return [self._ids.get(part, 1) for part in parts]

    def known(self, text: str, most: int, *, lowercase: bool = False) -> KnownText:
        """Return how much of a text as it was typed has ids, if `most` tokens of it are kept."""
        flat = _BLANK.sub(" ", text)
        small = flat.lower()
        flat = small if lowercase and len(small) == len(flat) else flat
        if self._tokenizer is not None:
            found = self._tokenizer.encode(flat, add_special_tokens=False)
            strange = tuple(
                place for number, place in zip(found.ids, found.offsets, strict=True) if number == 1
            )
            return KnownText(len(found.ids), most, strange)
        letters = [(place, place + 1) for place in range(len(flat))]
        places = places_of(flat) if self._tokens == "words" else letters
        strange = tuple(place for place in places if flat[slice(*place)] not in self._ids)
        return KnownText(len(places), most, strange)

    def text(self, ids: Sequence[int]) -> str:
        """Return what ids say, as nearly as the tokens tell."""
        if self._tokenizer is not None:
            return str(self._tokenizer.decode(list(ids), skip_special_tokens=True))
        parts = [self.vocabulary[number] for number in ids if number]
        return (" " if self._tokens == "words" else "").join(parts)

    def all_ids(self, texts: Sequence[str], watch: Watch) -> list[list[int]]:
        """Return the ids of many texts."""
        if self._tokenizer is None:
            return [self.ids(text) for text in _watched(texts, watch)]
        found: list[list[int]] = []
        for start in range(0, len(texts), _BLOCK):
            watch.tell(start, len(texts))
            block = list(texts[start : start + _BLOCK])
            found.extend(
                one.ids for one in self._tokenizer.encode_batch(block, add_special_tokens=False)
            )
        return found


def _watched(texts: Sequence[str], watch: Watch) -> Iterator[str]:
    for number, text in enumerate(texts):
        if not number % _BLOCK:
            watch.tell(number, len(texts))
        yield text


def _trained(
    texts: Sequence[str], tokens: str, size: int, fewest: int, watch: Watch, special: Sequence[str]
) -> str:
    """Return the JSON of a tokenizer of the tokenizers library."""
    library = importlib.import_module("tokenizers")
    lines = _watched(texts, watch)
    tokenizer = library.Tokenizer(library.models.BPE(unk_token=UNKNOWN))
    if tokens == "bytes":
        tokenizer.pre_tokenizer = library.pre_tokenizers.ByteLevel(add_prefix_space=False)
        tokenizer.decoder = library.decoders.ByteLevel()
    elif tokens == "wordpiece":
        lines = map(_marked, lines)
        tokenizer.pre_tokenizer = library.pre_tokenizers.WhitespaceSplit()
    else:
        tokenizer.pre_tokenizer = library.pre_tokenizers.Whitespace()
    trainer = library.trainers.BpeTrainer(
        vocab_size=size,
        min_frequency=fewest,
        special_tokens=list(special),
        limit_alphabet=6000,
        show_progress=False,
    )
    tokenizer.train_from_iterator(lines, trainer=trainer)
    if tokens == "wordpiece":
        pieces = {
            token if token in special else _unmarked(token): number
            for token, number in tokenizer.get_vocab().items()
        }
        tokenizer = library.Tokenizer(library.models.WordPiece(pieces, unk_token=UNKNOWN))
        tokenizer.pre_tokenizer = library.pre_tokenizers.Whitespace()
    return json.dumps(json.loads(tokenizer.to_str()), ensure_ascii=False)


_INSIDE = 0xF0000
"""Added to a character that does not begin a word.

The library's own trainer of word pieces gives other pieces at every call; that of BPE does not, so
it is given words whose later characters are others.
"""
_BLANK = re.compile(r"\s")
_RUN = re.compile(r"\w+|[^\w\s]+")


def _marked(text: str) -> str:
    return " ".join(_outer(word[0]) + "".join(map(_inner, word[1:])) for word in _RUN.findall(text))


def _outer(letter: str) -> str:
    return letter if ord(letter) < _INSIDE else "\ufffd"


def _inner(letter: str) -> str:
    code = ord(letter)
    return chr((code if code < 0x1FFFE else 0xFFFD) + _INSIDE)


def _unmarked(token: str) -> str:
    if ord(token[0]) < _INSIDE:
        return token[0] + "".join(chr(ord(letter) - _INSIDE) for letter in token[1:])
    return "##" + "".join(chr(ord(letter) - _INSIDE) for letter in token)
