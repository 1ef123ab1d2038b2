"""How good a finished run is on one part of its data."""

from dataclasses import dataclass
from pathlib import Path

from studio.datasets.source import read_source
from studio.datasets.split import split
from studio.errors import DataError
from studio.runs.failures import damage_told
from studio.runs.trained import Trained
from studio.training.data.batches import DeviceData
from studio.training.judging.evaluation import Evaluation
from studio.training.judging.evaluation import evaluate as evaluate_part
from studio.wording import _

PARTS = ("train", "validation", "test")


@dataclass(frozen=True)
class Judged:
    """What was found on one part of the data of a run."""

    part: str
    samples: int
    classes: tuple[str, ...]
    result: Evaluation


def evaluate(run: Path, part: str = "test", device: str = "") -> Judged:
    """Return the metrics of a run's last weights on a part of its own data, the last it had.

    Raises StudioError if the run or its data cannot be read, or the part is empty.
    """
    trained = Trained.opened(run, device=device)
    source = read_source(trained.data)
    dataset = source.load(trained.info.learned or None)
    with damage_told(run):
        data = DeviceData.of(dataset, split(dataset, source), trained.info.scaling)
    if not data.size(part):
        raise DataError(
            _("This run keeps no {part} part.").format(part=part),
            _("Choose one of {parts}.").format(
                parts=", ".join(name for name in PARTS if data.size(name))
            ),
        )
    with damage_told(run), trained.machine.threads_set():
        data = data.to(trained.machine.device)
        objective = trained.objective_for(data.labels("train"))
        result = evaluate_part(trained.network, data, part, objective, trained.machine)
    return Judged(part, data.size(part), dataset.classes, result)
