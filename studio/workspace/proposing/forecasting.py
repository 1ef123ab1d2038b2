"""The network to begin with for a series: how far the next values will be from the usual of late.

Only what differs from the mean of the window is looked at, and that mean is added again to what is
predicted, so that a series that rises or falls for good is still followed (Kim et al. 2022,
“Reversible Instance Normalization”). One linear layer sees all steps at once, which is hard to
beat (Zeng et al. 2023, “Are Transformers Effective for Time Series Forecasting?”); a small network
beside it adds what is not linear.
"""

from studio.catalogue.dense.linear import Linear
from studio.catalogue.functions.activation import ReLU
from studio.catalogue.functions.regularization import Dropout
from studio.catalogue.meeting.merge import Add, Subtract
from studio.catalogue.shaping.arrangement import Flatten
from studio.catalogue.shaping.reduction import Reduce
from studio.catalogue.shaping.splitting import Slice
from studio.datasets.dataset import Dataset
from studio.graph.draft import Draft
from studio.workspace.proposing.answers import answers


def is_forecast(dataset: Dataset) -> bool:
    """Return whether samples are windows of a series, and the next of its values are asked for."""
    is_window = len(dataset.sample) == 2 and dataset.channels == 2
    asks_on = not dataset.classes and dataset.target_name in dataset.columns
    return is_window and dataset.is_ordered and asks_on


def forecast(draft: Draft, dataset: Dataset) -> str:
    """Add a network for windows [steps, columns] and return its last layer."""
    source = draft.input("signal", *dataset.sample)
    level = draft.add("level", Reduce(operation="mean", dim=(1,), keepdim=True), source)
    course = draft.add("course", Subtract(), source, level)
    steps = draft.add("steps", Flatten(), course)
    straight = draft.add("straight", Linear(out_features=answers(dataset)), steps)
    bent = draft.chain(
        steps,
        hidden=Linear(out_features=64),
        relu=ReLU(),
        dropout=Dropout(p=0.2),
        bent=Linear(out_features=answers(dataset)),
    )
    place = dataset.columns.index(dataset.target_name)
    usual = draft.chain(level, usual=Slice(dim=2, start=place, stop=place + 1), row=Flatten())
    return draft.add("forecast", Add(), straight, bent, usual)
