"""How good a finished run is on one part of its data."""

from dataclasses import dataclass
from pathlib import Path

from studio.datasets.source import Source
from studio.runs.failures import damage_told
from studio.runs.judging.examining import Examined, examined
from studio.training.judging.evaluation import Evaluation
from studio.training.judging.evaluation import evaluate as evaluate_part
from studio.training.objectives.joint import objective_of


@dataclass(frozen=True)
class Judged:
    """What was found on one part of the data of a run."""

    part: str
    samples: int
    classes: tuple[str, ...]
    result: Evaluation


def evaluate(
    run: Path, part: str = "test", device: str = "", source: Source | None = None
) -> Judged:
    """Return the metrics of a run's last weights on a part of its data, the last it had.

    Other data are judged if their `source` is given, prepared as those of the run were. Raises
    StudioError if the run or the data cannot be read, do not suit, or have no such part.
    """
    return measured(examined(run, part, device, source))


def measured(asked: Examined) -> Judged:
    """Return the metrics of a network on samples as they were corrected.

    Raises StudioError if they have no such part or no such answers as the network was trained for.
    """
    trained, data = asked.trained, asked.corrected
    with damage_told(asked.run), trained.machine.threads_set():
        data = data.answering(trained.plan.targets)
        objective = objective_of(trained.plan, trained.network.outputs, data)
        objective = objective.to(trained.machine.device)
        result = evaluate_part(trained.network, data, asked.part, objective, trained.machine)
    return Judged(asked.part, data.size(asked.part), asked.dataset.classes, result)
