"""What a random change of training samples is: which samples it suits, and how often it acts."""

from typing import ClassVar, Literal

from studio.families import Family
from studio.fields import Declared, number

Suits = Literal["pictures", "pixels", "measurements", "texts"]
"""Samples of channels, height and width; those in whole numbers up to 255; all but ids; ids."""


class Augmentation(Declared):
    """A random change of each training batch, made on the device."""

    title: ClassVar[str] = ""
    """Its name for people, where it differs from its word."""
    suits: ClassVar[Suits] = "pictures"
    moves: ClassVar[bool] = False
    """Whether things are elsewhere afterwards, so that labels of places would be wrong."""

    probability: float = number(
        default=1.0, low=0, high=1, hint="How likely a sample is changed each time it is seen."
    )


class Mixing(Augmentation):
    """A change that mixes every sample with another one of its batch, and their answers too."""

    alpha: float = number(
        default=1.0,
        low=0.01,
        high=100,
        hint="How evenly two samples are mixed: small numbers leave most samples nearly whole, "
        "large ones mix half and half.",
    )


AUGMENTATIONS: Family[Augmentation] = Family("augmentation")
