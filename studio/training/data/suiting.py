"""Whether the augmentations of a plan suit the samples and answers of a data set."""

from collections.abc import Sequence

import torch
from torch import Tensor

from studio.errors import TrainingError
from studio.training.choices.augmentations import Augmentation, Mixing
from studio.wording import _, marked

TWICE = 2
"""How often samples can be mixed; losses know as many classes of one sample as that gives."""
_WANTED = {
    "pictures": marked("{augmentation} needs pictures of 3 axes, but a sample has {axes}."),
    "pixels": marked("{augmentation} needs pictures of whole numbers from 0 to 255."),
    "measurements": marked("{augmentation} needs pixels or measurements, but these are ids."),
    "texts": marked("{augmentation} needs texts, but a sample is no row of ids."),
}


def require_suiting(
    augment: Sequence[Augmentation], inputs: Tensor, targets: Tensor, *, classes: bool
) -> None:
    """Raise TrainingError for augmentations that do not suit samples or their answers."""
    if sum(isinstance(item, Mixing) for item in augment) > TWICE:
        raise TrainingError(
            _("Samples can be mixed twice at most."), _("Take a MixUp or CutMix out of the plan.")
        )
    for item in augment:
        problem = _problem(item, inputs, targets, classes=classes)
        if problem:
            raise TrainingError(
                problem.format(augmentation=_title(item), axes=inputs.ndim - 1),
                _("Take the augmentation out of the plan, or choose other data."),
            )


def _problem(item: Augmentation, inputs: Tensor, targets: Tensor, *, classes: bool) -> str:
    if not _suits(item, inputs):
        return _(_WANTED[item.suits])
    if isinstance(item, Mixing):
        if classes and targets.ndim > 1:
            return _("{augmentation} needs one class or numbers for each sample.")
    elif item.moves and classes and targets.ndim > 1 and _places(inputs) == targets.shape[1:]:
        return _("{augmentation} moves things, but here every place has a label of its own.")
    return ""


def _suits(item: Augmentation, inputs: Tensor) -> bool:
    pictures = inputs.ndim == 4
    kinds = {
        "pictures": pictures,
        "pixels": pictures and inputs.dtype is torch.uint8,
        "measurements": inputs.dtype is torch.uint8 or inputs.is_floating_point(),
        "texts": inputs.ndim == 2 and inputs.dtype is torch.int64,
    }
    return kinds[item.suits]


def _places(inputs: Tensor) -> torch.Size:
    return inputs.shape[2:] if inputs.ndim == 4 else inputs.shape[1:]


def _title(item: Augmentation) -> str:
    return _(item.title or item.key.replace("_", " ").capitalize())
