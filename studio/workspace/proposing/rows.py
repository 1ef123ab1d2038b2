"""The network to begin with for rows of measurements: a few linear layers, wider for more data.

Where there are rows enough, single numbers are spelled at length before they are weighed, so that
a small step of one of them can matter (Gorishniy et al. 2022, “On Embeddings for Numerical
Features in Tabular Deep Learning”).
"""

import math

from studio.catalogue.dense.linear import Linear
from studio.catalogue.dense.periodic import Periodic
from studio.catalogue.functions.activation import ReLU
from studio.catalogue.functions.function import Clamp
from studio.catalogue.functions.regularization import Dropout
from studio.catalogue.meeting.merge import Concat
from studio.catalogue.normalizing.normalization import BatchNorm1d
from studio.catalogue.shaping.arrangement import Flatten
from studio.datasets.dataset import Dataset
from studio.graph.draft import Draft
from studio.workspace.proposing.answers import answers

MANY = 5_000
"""Rows from which on a table is learned rather than remembered: a deeper network pays."""
_FEW_COLUMNS = 64
"""Columns up to which each of them is spelled at length."""
_FAR = 3.0
"""Deviations from the mean at which a number is cut off where few rows tell of classes."""


def dense(draft: Draft, dataset: Dataset, samples: int) -> str:
    """Add the network and return its last layer."""
    (columns,) = dataset.sample
    last = draft.input("features", columns)
    if samples > MANY:
        last = _spelled(draft, last) if columns <= _FEW_COLUMNS else last
        last = _deep(draft, last, samples)
    else:
        if dataset.classes:
            last = draft.add("clamp", Clamp(min=-_FAR, max=_FAR), last)
        last = _wide(draft, last, samples)
    return draft.chain(last, linear=Linear(out_features=answers(dataset)))


def steps(dataset: Dataset, samples: int) -> int:
    """Return how many steps suit: classes of few rows are learned by heart before numbers are."""
    if samples > MANY:
        return 4_000
    return 500 if dataset.classes else 1_500


def _deep(draft: Draft, last: str, samples: int) -> str:
    """Add layers that many rows can teach."""
    for layer in (1, 2, 3):
        last = draft.add(f"linear_{layer}", Linear(out_features=_width(samples)), last)
        last = draft.add(f"batch_norm1d_{layer}", BatchNorm1d(), last)
        last = draft.add(f"relu_{layer}", ReLU(), last)
        last = draft.add(f"dropout_{layer}", Dropout(p=0.2), last)
    return last


def _wide(draft: Draft, last: str, samples: int) -> str:
    """Add layers of which each step silences half, so that few rows are not learned by heart."""
    for layer in (1, 2):
        last = draft.add(f"linear_{layer}", Linear(out_features=4 * _width(samples)), last)
        last = draft.add(f"relu_{layer}", ReLU(), last)
        last = draft.add(f"dropout_{layer}", Dropout(p=0.5), last)
    return last


def _width(samples: int) -> int:
    """Return about the root of the number of rows that train."""
    return min(256, max(16, 1 << round(math.log2(math.sqrt(samples) + 1))))


def _spelled(draft: Draft, features: str) -> str:
    """Return the features beside what waves of learned lengths say of each."""
    waves = draft.chain(
        features,
        periodic=Periodic(frequencies=32, std=0.3),
        spelling=Linear(out_features=16),
        relu=ReLU(),
        flatten=Flatten(),
    )
    return draft.add("concat", Concat(dim=1), features, waves)
