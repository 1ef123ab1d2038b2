"""Which classes are missing in a part of the data."""

import numpy as np

from studio.datasets.dataset import Dataset, Split
from studio.datasets.faulting import missing_in_parts
from studio.datasets.problems import Problem
from studio.wording import _


def absent_classes(dataset: Dataset, split: Split) -> tuple[Problem, ...]:
    """Return which classes have no sample in which part, where samples have one class each."""
    if not dataset.classes or dataset.targets.ndim > 1:
        return ()
    parts = {_("training"): split.train, _("validation"): split.validation, _("test"): split.test}
    present = {
        part: [dataset.classes[number] for number in np.unique(dataset.targets[rows])]
        for part, rows in parts.items()
        if len(rows)
    }
    return missing_in_parts(dataset.classes, present)
