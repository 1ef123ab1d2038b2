"""What a random change of training samples is: which samples it suits, and how often it acts."""

from typing import Any, ClassVar, Literal

from studio.families import Family
from studio.fields import Declared, number

Suits = Literal["pictures", "pixels", "measurements", "texts"]
"""Samples of channels, height and width; those in whole numbers up to 255; all but ids; ids."""


def likelihood(default: float) -> Any:
    """Declare how often a change acts."""
    return number(
        default=default, low=0, high=1, hint="How likely a sample is changed each time it is seen."
    )


def evenness(default: float) -> Any:
    """Declare how much of each other samples take on: alpha of the beta distribution."""
    return number(
        default=default,
        low=0.01,
        high=100,
        hint="How evenly two samples are mixed: small numbers leave most samples nearly whole, "
        "large ones mix half and half.",
    )


class Augmentation(Declared):
    """A random change of each training batch, made on the device."""

    title: ClassVar[str] = ""
    """Its name for people, where it differs from its word."""
    suits: ClassVar[Suits] = "pictures"
    moves: ClassVar[bool] = False
    """Whether things are elsewhere afterwards, so that labels of places would be wrong."""

    probability: float = likelihood(1.0)


class Mixing(Augmentation):
    """A change that mixes every sample with another one of its batch, and their answers too."""

    alpha: float = evenness(1.0)


AUGMENTATIONS: Family[Augmentation] = Family("augmentation")
