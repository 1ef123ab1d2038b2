"""Texts with their classes, parts and places, as they were found in files and folders."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from studio.datasets.origins import as_told
from studio.datasets.problems import MOST_NAMED, Gravity, Problem


@dataclass
class Gathered:
    """Texts one after the other; all lists have one entry each."""

    texts: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    """train, validation, test, or nothing where nobody said."""
    origins: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    columns: tuple[str, str] = ("", "label")
    """Names of the columns of text and label, where there were some."""

    def add(self, text: str, label: str, part: str, origin: str) -> None:
        """Take one text."""
        self.texts.append(text)
        self.labels.append(label)
        self.parts.append(part)
        self.origins.append(origin)

    def keep(self, rows: Sequence[int]) -> None:
        """Leave out all texts but some."""
        self.texts = [self.texts[row] for row in rows]
        self.labels = [self.labels[row] for row in rows]
        self.parts = [self.parts[row] for row in rows]
        self.origins = [self.origins[row] for row in rows]

    def remark(
        self, kind: str, gravity: Gravity, said: tuple[str, str], rows: Sequence[int]
    ) -> None:
        """Note what is wrong with some texts; `said` is sentence and remedy, translated."""
        self.problems.append(
            Problem(
                kind,
                gravity,
                *said,
                places=tuple(as_told(self.origins[row]) for row in rows[:MOST_NAMED]),
                count=len(rows),
                samples=tuple(rows[:MOST_NAMED]) if gravity != "error" else (),
            )
        )
