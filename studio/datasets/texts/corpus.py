"""One long text, cut into windows in each of which a network predicts the token that follows."""

import itertools
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from studio.catalogue.shape import Shape
from studio.datasets.addressing import is_file
from studio.datasets.dataset import Array, Dataset
from studio.datasets.faulting import graver_first
from studio.datasets.known import KnownText
from studio.datasets.origins import WINDOW
from studio.datasets.places import require_file
from studio.datasets.problems import Problem
from studio.datasets.reading.encoding import encoding_setting
from studio.datasets.reading.grid import Reading, dialect_of, opened
from studio.datasets.reading.parted import Parted
from studio.datasets.reading.placed import FromFile
from studio.datasets.reading.sole import few_files, sole_file
from studio.datasets.source import SOURCES
from studio.datasets.texts.checking import few_tokens, unknown_tokens
from studio.datasets.texts.encoder import Encoder, learn_vocabulary
from studio.datasets.texts.lined import parts_of_one
from studio.datasets.texts.padding import padded
from studio.datasets.texts.sniffing import beginning
from studio.datasets.texts.tokenized import size_setting
from studio.datasets.watching import Watch
from studio.datasets.writing import Writer
from studio.errors import DataError, FileError, StudioError
from studio.fields import choice, flag, integer
from studio.wording import Plural, _, byte_size, marked

Ids = npt.NDArray[np.int64]

_MOST_BYTES = 2**28
_BLOCK = 2**20
"""Characters read or encoded between two looks at the watch."""
_STRUCTURED = re.compile(r"\{\s*\"|\[\s*[\[{\"]|<(!doctype )?html", re.IGNORECASE)
"""How JSON and HTML begin, which are no texts to go on with."""
_BESIDE = ("validation", "test")
_SOME = 2_000
"""Characters from which on a text is called long."""


@SOURCES.file("corpus")
class Corpus(Parted, FromFile):
    """One long text of your own, to learn which character or word comes next."""

    title = marked("Long text")
    is_own = True
    empty = Shape(128, dtype="int64")
    takes = "beginning"

    encoding: str = encoding_setting()
    tokens: str = choice(
        default="characters",
        options=("characters", "words", "bpe"),
        hint="What gets an id: characters, words, or frequent sequences of bytes (BPE).",
        label="Tokens",
    )
    window: int = integer(
        default=128,
        low=1,
        high=65_536,
        hint="How many tokens a network sees at once; for each, it predicts the one after it.",
        label="Window",
    )
    vocabulary_size: int = size_setting()
    lowercase: bool = flag(
        default=False,
        hint="Whether capitals are written small.",
        label="Small letters",
    )

    def prepared(self, learned: Mapping[str, Any], watch: Watch) -> Dataset:
        """Read the text: its beginning trains, its end judges, no window lies in two parts."""
        pieces = self._pieces(watch)
        if not learned:
            tokens = "bytes" if self.tokens == "bpe" else self.tokens
            blocks = _blocks(pieces[0], tokens)
            learned = learn_vocabulary(blocks, tokens, self.vocabulary_size, 1, watch)
        encoder = Encoder(learned)
        ids = [_all_ids(encoder, piece, str(learned["tokens"]), watch) for piece in pieces]
        problems = graver_first(_problems("".join(pieces), encoder, ids))
        return self._dataset(ids, encoder, learned, problems)

    def _dataset(
        self,
        ids: list[Ids],
        encoder: Encoder,
        learned: Mapping[str, Any],
        problems: tuple[Problem, ...],
    ) -> Dataset:
        """Return the windows of the parts, one part after the other."""
        windows = [_windows(part, self.window) for part in ids]
        self._require(windows)
        ends = np.cumsum([len(inputs) for inputs, _targets in windows])
        watching, judging = (np.arange(start, end) for start, end in itertools.pairwise(ends))
        inputs = np.concatenate([inputs for inputs, _targets in windows])
        return Dataset(
            name=_(self.title),
            inputs=inputs,
            targets=np.concatenate([targets for _inputs, targets in windows]),
            classes=encoder.vocabulary,
            target_name=_("next token"),
            validation=watching if self._shares[0] else None,
            test=judging if self._shares[1] else None,
            is_ordered=True,
            origins=[WINDOW.format(number=row + 1) for row in range(len(inputs))],
            texts=[encoder.text(line) for line in inputs.tolist()],
            vocabulary=encoder.vocabulary,
            learned=dict(learned),
            problems=problems,
        )

    def sample(self, word: str, learned: Mapping[str, Any]) -> Array:
        """Return the ids [window] of the end of a text, or of a text file."""
        if not learned:
            raise DataError(_("Nothing was learned of this text yet."), _("Train on it first."))
        if is_file(word):
            with opened(Path(word), self.encoding) as stream:
                word = stream.read(_MOST_BYTES)
        ids = Encoder(learned).ids(word.lower() if self.lowercase else word)
        found: Array = padded([ids[-self.window :]], self.window)[0]
        return found

    def known(self, text: str, learned: Mapping[str, Any]) -> KnownText | None:
        """Return how much of a typed beginning was learned; of a long one, its end is seen."""
        return Encoder(learned).known(text, self.window, lowercase=self.lowercase)

    def writer(self, learned: Mapping[str, Any]) -> Writer | None:
        """Return how the text is gone on with."""
        encoder = Encoder(learned)
        small = str.lower if self.lowercase else str
        return Writer(lambda text: encoder.ids(small(text)), encoder.text, self.window)

    @classmethod
    def found(cls, path: Path) -> tuple[float, Self] | None:
        """Return how surely a file is one long text: lines, but no rows of cells."""
        parts = parts_of_one(few_files(path))
        file = parts.get("train") or sole_file(path)
        try:
            start = beginning(file).lstrip() if file else ""
            if file is None or len(start) < _SOME or _STRUCTURED.match(start):
                return None
            rows = dialect_of(file, Reading()) is not None
        except (StudioError, OSError):
            return None
        if rows and parts:
            return None
        validation, test = (parts[part].name if part in parts else "" for part in _BESIDE)
        found = cls(file=str(file), validation_file=validation, test_file=test)
        return (0.1 if rows else 0.6), found

    @property
    def _shares(self) -> tuple[float, float]:
        """How much of the text validates and tests; all of a file that is there for it."""
        return (
            1.0 if self.validation_file else self.validation,
            1.0 if self.test_file else self.test,
        )

    def _read(self, place: Path, watch: Watch) -> str:
        require_file(place)
        size = place.stat().st_size
        if size > _MOST_BYTES:
            raise FileError(
                _("{path} has {size}, but a text may have {most}.").format(
                    path=place, size=byte_size(size), most=byte_size(_MOST_BYTES)
                ),
                _("Take a part of it."),
            )
        parts: list[str] = []
        with opened(place, self.encoding) as stream:
            while part := stream.read(_BLOCK):
                watch.tell(min(size, len(parts) * _BLOCK), size)
                parts.append(part)
        text = "".join(parts)
        return text.lower() if self.lowercase else text

    def _pieces(self, watch: Watch) -> tuple[str, str, str]:
        """Return the parts that train, watch and judge: from files of their own, or cut off."""
        text = self._read(self.place, watch)
        size = len(text)
        parts = []
        for file, share in ((self.test_file, self.test), (self.validation_file, self.validation)):
            if file:
                parts.append(self._read(self.place.parent / file, watch))
            else:
                end = len(text) - round(size * share)
                parts.append(text[end:])
                text = text[:end]
        judge, watching = parts
        return text, watching, judge

    def _require(self, windows: list[tuple[Ids, Ids]]) -> None:
        shares = (1.0, *self._shares)
        for share, (inputs, _targets) in zip(shares, windows, strict=True):
            if share and not len(inputs):
                raise DataError(
                    _("The text is too short for windows of {window} tokens in each part.").format(
                        window=self.window
                    ),
                    _("Take a smaller window, or a longer text."),
                )


def _blocks(text: str, tokens: str) -> list[str]:
    """Return the text in pieces small enough to be cancelled between them."""
    if tokens == "characters":
        return [text[start : start + _BLOCK] for start in range(0, len(text), _BLOCK)]
    return text.splitlines(keepends=True)


def _all_ids(encoder: Encoder, text: str, tokens: str, watch: Watch) -> Ids:
    if tokens != "characters":
        lines = encoder.all_ids(_blocks(text, tokens), watch)
        return np.fromiter((number for line in lines for number in line), np.int64)
    points = np.frombuffer(text.encode("utf-32-le", "replace"), np.uint32)
    table = np.ones(int(points.max(initial=0)) + 1, np.int64)
    for number, token in enumerate(encoder.vocabulary):
        if len(token) == 1 and ord(token) < len(table):
            table[ord(token)] = number
    found: Ids = table[points]
    return found


def _windows(ids: Ids, window: int) -> tuple[Ids, Ids]:
    """Return inputs and targets [windows, window]; the targets are one token ahead."""
    count = max(0, len(ids) - 1) // window
    size = count * window
    return ids[:size].reshape(count, window), ids[1 : size + 1].reshape(count, window)


def _problems(text: str, encoder: Encoder, ids: list[Ids]) -> Iterator[Problem]:
    if broken := text.count("\ufffd"):
        line = text[: text.index("\ufffd")].count("\n") + 1
        yield Problem(
            "encoding",
            "warning",
            Plural(
                "{count} character could not be read.", "{count} characters could not be read."
            ).of(broken),
            _("Choose the encoding the file was written in."),
            places=(_("row {row}").format(row=line),),
            count=broken,
        )
    yield from few_tokens(encoder.vocabulary)
    yield from unknown_tokens(int((ids[1] == 1).sum()), len(ids[1]))
