"""The network to begin with for rows of measurements: a few linear layers, wider for more data.

Where there are rows enough, single numbers are spelled at length before they are weighed, so that
a small step of one of them can matter (Gorishniy et al. 2022, “On Embeddings for Numerical
Features in Tabular Deep Learning”).
"""

import math

from studio.catalogue.dense.linear import Linear
from studio.catalogue.dense.periodic import Periodic
from studio.catalogue.functions.activation import ReLU
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


def dense(draft: Draft, dataset: Dataset, samples: int) -> str:
    """Add the network and return its last layer."""
    width = min(256, max(16, 2 ** round(math.log2(math.sqrt(samples) + 1))))
    is_large, (columns,) = samples > MANY, dataset.sample
    last = draft.input("features", columns)
    if is_large and columns <= _FEW_COLUMNS:
        last = _spelled(draft, last)
    for layer in (1, 2, 3) if is_large else (1, 2):
        last = draft.add(f"linear_{layer}", Linear(out_features=width), last)
        if is_large:
            last = draft.add(f"batch_norm1d_{layer}", BatchNorm1d(), last)
        last = draft.add(f"relu_{layer}", ReLU(), last)
        last = draft.add(f"dropout_{layer}", Dropout(p=0.2 if is_large else 0.3), last)
    return draft.chain(last, linear=Linear(out_features=answers(dataset)))


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
