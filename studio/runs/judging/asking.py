"""What a run answers for every sample of a part, asked one batch after the other."""

from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from torch import Tensor

from studio.datasets.source import Source
from studio.datasets.watching import Watch
from studio.errors import DataError
from studio.runs.failures import damage_told
from studio.runs.judging.answers import Answers, Floats
from studio.runs.judging.examining import Examined, examined
from studio.runs.judging.judgment import Judgment
from studio.wording import _

Told = Callable[[int, int], object]
_BATCH = 256


def answers_of(
    run: Path,
    part: str = "test",
    source: Source | None = None,
    *,
    device: str = "",
    told: Told = lambda *_: None,
) -> Answers:
    """Return what the last weights of a run answer for a part of its data, or of those of `source`.

    `told` hears how many of how many samples are done, and may raise to stop. Raises StudioError if
    the run or the data cannot be read, do not suit, or have answers at each of many places.
    """
    return _answers(examined(run, part, device, source), run, part, told)


def listed(
    run: Path, part: str, source: Source | None = None, device: str = ""
) -> tuple[Answers, Sequence[str]]:
    """Return the same, and where each sample of the data set comes from."""
    asked = examined(run, part, device, source)
    return _answers(asked, run, part), asked.dataset.origins


def judgment_of(
    run: Path,
    part: str = "test",
    source: Source | None = None,
    *,
    device: str = "",
    watch: Watch | None = None,
) -> Judgment:
    """Return the same beside the samples, judged by what is corrected in the project of the run.

    Raises CancelledError, too, if the watch says so.
    """
    watch = watch or Watch()
    asked = examined(run, part, device, source, as_found=True, watch=watch)
    answers = _answers(asked, run, part, watch.tell)
    plain = asked.source.changed(corrections={})
    return Judgment(run, part, plain, asked.dataset, answers, asked.source.corrected)


def _answers(asked: Examined, run: Path, part: str, told: Told = lambda *_: None) -> Answers:
    data, classes = asked.data, asked.dataset.classes
    if classes and data.targets.ndim > 1:
        raise DataError(
            _("Every sample of these data has many answers; single samples are judged by one.")
        )
    with damage_told(run), asked.trained.machine.threads_set():
        scores = _scores(asked, part, told)
    return Answers(
        samples=data.parts[part].cpu().numpy(),
        truth=data.labels(part).cpu().numpy(),
        scores=scores,
        classes=classes,
    )


def _scores(asked: Examined, part: str, told: Told) -> Floats:
    trained, data = asked.trained, asked.data
    objective = trained.objective
    score = objective.shares if objective.classes else objective.answers
    found: list[Tensor] = []
    done, total = 0, data.size(part)
    with torch.inference_mode(), trained.machine.autocast():
        for x, _truth in data.batches(part, _BATCH):
            found.append(score(trained.network(x)).float())
            done += len(x)
            told(done, total)
    return torch.cat(found).cpu().numpy()
