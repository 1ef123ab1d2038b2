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
from studio.workspace.proposing import pictures, rows, sequences

_MOST_EPOCHS, _FEWEST_EPOCHS = 60, 3
_LONG = 100
"""Words from which on a text tells so much of itself that it is soon known by heart."""
_WORK = 6e12
"""Multiply-adds of a whole run, three for each of a forward pass: minutes on two cores."""


def proposed(dataset: Dataset, split: Split) -> tuple[Graph, Plan]:
    """Return a small network for these data, and a plan that trains it in minutes on a processor.

    Raises DataError for samples of a kind no network is known for.
    """
    sample, draft = dataset.sample, Draft()
    if sample.dtype == "int64" and len(sample) == 1:
        last = sequences.tokens(draft, dataset)
    elif len(sample) == 1:
        last = rows.dense(draft, dataset, len(split.train))
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
    graph = draft.graph()
    return graph, _plan(dataset, len(split.train), analyze(graph).multiply_adds)


def _plan(dataset: Dataset, samples: int, multiply_adds: int) -> Plan:
    """Return a plan of some thousand steps, less for a costly network, in well shuffled batches."""
    pace = _pace(dataset, samples)
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


def _pace(dataset: Dataset, samples: int) -> _Pace:
    """Return the pace for these data.

    Embeddings begin far from zero and each word is seen rarely, so they want large steps; means of
    them learn rare words by heart unless weights decay. Large tables are cheap and want many steps.
    """
    sample = dataset.sample
    if sample.dtype == "int64" and dataset.targets.ndim == 1:
        return _Pace(600, 1e-2, 1.0 if math.prod(sample) > _LONG else 0.3)
    if len(sample) == 1 and sample.dtype == "float32":
        return _Pace(4_000, 1e-2, 0.05) if samples > rows.MANY else _Pace(1_500, 3e-3, 0.05)
    return _Pace(1_500, 1e-3, 0.05)
