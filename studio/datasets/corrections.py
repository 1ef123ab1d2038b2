"""What people corrected of samples, kept in the project: the files are never touched."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from studio.datasets.dataset import Dataset, Split
from studio.datasets.origins import as_kept
from studio.errors import SettingError
from studio.wording import Plural, _


@dataclass(frozen=True)
class Corrections:
    """Samples with another class, and samples that are left out of every part.

    A sample is named by where it comes from, which stays true when files are added; one of which
    that is not known, by its number.
    """

    relabel: Mapping[str, str] = field(default_factory=dict)
    """The name of the right class by the name of the sample."""
    exclude: tuple[str, ...] = ()

    @classmethod
    def read(cls, value: Any) -> "Corrections":
        """Return the corrections of a project file; raises SettingError for what are none."""
        relabel = value.get("relabel", {}) if isinstance(value, Mapping) else None
        exclude = value.get("exclude", ()) if isinstance(value, Mapping) else None
        if not isinstance(relabel, Mapping) or not isinstance(exclude, list | tuple):
            raise SettingError(
                _("Corrections must be an object with “relabel” and “exclude”."),
                _("“relabel” gives classes by sample, “exclude” lists samples."),
            )
        if not all(isinstance(word, str) for word in (*relabel, *relabel.values(), *exclude)):
            raise SettingError(_("Corrections name samples and classes by texts."))
        return cls(
            {as_kept(name): label for name, label in relabel.items()}, tuple(map(as_kept, exclude))
        )

    def __len__(self) -> int:
        return len({*self.relabel, *self.exclude})

    def __iter__(self) -> Iterator[str]:
        """Go through the names of the samples that are corrected."""
        return iter(dict.fromkeys((*self.relabel, *self.exclude)))

    def written(self) -> dict[str, Any]:
        """Return what `read` reads; nothing where nothing is corrected."""
        lists = {"relabel": dict(self.relabel), "exclude": list(self.exclude)}
        return {name: value for name, value in lists.items() if value}

    def relabeled(self, name: str, label: str) -> "Corrections":
        """Return the same with another class for a sample."""
        rest = self.without(name)
        return replace(rest, relabel={**rest.relabel, name: label})

    def excluding(self, name: str) -> "Corrections":
        """Return the same with a sample left out."""
        rest = self.without(name)
        return replace(rest, exclude=(*rest.exclude, name))

    def without(self, name: str) -> "Corrections":
        """Return the same with a sample as its file says it."""
        rest = {known: label for known, label in self.relabel.items() if known != name}
        return Corrections(rest, tuple(known for known in self.exclude if known != name))


def name_of(dataset: Dataset, sample: int) -> str:
    """Return what corrections call a sample."""
    return str(dataset.origins[sample]) if len(dataset.origins) else str(sample)


def samples_named(dataset: Dataset, names: Sequence[str]) -> dict[str, int]:
    """Return the numbers of the samples that are there, by their names."""
    wanted, size = set(names), len(dataset)
    if len(dataset.origins):
        named = enumerate(map(str, dataset.origins))
        return {name: number for number, name in named if name in wanted}
    return {name: int(name) for name in wanted if name.isdecimal() and int(name) < size}


def corrected(dataset: Dataset, split: Split, corrections: Corrections) -> tuple[Dataset, Split]:
    """Return samples and parts as somebody corrected them; numbers of samples stay what they are.

    The parts are those of the labels in the files, so that no sample moves from one to another.
    """
    if not corrections:
        return dataset, split
    found = samples_named(dataset, tuple(corrections))
    targets, lost = dataset.targets, len(corrections) - len(found)
    named = {found[name]: label for name, label in corrections.relabel.items() if name in found}
    if named and dataset.targets.ndim == 1:
        numbers = {label: number for number, label in enumerate(dataset.classes)}
        lost += sum(label not in numbers for label in named.values())
        targets = dataset.targets.copy()
        for sample, label in named.items():
            targets[sample] = numbers.get(label, targets[sample])
    left_out = [found[name] for name in corrections.exclude if name in found]
    notes = (*dataset.notes, _lost(lost)) if lost else dataset.notes
    parts = (np.setdiff1d(part, left_out) for part in (split.train, split.validation, split.test))
    return replace(dataset, targets=targets, notes=notes), Split(*parts)


def _lost(count: int) -> str:
    return Plural(
        "{count} correction names a sample or a class that is not there (any more).",
        "{count} corrections name samples or classes that are not there (any more).",
    ).of(count)
