"""Where a data set comes from: what can be chosen in the data panel, declared once."""

from pathlib import Path
from typing import Any, ClassVar, Self

from studio.datasets.dataset import Dataset, Facts
from studio.errors import SettingError
from studio.families import Family, written
from studio.fields import Declared, integer, number
from studio.wording import _


class Source(Declared):
    """A place samples come from, and how they are split into parts."""

    title: ClassVar[str] = ""
    """Its name for people, untranslated."""
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

    def load(self) -> Dataset:
        """Read the samples, which may take seconds; raises DataError or FileError."""
        raise NotImplementedError

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
