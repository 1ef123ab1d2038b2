"""The network to begin with for rows of measurements: a few linear layers, wider for more data."""

import math

from studio.catalogue.dense.linear import Linear
from studio.catalogue.functions.activation import ReLU
from studio.catalogue.functions.regularization import Dropout
from studio.catalogue.normalizing.normalization import BatchNorm1d
from studio.datasets.dataset import Dataset
from studio.graph.draft import Draft
from studio.workspace.proposing.answers import answers

MANY = 5_000
"""Rows from which on a table is learned rather than remembered: a deeper network pays."""


def dense(draft: Draft, dataset: Dataset, samples: int) -> str:
    """Add the network and return its last layer."""
    width = min(256, max(16, 2 ** round(math.log2(math.sqrt(samples) + 1))))
    last = draft.input("features", *dataset.sample)
    for layer in (1, 2, 3) if samples > MANY else (1, 2):
        last = draft.add(f"linear_{layer}", Linear(out_features=width), last)
        if samples > MANY:
            last = draft.add(f"batch_norm1d_{layer}", BatchNorm1d(), last)
        last = draft.add(f"relu_{layer}", ReLU(), last)
        if samples <= MANY:
            last = draft.add(f"dropout_{layer}", Dropout(p=0.3), last)
    return draft.chain(last, linear=Linear(out_features=answers(dataset)))
