"""The network to begin with for pictures: convolutions that halve the picture down to a few cells.

Each stage is a convolution, a batch normalization, a ReLU and a pooling; the mean over what is left
answers, so that a few hundred pictures are enough.
"""

from studio.catalogue.dense.linear import Linear
from studio.catalogue.functions.activation import ReLU
from studio.catalogue.functions.regularization import Dropout
from studio.catalogue.normalizing.normalization import BatchNorm2d
from studio.catalogue.shaping.arrangement import Flatten
from studio.catalogue.windows.adaptive import AdaptiveAvgPool2d
from studio.catalogue.windows.convolution import Conv2d
from studio.catalogue.windows.pooling import MaxPool2d
from studio.datasets.dataset import Dataset
from studio.graph.draft import Draft
from studio.workspace.proposing.answers import answers

_SMALLEST, _WIDEST = 4, 256
_LARGE = 100
"""Pixels from which on the first convolution moves by two: the finest detail is left out."""


def convolutional(draft: Draft, dataset: Dataset, samples: int) -> str:
    """Add the network and return its last layer."""
    return draft.chain(
        stages(draft, dataset, samples),
        dropout=Dropout(p=0.2),
        linear=Linear(out_features=answers(dataset)),
    )


def stages(draft: Draft, dataset: Dataset, samples: int) -> str:
    """Add the layers that look, and return the last: what was seen, as a row of numbers."""
    _channels, height, width = dataset.sample
    last = draft.input("image", *dataset.sample)
    side, wide, stage = min(height, width), 32 if samples > 2_000 else 16, 1
    while side >= 2 * _SMALLEST or stage == 1:
        stride = 2 if stage == 1 and side >= _LARGE else 1
        found = Conv2d(out_channels=wide, kernel_size=3, padding=1, stride=stride, bias=False)
        last = draft.add(f"conv2d_{stage}", found, last)
        last = draft.add(f"batch_norm2d_{stage}", BatchNorm2d(), last)
        last = draft.add(f"relu_{stage}", ReLU(), last)
        side //= stride
        if side >= 2:
            last = draft.add(f"max_pool2d_{stage}", MaxPool2d(kernel_size=2), last)
        side, wide, stage = side // 2, min(2 * wide, _WIDEST), stage + 1
    return draft.chain(last, global_pool=AdaptiveAvgPool2d(output_size=1), flatten=Flatten())
