"""Texts with classes of somebody's own, as ids of words, characters or pieces of words."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

import numpy as np

from studio.catalogue.shape import Shape
from studio.datasets.addressing import lines_in
from studio.datasets.dataset import Array, Dataset
from studio.datasets.faulting import graver_first
from studio.datasets.known import KnownText
from studio.datasets.naming import class_order
from studio.datasets.reading.delimited import Delimited
from studio.datasets.reading.parts import absent_classes
from studio.datasets.reading.placed import FromPath
from studio.datasets.source import SOURCES
from studio.datasets.split import split
from studio.datasets.texts import checking
from studio.datasets.texts.encoder import Encoder
from studio.datasets.texts.folders import gather_folder
from studio.datasets.texts.gathered import Gathered
from studio.datasets.texts.padding import padded, usual_length
from studio.datasets.texts.rowed import TextColumns, gather_rows
from studio.datasets.texts.sniffing import looks_like_texts
from studio.datasets.texts.tokenized import Tokenized
from studio.datasets.watching import Watch
from studio.errors import DataError
from studio.fields import choice, number
from studio.wording import Plural, _, marked


@SOURCES.file("texts")
class Texts(Tokenized, TextColumns, Delimited, FromPath):
    """Texts of your own with a class each: a folder for each class, or rows of a file."""

    title = marked("Texts")
    is_own = True
    empty = Shape(1, dtype="int64")
    takes = "text"

    validation: float = number(  # less than of other data: each text that trains brings rare words
        default=0.1,
        low=0.0,
        high=0.9,
        hint="Share of the samples kept aside to watch the training; it is never trained on.",
        label="Validation share",
    )
    pad: str = choice(
        default="after",
        options=("after", "before"),
        hint="Where short texts are filled up; before suits networks that read to the end.",
        label="Padding",
    )

    def prepared(self, learned: Mapping[str, Any], watch: Watch) -> Dataset:
        """Read the texts and encode them; `learned` is empty where nothing was learned before."""
        gathered = self._gathered(watch)
        checking.check(gathered)
        draft = self._draft(gathered, learned)
        parts = split(draft, self)
        if not learned:
            learned = self._learned(draft, [draft.texts[row] for row in parts.train], watch)
        encoder = Encoder(learned)
        ids = encoder.all_ids(draft.texts, watch)
        length = int(learned.get("length") or self.max_length or 0)
        if not length:
            length = usual_length([ids[row] for row in parts.train])
        dataset = replace(
            draft,
            inputs=padded(ids, length, before=self.pad == "before"),
            vocabulary=encoder.vocabulary,
            learned={**learned, "length": length},
        )
        problems = (
            *gathered.problems,
            *checking.leaks(dataset, parts),
            *absent_classes(dataset, parts),
            *checking.of_tokens(dataset, parts, ids, length),
        )
        return replace(dataset, problems=graver_first(problems))

    def sample(self, word: str, learned: Mapping[str, Any]) -> Array:
        """Return the ids [length] of a text."""
        one: Array = self._encoded((word,), learned)[0]
        return one

    def samples_of(self, word: str, learned: Mapping[str, Any]) -> tuple[Sequence[str], Array]:
        """Return the ids [texts, length] of a text, or of each line of a file."""
        names, lines = lines_in(word, self.encoding)
        return names, self._encoded(lines, learned)

    def known(self, text: str, learned: Mapping[str, Any]) -> KnownText | None:
        """Return how much of a typed text was learned."""
        most = int(learned["length"])
        return Encoder(learned).known(text, most, lowercase=self.lowercase)

    def _encoded(self, texts: Sequence[str], learned: Mapping[str, Any]) -> Array:
        if not learned:
            raise DataError(_("Nothing was learned of these texts yet."), _("Train on them first."))
        encoder = Encoder(learned)
        ids = [encoder.ids(self.spelled(one)) for one in texts]
        return padded(ids, int(learned["length"]), before=self.pad == "before")

    @classmethod
    def found(cls, path: Path) -> tuple[float, Self] | None:
        """Return how surely there are texts with classes."""
        sure = looks_like_texts(path)
        return (sure, cls(path=str(path))) if sure else None

    def _gathered(self, watch: Watch) -> Gathered:
        asked = (self.text_column, self.label_column, self.reading)
        place = self.place
        if place.is_dir():
            gathered = gather_folder(place, asked, watch)
        else:
            gathered = Gathered()
            gather_rows(gathered, place, "", asked, watch)
        gathered.texts = [self.spelled(one) for one in gathered.texts]
        return gathered

    def _draft(self, gathered: Gathered, learned: Mapping[str, Any]) -> Dataset:
        """Return the data set without ids, which is all that is needed to split it."""
        classes = tuple(learned.get("classes") or class_order(set(gathered.labels)))
        strange = [row for row, name in enumerate(gathered.labels) if name not in classes]
        if strange:
            said = Plural(
                "{count} text is of a class the network never met.",
                "{count} texts are of classes the network never met.",
            ).of(len(strange))
            gathered.remark("unknown_class", "error", (said, _("They are left out.")), strange)
            gone = set(strange)
            gathered.keep([row for row in range(len(gathered.texts)) if row not in gone])
        if not gathered.texts:
            raise DataError(
                _("{path} holds no texts with classes.").format(path=self.path),
                _("Say which column holds the text and which the class."),
            )
        places = {name: number for number, name in enumerate(classes)}
        validation, test = self._parts(gathered)
        return Dataset(
            name=_(self.title),
            inputs=np.zeros((len(gathered.texts), 1), np.int64),
            targets=np.array([places[name] for name in gathered.labels], np.int64),
            classes=classes,
            target_name=gathered.columns[1],
            validation=validation,
            test=test,
            origins=tuple(gathered.origins),
            texts=tuple(gathered.texts),
        )

    def _parts(self, gathered: Gathered) -> tuple[Array | None, Array | None]:
        """Return the validation and test samples the publisher fixed.

        Where no part is called the training one, what was to validate trains.
        """
        parts = np.array(gathered.parts)
        named = [np.flatnonzero(parts == name).astype(np.int64) for name in ("validation", "test")]
        if not ((parts == "train") | (parts == "")).any():
            named[0] = named[0][:0]
        validation, test = (rows if 0 < len(rows) < len(parts) else None for rows in named)
        return validation, test

    def _learned(self, draft: Dataset, texts: list[str], watch: Watch) -> dict[str, Any]:
        found = self.vocabulary(texts, watch)
        return {"classes": list(draft.classes), "length": self.max_length, **found}
