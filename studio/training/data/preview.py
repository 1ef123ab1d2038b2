"""What the augmentations of a plan make of a few samples, to be looked at before training."""

from collections.abc import Sequence

import numpy as np
import torch

from studio.datasets.dataset import Array
from studio.training.choices.augmentations import Augmentation
from studio.training.data.augment import augmented, draws
from studio.training.data.suiting import require_suiting


def previewed(
    samples: Array, augment: Sequence[Augmentation], seed: int, times: int = 1
) -> tuple[Array, ...]:
    """Return [samples, …] as they would be trained from, changed anew so many `times`.

    They are changed as one batch, before normalization, and mixed with each other. Raises
    TrainingError for augmentations that do not suit them.
    """
    x = torch.from_numpy(np.array(samples))
    answers = torch.zeros(len(x))
    require_suiting(augment, x, answers, classes=False)
    generator = torch.Generator().manual_seed(seed)
    return tuple(
        augmented(x, answers, augment, draws(augment, len(x), generator))[0].numpy()
        for _time in range(times)
    )
