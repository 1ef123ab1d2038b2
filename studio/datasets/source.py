"""Where a data set comes from: what can be chosen in the data panel, declared once."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Self

from studio.datasets.dataset import Array, Dataset, Facts
from studio.datasets.watching import Watch
from studio.errors import DataError, SettingError
from studio.families import Family, written
from studio.fields import Declared, integer, number
from studio.wording import _


class Source(Declared):
    """A place samples come from, and how they are split into parts."""

    title: ClassVar[str] = ""
    """Its name for people, untranslated."""
    is_own: ClassVar[bool] = False
    """Whether it reads files that somebody brings, instead of what is built in."""
    light_on_dark: ClassVar[bool] = False
    """Whether its pictures show bright strokes on a dark ground, as scanned digits do."""

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

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.validation + self.test > 0.95:
            raise SettingError(
                _(
                    "Validation and test take {share:.0%} of the samples, which leaves too few "
                    "to train on."
                ).format(share=self.validation + self.test),
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

    @classmethod
    def found(cls, _path: Path) -> tuple[float, Self] | None:
        """Return how surely a file or folder is of this kind, and the source that reads it.

        Judged by content, never by the ending of a name, and quickly: a few files or the first
        megabyte. 1 means that it can be nothing else; None, that it cannot be read.
        """
        return None

    def resolved(self, _base: Path) -> Self:
        """Return the same source with relative paths taken from the folder `base`."""
        return self

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
