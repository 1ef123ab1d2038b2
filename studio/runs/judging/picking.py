"""Which samples are worth a look: the cell of a confusion matrix, the hardest, what flipped."""

from dataclasses import dataclass

import numpy as np

from studio.errors import DataError
from studio.runs.judging.answers import Answers, Indices
from studio.wording import _


@dataclass(frozen=True, eq=False)
class Flips:
    """Samples, by their number in the data set, that two runs answer differently."""

    gained: Indices
    """Wrong before, right now."""
    lost: Indices
    """Right before, wrong now."""


def in_cell(answers: Answers, true: int, predicted: int) -> Indices:
    """Return the samples of one class that were taken for another, the most confident first."""
    found = np.flatnonzero((answers.truth == true) & (answers.answered == predicted))
    return answers.samples[found[np.argsort(-answers.confidence[found], kind="stable")]]


def hardest(answers: Answers, most: int = 100) -> Indices:
    """Return the samples whose answers are worst, the worst first."""
    return answers.samples[np.argsort(-answers.losses, kind="stable")[:most]]


def doubtful(answers: Answers, most: int = 100) -> Indices:
    """Return the samples that were answered wrongly with the greatest confidence.

    The label of such a sample is often the mistake (Northcutt et al. 2021, “Confident Learning”).
    """
    wrong = np.flatnonzero(~answers.is_right)
    return answers.samples[wrong[np.argsort(-answers.confidence[wrong], kind="stable")[:most]]]


def flips(before: Answers, after: Answers) -> Flips:
    """Return what changed between two runs, for the samples that both of them answered.

    Raises DataError if they have none in common or know other classes.
    """
    if before.classes != after.classes:
        raise DataError(
            _("One run knows {before} classes, the other {after}.").format(
                before=len(before.classes), after=len(after.classes)
            ),
            _("Compare runs on the same data."),
        )
    common, first, second = np.intersect1d(before.samples, after.samples, return_indices=True)
    if not len(common):
        raise DataError(_("The two runs were not asked about the same samples."))
    was, now = before.is_right[first], after.is_right[second]
    return Flips(common[~was & now], common[was & ~now])
