"""How many numbers a network has to say of a sample."""

import math

from studio.datasets.dataset import Dataset


def answers(dataset: Dataset) -> int:
    """Return the classes, or the numbers to predict, of a sample or of each of its places."""
    return len(dataset.classes) or math.prod(dataset.targets.shape[1:])
