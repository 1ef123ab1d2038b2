"""The networks to begin with for texts, sounds and series."""

from studio.catalogue.dense.linear import Linear
from studio.catalogue.functions.activation import ReLU
from studio.catalogue.functions.regularization import Dropout
from studio.catalogue.normalizing.normalization import BatchNorm1d
from studio.catalogue.sequences.embedding import Embedding, EmbeddingBag
from studio.catalogue.sequences.recurrent import GRU
from studio.catalogue.shaping.reduction import Reduce
from studio.catalogue.windows.convolution import Conv1d
from studio.catalogue.windows.pooling import MaxPool1d
from studio.datasets.dataset import Dataset
from studio.graph.draft import Draft
from studio.workspace.proposing.answers import answers

_CHANNELS = 8
"""Up to so many values in the first of two axes are channels of a wave, not steps."""


def tokens(draft: Draft, dataset: Dataset) -> str:
    """Add a network for ids of tokens and return its last layer.

    One answer for a text follows from the mean of its words, which padding does not disturb (Joulin
    et al. 2017, “Bag of Tricks for Efficient Text Classification”); one for each place needs
    memory.
    """
    ids = draft.input("tokens", *dataset.sample, dtype="int64")
    size = max(len(dataset.vocabulary), int(dataset.inputs.max(initial=0)) + 1)
    if dataset.targets.ndim > 1:
        return draft.chain(
            ids,
            embedding=Embedding(num_embeddings=size, embedding_dim=128),
            gru=GRU(hidden_size=256),
            dropout=Dropout(p=0.2),
            linear=Linear(out_features=answers(dataset)),
        )
    return draft.chain(
        ids,
        embedding_bag=EmbeddingBag(num_embeddings=size, embedding_dim=128, padding_idx=0),
        dropout=Dropout(p=0.5),
        linear=Linear(out_features=answers(dataset)),
    )


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
