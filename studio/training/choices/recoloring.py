"""Augmentations that change colors and sharpness and leave things where they are."""

from studio.fields import choice, integer, number
from studio.training.choices.augmentation import AUGMENTATIONS, Augmentation, likelihood


@AUGMENTATIONS.file("color")
class Color(Augmentation):
    """Varies brightness and contrast, and in color pictures saturation and hue."""

    brightness: float = number(
        default=0.2, low=0, high=1, hint="How much brighter or darker at most, as a share."
    )
    contrast: float = number(
        default=0.2, low=0, high=1, hint="How much more or less contrast at most, as a share."
    )
    saturation: float = number(
        default=0.2, low=0, high=1, hint="How much more or less colorful at most, as a share."
    )
    hue: float = number(
        default=0.0, low=0, high=180, hint="How far colors turn around the color wheel, in degrees."
    )


@AUGMENTATIONS.file("blur")
class Blur(Augmentation):
    """Blurs pictures, some hardly and some strongly."""

    deviation: float = number(
        default=1.0, low=0.1, high=20, hint="The width of the strongest blur, in pixels."
    )


@AUGMENTATIONS.file("noise")
class Noise(Augmentation):
    """Adds random noise to every number of a sample."""

    suits = "measurements"

    deviation: float = number(
        default=0.05,
        low=0,
        high=100,
        hint="How strong the noise is: for pixels a share of their range, else in the units of the "
        "samples.",
    )


@AUGMENTATIONS.file("erase")
class Erase(Augmentation):
    """Covers a random rectangle of a picture, so that no single part is relied on."""

    probability: float = likelihood(0.5)
    smallest: float = number(
        default=0.02, low=0, high=1, hint="The smallest share of the picture that is covered."
    )
    largest: float = number(
        default=0.2, low=0, high=1, hint="The largest share of the picture that is covered."
    )
    fill: str = choice(
        default="black",
        options=("black", "mean"),
        hint="What covers it: nothing, or the mean color of the picture.",
    )


@AUGMENTATIONS.file("rand_augment")
class RandAugment(Augmentation):
    """Makes a few changes drawn from many: turns, shears, shifts, colors, sharpness and more.

    After Cubuk et al., “RandAugment” (arXiv 1909.13719).
    """

    title = "RandAugment"
    suits = "pixels"
    moves = True

    operations: int = integer(
        default=2, low=1, high=4, hint="How many changes are made to a picture, one after another."
    )
    magnitude: int = integer(
        default=9, low=0, high=30, hint="How strong changes are, from nothing to 30."
    )
