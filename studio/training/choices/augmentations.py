"""Which random changes of a batch there are; `training/augment.py` makes them on the device."""

from studio.families import Family
from studio.fields import Declared, integer


class Augmentation(Declared):
    """A random change of each training batch, made on the device."""


AUGMENTATIONS: Family[Augmentation] = Family("augmentation")


@AUGMENTATIONS.file("shift")
class Shift(Augmentation):
    """Moves every picture by up to a few pixels in each direction; what comes in is background."""

    pixels: int = integer(
        default=1, low=1, high=64, hint="The farthest a picture moves, in pixels, each way."
    )
