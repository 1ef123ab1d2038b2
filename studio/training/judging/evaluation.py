"""How good a network is on a part of the data, and the tally from which that is worked out."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor

from studio.network.network import Network
from studio.training.data.batches import DeviceData
from studio.training.device import Machine
from studio.training.events import Metrics
from studio.training.judging.metrics import (
    Confusion,
    as_table,
    averages,
    class_metrics,
    class_sides,
    confusion,
    number_metrics,
    per_class,
    sides,
)
from studio.training.judging.ranking import Ranks
from studio.training.objectives.objective import Objective

_APART = 8
"""Batches whose answers lie apart at most, on processors."""
_TABLE = 1000
"""Classes up to which a table of all against all is told."""


@dataclass(frozen=True)
class Evaluation:
    """What was found on one part of the data."""

    metrics: Metrics = field(default_factory=dict)
    confusion: Confusion = ()
    per_class: tuple[Metrics, ...] = ()
    columns: tuple[Tensor, Tensor, Tensor] | None = field(default=None, compare=False, repr=False)
    """Of each class: how often it was answered rightly, occurs, and was answered."""

    def with_ranks(self, ranks: Ranks) -> "Evaluation":
        """Return the same with all averages, and what the shares of classes tell."""
        if self.columns is None:
            return self
        more = {**averages(*self.columns), **ranks.result()}
        return replace(self, metrics={**self.metrics, **more})


class Tally:
    """Losses, and answers beside the truth, gathered on the device without waiting for it."""

    def __init__(self, objective: Objective, device: torch.device) -> None:
        self._objective = objective
        self._classes = len(objective.classes)
        self._answers: list[Tensor] = []
        self._truth: list[Tensor] = []
        self._losses: list[Tensor] = []
        self._weights: list[Tensor | int] = []
        self._before = 0.0
        self._weight_before: float = 0
        self._device = device

    def add(self, loss: Tensor, answers: Tensor, truth: Tensor) -> None:
        """Take the mean loss and the answers of one batch, neither with a way to gradients.

        Of samples that were mixed of several classes, the one with the largest share is the truth.
        """
        self._losses.append(loss)
        self._weights.append(self._objective.weight(truth))
        self._answers.append(answers)
        is_mixed = self._classes and truth.is_floating_point() and not self._objective.fields
        self._truth.append(truth.argmax(-1) if is_mixed else truth)

    def compare_by(self, objective: Objective) -> None:
        """Take what comes from here on as another loss weighs it."""
        self._objective = objective

    def drop(self, batches: int) -> None:
        """Forget the latest batches."""
        for gathered in (self._losses, self._weights, self._answers, self._truth):
            del gathered[len(gathered) - batches :]

    def result(self) -> Evaluation:
        """Return loss and metrics of all batches so far; nothing for no batch."""
        if not self._truth:
            return Evaluation()
        answers, truth = torch.cat(self._answers), torch.cat(self._truth)
        first = self._objective.first
        found = self._judged(first(answers), first(truth))
        further = _further(self._objective, answers, truth)
        return replace(found, metrics={**found.metrics, **further}) if further else found

    def _judged(self, answers: Tensor, truth: Tensor) -> Evaluation:
        """Return the loss, and what is to be said of the first answer."""
        total, weight = self._sums()
        loss = total / weight if weight else 0.0
        found: dict[str, float] = {"loss": loss}
        if not self._classes:
            return Evaluation(found | dict(number_metrics(truth, answers)))
        if truth.ndim > 1 and self._objective.is_likelihood:
            found["perplexity"] = math.exp(min(loss, 700.0))
        answers, truth = _kept(answers, truth, self._objective.ignored)
        if self._classes > _TABLE:
            columns = class_sides(truth, answers, self._classes)
            return Evaluation(found | dict(class_metrics(*columns)), columns=columns)
        counts = confusion(truth, answers, self._classes)
        columns = sides(counts)
        metrics = found | dict(class_metrics(*columns))
        return Evaluation(metrics, as_table(counts), per_class(counts), columns)

    def state(self) -> dict[str, Tensor]:
        """Return everything gathered as tensors, so that a run can go on in mid-epoch."""
        if not self._truth:
            return {}
        total, weight = self._sums()
        return {
            "answers": torch.cat(self._answers),
            "truth": torch.cat(self._truth),
            "losses": torch.tensor(total, dtype=torch.float64),
            "weights": torch.tensor(weight, dtype=torch.float64),
        }

    def restore(self, state: dict[str, Tensor]) -> None:
        """Take up what `state` returned."""
        if state:
            self._answers = [state["answers"].to(self._device)]
            self._truth = [state["truth"].to(self._device)]
            self._before = float(state["losses"])
            # earlier versions weighed by samples alone
            self._weight_before = float(state.get("weights", len(state["truth"])))

    def close_up(self) -> None:
        """Lay all together: small pieces keep the memory of batches from being used again.

        GPUs keep small and large pieces apart, and would be waited for.
        """
        state = self.state()
        self._losses, self._weights = [], []
        self.restore(state)

    def _sums(self) -> tuple[float, float]:
        """Return the sum of the losses, each times its weight, and that of the weights.

        Waits for the device.
        """
        total, whole = self._before, self._weight_before
        if self._losses:
            # one after the other, so that a tally taken up again comes to the same bits
            weights = _numbers(self._weights)
            for loss, weight in zip(torch.stack(self._losses).tolist(), weights, strict=True):
                total += loss * weight
                whole += weight
        return total, whole


def evaluate(
    network: Network,
    data: DeviceData,
    part: str,
    objective: Objective,
    machine: Machine,
    *,
    batch_size: int = 256,
    cancelled: Callable[[], bool] = lambda: False,
) -> Evaluation:
    """Return metrics of `part` in inference mode, in which the network is left.

    Nothing is learned and nothing random happens, so the result does not depend on the batch size
    beyond rounding. `cancelled` is asked before each batch; nothing is returned then.
    """
    network.eval()
    tally = Tally(objective, machine.device)
    ranks = Ranks(len(objective.classes)) if objective.classes else None
    with torch.inference_mode():
        for number, (x, y) in enumerate(data.batches(part, batch_size), start=1):
            if cancelled():
                return Evaluation()
            with machine.autocast():
                outputs = network(x)
                loss = objective.loss(_full(outputs), y)
            tally.add(loss, objective.answers(outputs), y)
            if ranks is not None:
                ranks.add(*_kept(objective.shares(outputs), objective.first(y), objective.ignored))
            if number % _APART == 0 and machine.device.type == "cpu":
                tally.close_up()
                if ranks is not None:
                    ranks.close_up()
        found = tally.result()
        return found if ranks is None else found.with_ranks(ranks)


def _further(objective: Objective, answers: Tensor, truth: Tensor) -> Metrics:
    """Return the metrics of all answers but the first, as "field/accuracy"."""
    found: dict[str, float] = {}
    for field_, one in objective.others:
        said, right = field_.of(answers), field_.of(truth)
        if one.classes:
            kept = _kept(said, right, one.ignored)
            told = class_metrics(*class_sides(kept[1], kept[0], len(one.classes)))
        else:
            told = number_metrics(right, said)
        found |= {f"{field_.name}/{name}": value for name, value in told.items()}
    return found


def _full(outputs: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return outputs in float32, in which losses are computed."""
    return {name: value.float() for name, value in outputs.items()}


def _numbers(weights: Sequence[Tensor | int]) -> Sequence[float]:
    """Return weights as plain numbers; those that lie on a device come in one copy."""
    there = [weight for weight in weights if isinstance(weight, Tensor)]
    brought = iter(torch.stack(there).tolist() if there else ())
    return [next(brought) if isinstance(weight, Tensor) else weight for weight in weights]


def _kept(values: Tensor, truth: Tensor, ignored: int) -> tuple[Tensor, Tensor]:
    """Return values and truth of all places in a row, without those that have no answer."""
    if truth.ndim == 1 and ignored < 0:
        return values, truth
    kept = truth != ignored
    return values[kept], truth[kept]
