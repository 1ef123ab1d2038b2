"""Augmentations that move what pictures show: flipped, shifted, cropped, turned, resized."""

from studio.fields import choice, integer, number
from studio.training.choices.augmentation import AUGMENTATIONS, Augmentation, likelihood


class _Moving(Augmentation):
    """A change after which things in a picture are elsewhere."""

    moves = True


@AUGMENTATIONS.file("flip")
class Flip(_Moving):
    """Mirrors pictures, left and right or top and bottom."""

    probability: float = likelihood(0.5)
    direction: str = choice(
        default="horizontal",
        options=("horizontal", "vertical"),
        hint="horizontal swaps left and right, vertical swaps top and bottom.",
    )


@AUGMENTATIONS.file("shift")
class Shift(_Moving):
    """Moves every picture by up to a few pixels in each direction, as padded crops do."""

    pixels: int = integer(
        default=1, low=1, high=64, hint="The farthest a picture moves, in pixels, each way."
    )
    border: str = choice(
        default="black",
        options=("black", "mirrored"),
        hint="What comes in from outside: nothing, or the picture's own edge in a mirror.",
    )


@AUGMENTATIONS.file("crop")
class Crop(_Moving):
    """Cuts out a part of the picture and enlarges it to the old size."""

    area: float = number(
        default=0.5, low=0.01, high=1, hint="The smallest share of the picture that is cut out."
    )
    stretch: float = number(
        default=1.33,
        low=1,
        high=10,
        hint="How many times wider than high, or higher than wide, the part is at most.",
        label="Aspect ratio",
    )


@AUGMENTATIONS.file("rotate")
class Rotate(_Moving):
    """Turns pictures around their middle; what comes in is black."""

    degrees: float = number(
        default=15.0, low=0, high=180, hint="The farthest a picture turns, each way."
    )


@AUGMENTATIONS.file("scale")
class Scale(_Moving):
    """Makes what pictures show smaller or larger; what comes in is black."""

    smallest: float = number(
        default=0.8, low=0.1, high=10, hint="The smallest size, where 1 leaves it as it is."
    )
    largest: float = number(
        default=1.25, low=0.1, high=10, hint="The largest size, where 1 leaves it as it is."
    )
