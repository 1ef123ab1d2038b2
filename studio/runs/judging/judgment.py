"""The answers of a run beside the samples they are about, judged by the corrected labels."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from studio.datasets.corrections import Corrections, name_of, samples_named
from studio.datasets.dataset import Dataset
from studio.datasets.source import Source
from studio.runs.judging.answers import Answers, Indices

_NOTHING = Corrections()


@dataclass(frozen=True, eq=False)
class Judgment:
    """What a run answered about a part of some data, whatever is corrected of them meanwhile."""

    run: Path
    part: str
    source: Source
    """Where the samples come from, without corrections."""
    dataset: Dataset
    """The samples as they were found in the files."""
    found: Answers
    """The answers beside the labels of the files."""
    corrections: Corrections = _NOTHING

    def corrected_by(self, corrections: Corrections) -> "Judgment":
        """Return the same answers judged by other corrections; nothing is asked again."""
        return replace(self, corrections=corrections)

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The numbers of the samples that are corrected, by what corrections call them."""
        return samples_named(self.dataset, tuple(self.corrections))

    @cached_property
    def corrected(self) -> Indices:
        """The samples of the part that are corrected, those that are left out among them."""
        return np.intersect1d(self.found.samples, [*self.numbers.values()]).astype(np.int64)

    @cached_property
    def answers(self) -> Answers:
        """The answers by the corrected labels, without the samples that are left out."""
        found, known = self.found, self.numbers
        truth = found.truth.copy()
        classes = {name: number for number, name in enumerate(found.classes)}
        for name, label in self.corrections.relabel.items():
            if name in known and label in classes:
                truth[found.samples == known[name]] = classes[label]
        left_out = [known[name] for name in self.corrections.exclude if name in known]
        kept = ~np.isin(found.samples, left_out)
        return replace(
            found, samples=found.samples[kept], truth=truth[kept], scores=found.scores[kept]
        )

    def name(self, sample: int) -> str:
        """Return what corrections call a sample."""
        return name_of(self.dataset, sample)

    def numbered(self, name: str) -> int:
        """Return the number of a sample that corrections call so."""
        return samples_named(self.dataset, (name,))[name]

    def is_left_out(self, sample: int) -> bool:
        """Whether somebody wants a sample in no part."""
        return bool(self.corrections.exclude) and self.name(sample) in self.corrections.exclude

    def places(self, samples: Iterable[int]) -> Indices:
        """Return where in `found` the answers about some samples lie."""
        wanted = np.fromiter(samples, np.int64)
        return np.asarray(
            self._order[np.searchsorted(self.found.samples, wanted, sorter=self._order)]
        )

    @cached_property
    def _order(self) -> Indices:
        """Where the answers lie from the first sample to the last."""
        return np.argsort(self.found.samples, kind="stable")

    def true_name(self, sample: int) -> str:
        """Return the class of a sample, the corrected one where somebody said so."""
        label = self.corrections.relabel.get(self.name(sample)) if self.corrections else None
        return label or self.found.classes[int(self.dataset.targets[sample])]
