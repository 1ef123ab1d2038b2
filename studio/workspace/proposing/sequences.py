"""The networks to begin with for texts, sounds and series."""

import numpy as np

from studio.catalogue.dense.linear import Linear
from studio.catalogue.functions.activation import ReLU
from studio.catalogue.functions.regularization import Dropout
from studio.catalogue.normalizing.normalization import BatchNorm1d
from studio.catalogue.sequences.embedding import Embedding, EmbeddingBag
from studio.catalogue.sequences.neighbors import TokenNgrams
from studio.catalogue.sequences.recurrent import GRU
from studio.catalogue.shaping.reduction import Reduce
from studio.catalogue.windows.convolution import Conv1d
from studio.catalogue.windows.pooling import MaxPool1d
from studio.datasets.dataset import Array, Dataset, Split
from studio.graph.draft import Draft
from studio.workspace.proposing.answers import answers

_CHANNELS = 8
"""Up to so many values in the first of two axes are channels of a wave, not steps."""
_OFTEN = 30
"""How often training uses a token on average where pairs of tokens are met often enough, too."""
_MOST_NUMBERS = 2**23
"""In the vectors of pairs: 32 MiB."""
_FEW_ANSWERS = 4


def meets_pairs(dataset: Dataset, split: Split) -> bool:
    """Return whether the texts that train have so many tokens that pairs of them repeat."""
    count = int(np.count_nonzero(dataset.inputs[split.train]))
    return count >= _OFTEN * _ids(dataset)


def tells_few(dataset: Dataset) -> bool:
    """Return whether there are so few classes that a few numbers for each word tell them."""
    return answers(dataset) <= _FEW_ANSWERS


def tokens(draft: Draft, dataset: Dataset, split: Split) -> str:
    """Add a network for ids of tokens and return its last layer.

    One answer for a text follows from its words in any order, and from pairs of neighbors where
    those repeat (Joulin et al. 2017, “Bag of Tricks for Efficient Text Classification”); padding
    does not disturb it. One for each place needs memory.
    """
    ids = draft.input("tokens", *dataset.sample, dtype="int64")
    size = _ids(dataset)
    if dataset.targets.ndim > 1:
        return draft.chain(
            ids,
            embedding=Embedding(num_embeddings=size, embedding_dim=128),
            gru=GRU(hidden_size=256),
            dropout=Dropout(p=0.2),
            linear=Linear(out_features=answers(dataset)),
        )
    bag = EmbeddingBag(num_embeddings=size, embedding_dim=32, padding_idx=0)
    if meets_pairs(dataset, split):
        width = 8 if tells_few(dataset) else 64
        buckets = min(_MOST_NUMBERS // width, _buckets(dataset.inputs[split.train]))
        pairs = TokenNgrams(longest=2, vocabulary=size, buckets=buckets, once=True)
        ids = draft.add("pairs", pairs, ids)
        bag = bag.changed(
            num_embeddings=size + buckets, embedding_dim=width, mode="sqrtn", std=0.01
        )
    return draft.chain(
        ids,
        embedding_bag=bag,
        dropout=Dropout(p=0.5),
        linear=Linear(out_features=answers(dataset)),
    )


def _buckets(ids: Array) -> int:
    """Return a power of two of ids, so many that few pairs in [samples, steps] share one."""
    pairs = ids[:, :-1] * (int(ids.max(initial=0)) + 1) + ids[:, 1:]
    return 2 << len(np.unique(pairs)).bit_length()


def _ids(dataset: Dataset) -> int:
    """Return how many different ids there are."""
    return max(len(dataset.vocabulary), int(dataset.inputs.max(initial=0)) + 1)


def series(draft: Draft, dataset: Dataset) -> str:
    """Add a network for [channels, steps] of a wave or [steps, features] of a series."""
    first, second = dataset.sample
    source = draft.input("signal", first, second)
    if first > _CHANNELS or first >= second:
        return draft.chain(
            source,
            gru=GRU(hidden_size=64, output="last"),
            dropout=Dropout(p=0.1),
            linear=Linear(out_features=answers(dataset)),
        )
    last, width, stage = source, 16, 1
    while second >= 16 and stage <= 5:
        found = Conv1d(out_channels=width, kernel_size=9, padding=4, stride=2, bias=False)
        last = draft.add(f"conv1d_{stage}", found, last)
        last = draft.add(f"batch_norm1d_{stage}", BatchNorm1d(), last)
        last = draft.add(f"relu_{stage}", ReLU(), last)
        last = draft.add(f"max_pool1d_{stage}", MaxPool1d(kernel_size=2), last)
        second, width, stage = second // 4, min(2 * width, 128), stage + 1
    return draft.chain(
        last,
        mean=Reduce(operation="mean", dim=(2,)),
        dropout=Dropout(p=0.2),
        linear=Linear(out_features=answers(dataset)),
    )
