"""What a run answers for every sample of a part, asked one batch after the other."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from studio.datasets.source import Source
from studio.datasets.watching import Watch
from studio.errors import DataError
from studio.runs.failures import damage_told
from studio.runs.judging.answers import Answers, Floats
from studio.runs.judging.examining import Examined, examined
from studio.runs.judging.judgment import Judgment
from studio.wording import _, full

Told = Callable[[int, int], object]
_BATCH = 256


def judgment_of(
    run: Path,
    part: str = "test",
    source: Source | None = None,
    *,
    device: str = "",
    watch: Watch | None = None,
) -> Judgment:
    """Return what the last weights of a run answer for a part of its data, or of those of `source`.

    Judged by what is corrected in the project of the run. Raises StudioError if the run or the data
    cannot be read, do not suit, or have answers at each of many places, and CancelledError if the
    watch says so.
    """
    watch = watch or Watch()
    return judged(examined(run, part, device, source, watch), watch.tell)


def judged(asked: Examined, told: Told = lambda *_: None) -> Judgment:
    """Return what a network answers for the samples of its part, which are asked now.

    `told` hears how many of how many samples are done, and may raise to stop. Raises DataError for
    samples with answers at each of many places, and where answers are not finite.
    """
    data, classes = asked.data, asked.dataset.classes
    if classes and data.targets.ndim > 1:
        raise DataError(
            _("Every sample of these data has many answers; single samples are judged by one.")
        )
    with damage_told(asked.run), asked.trained.machine.threads_set():
        scores = _scores(asked, told)
    _require_finite(scores)
    answers = Answers(
        samples=data.parts[asked.part].cpu().numpy(),
        truth=data.labels(asked.part).cpu().numpy(),
        scores=scores,
        classes=classes,
    )
    plain, corrections = asked.source.changed(corrections={}), asked.source.corrected
    return Judgment(asked.run, asked.part, plain, asked.dataset, answers, corrections)


def _scores(asked: Examined, told: Told) -> Floats:
    trained, data = asked.trained, asked.data
    objective = trained.objective
    score = objective.shares if objective.classes else objective.answers
    found: list[Tensor] = []
    done, total = 0, data.size(asked.part)
    with torch.inference_mode(), trained.machine.autocast():
        for x, _truth in data.batches(asked.part, _BATCH):
            found.append(score(trained.network(x)).float())
            done += len(x)
            told(done, total)
    return torch.cat(found).cpu().numpy()


def _require_finite(scores: Floats) -> None:
    lost = int((~np.isfinite(scores)).any(axis=-1).sum())
    if lost:
        raise DataError(
            _("{count} of {all} answers are no finite numbers, so they cannot be judged.").format(
                count=full(lost), all=full(len(scores))
            ),
            _("Judge a run whose loss stayed finite."),
        )
