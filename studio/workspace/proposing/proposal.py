"""Which network and plan to begin with: chosen by what one sample is and what is asked of it."""

import math
from dataclasses import dataclass

from studio.analysis.analyze import analyze
from studio.datasets.dataset import Dataset, Split
from studio.errors import DataError
from studio.graph.draft import Draft
from studio.graph.model import Graph
from studio.training.plan import Plan, read_plan
from studio.wording import _
from studio.workspace.proposing import forecasting, pictures, rows, sequences, writing
from studio.workspace.proposing.several import further

_MOST_EPOCHS, _FEWEST_EPOCHS = 60, 3
_WORK = 6e12
"""Multiply-adds of a whole run, three for each of a forward pass: minutes on two cores."""


def proposed(dataset: Dataset, split: Split) -> tuple[Graph, Plan]:
    """Return a small network for these data, and a plan that trains it in minutes on a processor.

    Raises DataError for samples of a kind no network is known for.
    """
    sample, draft = dataset.sample, Draft()
    if writing.written_input(dataset) and len(sample) in {1, 3}:
        last = writing.writing(draft, dataset, len(split.train))
    elif sample.dtype == "int64" and len(sample) == 1:
        last = sequences.tokens(draft, dataset, split)
    elif len(sample) == 1:
        last = rows.dense(draft, dataset, len(split.train))
    elif forecasting.is_forecast(dataset):
        last = forecasting.forecast(draft, dataset)
    elif len(sample) == 2:
        last = sequences.series(draft, dataset)
    elif len(sample) == 3:
        last = pictures.convolutional(draft, dataset, len(split.train))
    else:
        raise DataError(
            _("No network is known for samples of {axes} axes.").format(axes=len(sample)),
            _("Build one, layer by layer."),
        )
    draft.output("answer", last)
    targets = further(draft, dataset, last)
    graph = draft.graph()
    plan = _plan(dataset, split, analyze(graph).multiply_adds)
    return graph, plan.changed(targets=targets)


def _plan(dataset: Dataset, split: Split, multiply_adds: int) -> Plan:
    """Return a plan of some thousand steps, less for a costly network, in well shuffled batches."""
    pace, samples = _pace(dataset, split), len(split.train)
    batch = min(128, max(8, 2 ** int(math.log2(max(1, samples / 30)))))
    wanted = pace.steps * batch / samples
    affordable = _WORK / (3 * max(1, multiply_adds) * samples)
    return read_plan(
        {
            "epochs": min(_MOST_EPOCHS, max(_FEWEST_EPOCHS, round(min(wanted, affordable)))),
            "batch_size": min(batch, samples),
            "optimizer": {
                "type": "adamw",
                "learning_rate": pace.rate,
                "weight_decay": pace.decay,
            },
            "schedule": {"type": "one_cycle"},
        }
    )


@dataclass(frozen=True)
class _Pace:
    """How fast a kind of network learns, and how firmly it is held back."""

    steps: int
    rate: float
    decay: float


def _pace(dataset: Dataset, split: Split) -> _Pace:
    """Return the pace for these data.

    Means of vectors that begin far from zero want large steps, since each word is seen rarely, and
    learn rare words by heart unless weights decay; sums of such that begin near zero want smaller
    ones, but not too small where many classes share the texts. Tables and series are cheap.
    """
    sample = dataset.sample
    if sample.dtype == "int64" and dataset.targets.ndim == 1:
        if not sequences.meets_pairs(dataset, split):
            return _Pace(600, 1e-2, 1.0)
        return _Pace(400, 4e-3 if sequences.tells_few(dataset) else 6e-3, 0.3)
    if len(sample) == 1 and sample.dtype == "float32":
        return _Pace(rows.steps(dataset, len(split.train)), 3e-3, 0.05)
    if forecasting.is_forecast(dataset):
        return _Pace(1_500, 3e-3, 0.05)
    return _Pace(1_500, 1e-3, 0.05)
