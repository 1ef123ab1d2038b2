"""What a loss of a plan is: which truth it is compared with, and the function it spells."""

from typing import ClassVar, Literal

from studio.catalogue.layer import Call
from studio.families import Family
from studio.fields import Declared

NOTHING = -100
"""The class number that stands for no answer, as everywhere in torch."""

Truth = Literal["classes", "marks", "numbers", "quantities"]
"""Class numbers; a 0 or 1 for each class; numbers, or such marks for classes; numbers alone."""


class Loss(Declared):
    """What training makes small: how far answers are from targets, averaged over a batch."""

    truth: ClassVar[Truth] = "numbers"
    normalized: ClassVar[bool] = True
    """Whether numbers to predict are learned normalized."""
    scores: ClassVar[int] = 1
    """How many numbers the network gives for each number to predict."""

    def recipe(self) -> Call:
        """Spell the function of (answers, targets): torch's, or one of `training/functions.py`."""
        raise NotImplementedError

    @property
    def is_likelihood(self) -> bool:
        """Whether it is the mean of −log p of the true classes and nothing else."""
        return False

    @property
    def ignored(self) -> int:
        """The class number that is passed over wherever it is the truth; none where negative."""
        found: int = self.values().get("ignore_index", NOTHING)
        return found


LOSSES: Family[Loss] = Family("loss")
