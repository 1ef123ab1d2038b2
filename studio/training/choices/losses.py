"""What training makes small: the losses, and the function each one spells."""

from studio.training.choices.classifying import (
    BinaryCrossEntropy,
    CrossEntropy,
    Focal,
    MultiMargin,
    NegativeLogLikelihood,
)
from studio.training.choices.loss import LOSSES, Loss
from studio.training.choices.measuring import (
    AbsoluteError,
    Divergence,
    GaussianLikelihood,
    Huber,
    MeanSquaredError,
    PoissonLikelihood,
    SmoothL1,
)

__all__ = [
    "LOSSES",
    "AbsoluteError",
    "BinaryCrossEntropy",
    "CrossEntropy",
    "Divergence",
    "Focal",
    "GaussianLikelihood",
    "Huber",
    "Loss",
    "MeanSquaredError",
    "MultiMargin",
    "NegativeLogLikelihood",
    "PoissonLikelihood",
    "SmoothL1",
]
