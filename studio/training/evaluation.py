"""How good a network is on a part of the data, and the tally from which that is worked out."""

from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import Tensor

from studio.network.network import Network
from studio.training.batches import DeviceData
from studio.training.device import Machine
from studio.training.events import Metrics
from studio.training.metrics import (
    Confusion,
    as_table,
    class_metrics,
    confusion,
    number_metrics,
    per_class,
)
from studio.training.objective import Objective


@dataclass(frozen=True)
class Evaluation:
    """What was found on one part of the data."""

    metrics: Metrics = field(default_factory=dict)
    confusion: Confusion = ()
    per_class: tuple[Metrics, ...] = ()


class Tally:
    """Losses, and answers beside the truth, gathered on the device without waiting for it."""

    def __init__(self, classes: int, device: torch.device) -> None:
        self._classes = classes
        self._answers: list[Tensor] = []
        self._truth: list[Tensor] = []
        self._losses: list[Tensor] = []
        self._before = 0.0
        self._device = device

    def add(self, loss: Tensor, answers: Tensor, truth: Tensor) -> None:
        """Take the mean loss and the answers of one batch."""
        self._losses.append(loss.detach())
        self._answers.append(answers)
        self._truth.append(truth)

    def drop(self, batches: int) -> None:
        """Forget the latest batches."""
        for gathered in (self._losses, self._answers, self._truth):
            del gathered[len(gathered) - batches :]

    def result(self) -> Evaluation:
        """Return loss and metrics of all batches so far; nothing for no batch."""
        if not self._truth:
            return Evaluation()
        answers, truth = torch.cat(self._answers), torch.cat(self._truth)
        loss = {"loss": self._sum() / len(truth)}
        if not self._classes:
            return Evaluation(loss | dict(number_metrics(truth, answers)))
        counts = confusion(truth, answers, self._classes)
        return Evaluation(loss | dict(class_metrics(counts)), as_table(counts), per_class(counts))

    def state(self) -> dict[str, Tensor]:
        """Return everything gathered as tensors, so that a run can go on in mid-epoch."""
        if not self._truth:
            return {}
        return {
            "answers": torch.cat(self._answers),
            "truth": torch.cat(self._truth),
            "losses": torch.tensor(self._sum(), dtype=torch.float64),
        }

    def restore(self, state: dict[str, Tensor]) -> None:
        """Take up what `state` returned."""
        if state:
            self._answers = [state["answers"].to(self._device)]
            self._truth = [state["truth"].to(self._device)]
            self._before = float(state["losses"])

    def _sum(self) -> float:
        """Return the sum of the losses of all samples; waits for the device."""
        total = self._before
        if self._losses:
            # one after the other, so that a tally taken up again comes to the same bits
            sizes = [len(truth) for truth in self._truth[-len(self._losses) :]]
            for loss, size in zip(torch.stack(self._losses).tolist(), sizes, strict=True):
                total += loss * size
        return total


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
    tally = Tally(len(objective.classes), machine.device)
    with torch.inference_mode():
        for x, y in data.batches(part, batch_size):
            if cancelled():
                return Evaluation()
            with machine.autocast():
                outputs = network(x)
                loss = objective.loss(_full(outputs), y)
            tally.add(loss, objective.answers(outputs), y)
        return tally.result()


def _full(outputs: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return outputs in float32, in which losses are computed."""
    return {name: value.float() for name, value in outputs.items()}
