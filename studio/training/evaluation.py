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
    """Answers beside the truth, gathered on the device without waiting for it."""

    def __init__(self, classes: int, device: torch.device) -> None:
        self._classes = classes
        self._answers: list[Tensor] = []
        self._truth: list[Tensor] = []
        self._losses = torch.zeros((), device=device)
        self._samples = 0

    def add(self, loss: Tensor, answers: Tensor, truth: Tensor) -> None:
        """Take the mean loss and the answers of one batch."""
        self._losses += loss.detach() * len(truth)
        self._answers.append(answers)
        self._truth.append(truth)
        self._samples += len(truth)

    def result(self) -> Evaluation:
        """Return loss and metrics of all batches so far; nothing for no batch."""
        if not self._samples:
            return Evaluation()
        answers, truth = torch.cat(self._answers), torch.cat(self._truth)
        loss = {"loss": float(self._losses) / self._samples}
        if not self._classes:
            return Evaluation(loss | dict(number_metrics(truth, answers)))
        counts = confusion(truth, answers, self._classes)
        return Evaluation(loss | dict(class_metrics(counts)), as_table(counts), per_class(counts))

    def state(self) -> dict[str, Tensor]:
        """Return everything gathered as tensors, so that a run can go on in mid-epoch."""
        if not self._samples:
            return {}
        return {
            "answers": torch.cat(self._answers),
            "truth": torch.cat(self._truth),
            "losses": self._losses.clone(),
        }

    def restore(self, state: dict[str, Tensor]) -> None:
        """Take up what `state` returned."""
        if state:
            device = self._losses.device
            self._answers = [state["answers"].to(device)]
            self._truth = [state["truth"].to(device)]
            self._losses = state["losses"].to(device)
            self._samples = len(state["truth"])


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
    beyond rounding. `cancelled` is asked before each batch; the result then covers what was seen.
    """
    network.eval()
    tally = Tally(len(objective.classes), machine.device)
    with torch.inference_mode():
        for x, y in data.batches(part, batch_size):
            if cancelled():
                break
            with machine.autocast():
                outputs = network(x)
                loss = objective.loss(_full(outputs), y)
            tally.add(loss, objective.answers(outputs), y)
        return tally.result()


def _full(outputs: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return outputs in float32, in which losses are computed."""
    return {name: value.float() for name, value in outputs.items()}
