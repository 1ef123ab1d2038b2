"""How a batch is changed at random on the device, all samples at once.

What is random is drawn for a whole epoch before it begins, on the CPU: the same seed then changes
the same samples in the same way on every device, and a run can go on from any step.
"""

from collections.abc import Sequence

import torch
from torch import Generator, Tensor
from torch.nn import functional

from studio.errors import TrainingError
from studio.training.choices.augmentations import Shift
from studio.training.plan import Augmentation
from studio.wording import _


def require_pictures(augment: Sequence[Augmentation], sample_axes: int) -> None:
    """Refuse augmentations of pictures for data that are none.

    Raises TrainingError unless a sample has channels, height and width.
    """
    if augment and sample_axes != 3:
        raise TrainingError(
            _("Shifting needs pictures of 3 axes, but a sample has {axes}.").format(
                axes=sample_axes
            ),
            _("Take the augmentation out of the plan, or choose pictures."),
        )


def draws(augment: Sequence[Augmentation], samples: int, generator: Generator) -> list[Tensor]:
    """Draw for each augmentation what it needs: [samples, …], to be cut into batches."""
    return [_drawn(item, samples, generator) for item in augment]


def augmented(x: Tensor, augment: Sequence[Augmentation], drawn: Sequence[Tensor]) -> Tensor:
    """Return the changed pictures [batch, channels, height, width], before normalization."""
    for item, values in zip(augment, drawn, strict=True):
        if isinstance(item, Shift):
            x = shifted(x, values, item.pixels)
    return x


def shifted(x: Tensor, offsets: Tensor, pixels: int) -> Tensor:
    """Return pictures cut out of themselves with a black margin of `pixels`.

    `offsets` [batch, 2] says where each cut begins, row and column, from 0 to twice `pixels`; the
    middle leaves a picture where it was.
    """
    height, width = x.shape[-2:]
    padded = functional.pad(x, (pixels, pixels, pixels, pixels))
    rows = offsets[:, :1] + torch.arange(height, device=x.device)
    columns = offsets[:, 1:] + torch.arange(width, device=x.device)
    samples = torch.arange(len(x), device=x.device)[:, None, None]
    cut = padded[samples, :, rows[:, :, None], columns[:, None, :]]
    return cut.permute(0, 3, 1, 2)


def _drawn(item: Augmentation, samples: int, generator: Generator) -> Tensor:
    assert isinstance(item, Shift)
    return torch.randint(0, 2 * item.pixels + 1, (samples, 2), generator=generator)
