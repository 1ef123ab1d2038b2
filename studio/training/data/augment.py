"""How a batch is changed at random on the device, all samples at once.

What is random is drawn for a whole epoch before it begins, on the CPU: the same seed then changes
the same samples in the same way on every device, and a run can go on from any step.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import torch
from torch import Generator, Tensor
from torch.nn import functional

from studio.training.choices.augmentations import (
    Augmentation,
    Blur,
    Color,
    Crop,
    Erase,
    Flip,
    Mixing,
    Noise,
    RandAugment,
    Rotate,
    Scale,
    Shift,
    TokenDropout,
    TokenSwap,
)
from studio.training.data.augmenting import mixing, moving, recoloring, several, tokens
from studio.training.data.augmenting.hits import Hits, changed

_Change = Callable[[Any, Tensor, Tensor], Tensor]
_CHANGES: Mapping[type[Augmentation], _Change] = {
    Flip: moving.flipped,
    Shift: moving.shifted,
    Crop: moving.cropped,
    Rotate: moving.rotated,
    Scale: moving.scaled,
    Color: recoloring.colored,
    Blur: recoloring.blurred,
    Noise: recoloring.noisy,
    Erase: recoloring.erased,
    RandAugment: several.changed_by_some,
    TokenDropout: tokens.dropped,
    TokenSwap: tokens.swapped,
}
_DARKENING = (Shift, Rotate, Scale, Erase)
"""What may bring in black."""
_NUMBERS = 8
"""How many random numbers the change takes that takes most."""


def mixes(augment: Sequence[Augmentation]) -> bool:
    """Whether samples are mixed with others, and their answers with them."""
    return any(isinstance(item, Mixing) for item in augment)


def draws(augment: Sequence[Augmentation], samples: int, generator: Generator) -> list[Tensor]:
    """Draw for each augmentation what it needs: [samples, …], to be cut into batches."""
    return [_drawn(item, samples, generator) for item in augment]


def class_shares(truth: Tensor, classes: int) -> Tensor:
    """Return class numbers [batch] as shares of classes [batch, classes]; others as they are."""
    return functional.one_hot(truth, classes).float() if classes else truth


def augmented(
    x: Tensor, truth: Tensor, augment: Sequence[Augmentation], drawn: Sequence[Tensor]
) -> tuple[Tensor, Tensor]:
    """Return the changed samples of a batch, before normalization, and their answers.

    Answers are other ones only where samples are mixed; those of classes must come as shares then.
    """
    for item, u in zip(augment, drawn, strict=True):
        if isinstance(item, Mixing):
            x, truth = mixing.mixed(item, x, truth, u)
        else:
            x = _changed(item, x, u)
    return x, truth


def _changed(item: Augmentation, x: Tensor, u: Tensor) -> Tensor:
    change = _CHANGES[type(item)]
    if isinstance(item, _DARKENING) and x.is_floating_point():
        change = partial(_above_darkest, change)
    if item.probability == 1:
        return change(item, x, u)
    hits = Hits.of(u[:, -1] < item.probability)
    return changed(x, (hits, lambda: change(item, hits.taken(x), hits.taken(u))))


def _above_darkest(change: _Change, item: Augmentation, x: Tensor, u: Tensor) -> Tensor:
    """Return changed pictures whose black is not 0, as of bytes, but their least value."""
    darkest = x.amin((1, 2, 3), keepdim=True)
    return change(item, x - darkest, u) + darkest


def _drawn(item: Augmentation, samples: int, generator: Generator) -> Tensor:
    """Return numbers from 0 to 1 [samples, numbers]; the last says whether a sample is changed."""
    found = torch.rand((samples, _NUMBERS + 1), generator=generator)
    if isinstance(item, Mixing):
        kept = mixing.shares(item, samples, generator)
        found[:, 0] = torch.where(found[:, -1] < item.probability, kept, torch.ones_like(kept))
    return found
