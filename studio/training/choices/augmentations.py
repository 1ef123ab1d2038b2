"""Which random changes of a batch there are; `training/data/augment.py` makes them."""

from studio.training.choices.augmentation import AUGMENTATIONS, Augmentation, Mixing
from studio.training.choices.moving import Crop, Flip, Rotate, Scale, Shift
from studio.training.choices.recoloring import Blur, Color, Erase, Noise, RandAugment
from studio.training.choices.remixing import CutMix, MixUp, TokenDropout, TokenSwap

__all__ = [
    "AUGMENTATIONS",
    "Augmentation",
    "Blur",
    "Color",
    "Crop",
    "CutMix",
    "Erase",
    "Flip",
    "MixUp",
    "Mixing",
    "Noise",
    "RandAugment",
    "Rotate",
    "Scale",
    "Shift",
    "TokenDropout",
    "TokenSwap",
]
