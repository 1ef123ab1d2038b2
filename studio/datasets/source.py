"""Where a data set comes from: what can be chosen in the data panel, declared once."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np

from studio.datasets.corrections import Corrections
from studio.datasets.dataset import Array, Dataset, Facts
from studio.datasets.folders import relative_place, resolved_place
from studio.datasets.known import KnownText
from studio.datasets.watching import Watch
from studio.datasets.writing import Writer
from studio.errors import DataError, SettingError
from studio.families import Family, written
from studio.fields import Declared, integer, number, opaque
from studio.wording import _, in_percent

PLACES = ("path", "folder", "file")
"""What the settings are called that say where one's own samples lie."""


class Source(Declared):
    """A place samples come from, and how they are split into parts."""

    title: ClassVar[str] = ""
    """Its name for people, untranslated."""
    is_own: ClassVar[bool] = False
    """Whether it reads files that somebody brings, instead of what is built in."""
    light_on_dark: ClassVar[bool] = False
    """Whether its pictures show bright strokes on a dark ground, as scanned digits do."""
    takes: ClassVar[str] = ""
    """What a new sample is given as: row, text, beginning (a text that is gone on with), sound or
    series; empty where its shape tells."""
    writes: ClassVar[str] = ""
    """The further Input that takes what is written so far, where something is written."""

    validation: float = number(
        default=0.15,
        low=0.0,
        high=0.9,
        hint="Share of the samples kept aside to watch the training; it is never trained on.",
        label="Validation share",
    )
    test: float = number(
        default=0.15,
        low=0.0,
        high=0.9,
        hint="Share kept for the final mark; unused where the publisher fixed a test part.",
        label="Test share",
    )
    split_seed: int = integer(
        default=0,
        low=0,
        hint="The same seed always gives the same split.",
        label="Split seed",
    )
    corrections: Mapping[str, Any] = opaque(
        default={}, hint="Samples with another class, and samples left out, by where they are from."
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "corrections", Corrections.read(self.corrections).written())
        if self.validation + self.test > 0.95:
            raise SettingError(
                _(
                    "Validation and test take {share} of the samples, which leaves too few "
                    "to train on."
                ).format(share=in_percent(self.validation + self.test)),
                _("Together they may take 95 %."),
            )

    def facts(self) -> Facts:
        """Return what is known before reading, at once."""
        raise NotImplementedError

    def load(self, learned: Mapping[str, Any] | None = None, watch: Watch | None = None) -> Dataset:
        """Read the samples, which may take seconds; `watch` is told how far it is.

        With `learned`, they are prepared as those of an earlier run were, from which it comes;
        without, preparing learns from the training part alone. What can be left out is left out
        and said in `Dataset.problems`. Raises DataError or FileError if nothing can be used, and
        CancelledError if the watch says so.
        """
        raise NotImplementedError

    def sample(self, word: str, learned: Mapping[str, Any]) -> Array:
        """Return one new sample [*axes] of a file or a text, as `load` would prepare it.

        Raises DataError or FileError for what is no such sample.
        """
        raise DataError(_("“{word}” is no sample of {data}.").format(word=word, data=_(self.title)))

    def samples_of(self, word: str, learned: Mapping[str, Any]) -> tuple[Sequence[str], Array]:
        """Return the new samples [samples, *axes] that a word names, and what each is called.

        A word may name many: the files of a folder, the rows or lines of a file. Raises DataError
        or FileError as `sample` does.
        """
        names = self.named(word)
        return names, np.stack([self.sample(one, learned) for one in names])

    def named(self, word: str) -> Sequence[str]:
        """Return the words that name one sample each of those that a word names."""
        return (word,)

    def known(self, _text: str, _learned: Mapping[str, Any]) -> KnownText | None:
        """Return how much of a typed text was learned; None where samples are no texts."""
        return None

    def writer(self, _learned: Mapping[str, Any]) -> Writer | None:
        """Return how tokens that are predicted are read and said; None where none are."""
        return None

    @classmethod
    def found(cls, _path: Path) -> tuple[float, Self] | None:
        """Return how surely a file or folder is of this kind, and the source that reads it.

        Judged by content, never by the ending of a name, and quickly: a few files or the first
        megabyte. 1 means that it can be nothing else; None, that it cannot be read.
        """
        return None

    def values(self) -> dict[str, Any]:
        """Return the settings by name; corrections are among them where there are any."""
        found = super().values()
        if not self.corrections:  # what was never corrected is written as it always was
            del found["corrections"]
        return found

    @property
    def corrected(self) -> Corrections:
        """What people corrected of the samples."""
        return Corrections.read(self.corrections)

    @property
    def lies_at(self) -> str:
        """The file or folder it reads, as its settings say it; empty where there is none."""
        return next((self.get(name) for name in PLACES if name in self.declared), "")

    def resolved(self, base: Path) -> Self:
        """Return the same source with relative paths taken from the folder `base`."""
        return self._moved(lambda place: resolved_place(place, base))

    def relative(self, base: Path) -> Self:
        """Return the same source with what lies in the folder `base` named from there."""
        return self._moved(lambda place: relative_place(place, base))

    def _moved(self, named: Callable[[str], str]) -> Self:
        given = {name: self.get(name) for name in PLACES if name in self.declared}
        return self.changed(**{name: named(place) for name, place in given.items() if place})

    @classmethod
    def about(cls) -> str:
        """Return what this data set is, in one sentence for people, untranslated."""
        return (cls.__doc__ or "").strip().splitlines()[0]


SOURCES: Family[Source] = Family("data set")


def read_source(value: Any) -> Source:
    """Return the source a project file describes; raises SettingError for a bad name or value."""
    return SOURCES.member(value)


def source_json(source: Source) -> dict[str, Any]:
    """Return the JSON form of a source."""
    return written(source)
