"""From what layers the presets for pictures are put together: chosen by a word, sized by a wire."""

from math import gcd
from typing import Any

from studio.catalogue.functions.activation import (
    ELU,
    GELU,
    Hardswish,
    LeakyReLU,
    Mish,
    ReLU,
    ReLU6,
    Sigmoid,
    SiLU,
    Tanh,
)  # fmt: skip
from studio.catalogue.layer import Layer
from studio.catalogue.normalizing.channel_norm import InstanceNorm2d, LayerNorm2d
from studio.catalogue.normalizing.normalization import BatchNorm2d, GroupNorm
from studio.catalogue.shape import Shape
from studio.fields import choice, integer, number

ACTIVATIONS: dict[str, Layer | None] = {
    "relu": ReLU(),
    "relu6": ReLU6(),
    "leaky_relu": LeakyReLU(negative_slope=0.2),
    "silu": SiLU(),
    "hardswish": Hardswish(),
    "gelu": GELU(),
    "elu": ELU(),
    "mish": Mish(),
    "tanh": Tanh(),
    "sigmoid": Sigmoid(),
    "none": None,
}
NORMS = ("batch", "group", "layer", "instance", "none")
_GROUPS = 32
USUAL = 64
"""How many channels a block draws where nothing says how many arrive."""


def arriving(inputs: tuple[Shape, ...], usual: int = USUAL) -> int:
    """Return the channels of the first picture that arrives, or the usual number.

    Raises ShapeError for anything that is no picture.
    """
    return inputs[0].floats().axes("channels height width")[0] if inputs else usual


def norm_layer(word: str, width: int, eps: float, momentum: float = 0.1) -> Layer | None:
    """Return the normalization of `width` channels that one of `NORMS` stands for."""
    if word == "batch":
        return BatchNorm2d(eps=eps, momentum=momentum)
    if word == "group":
        return GroupNorm(num_groups=gcd(_GROUPS, width), eps=eps)
    if word == "layer":
        return LayerNorm2d(eps=eps)
    return InstanceNorm2d(eps=eps, affine=True) if word == "instance" else None


def activated(default: str = "relu") -> Any:
    """Declare which activation follows."""
    return choice(
        default=default,
        options=tuple(ACTIVATIONS),
        hint="The function that bends the values; none leaves them as they are.",
    )


def normed(default: str = "batch") -> Any:
    """Declare which normalization follows."""
    return choice(
        default=default,
        options=NORMS,
        label="Normalization",
        hint="What brings the values to one scale; group suits small batches.",
    )


def norm_eps(default: float = 1e-5) -> Any:
    """Declare what is added to the variance."""
    return number(
        default=default,
        low=1e-12,
        high=1.0,
        label="Normalization epsilon",
        hint="A little added to the variance, so that nothing is divided by zero.",
    )


def norm_momentum() -> Any:
    """Declare how fast running statistics follow."""
    return number(
        default=0.1,
        low=0.0,
        high=1.0,
        label="Normalization momentum",
        hint="How much of each batch goes into the running statistics of batch normalization.",
    )


def width_of(hint: str) -> Any:
    """Declare how many channels come out; None means as many as arrive."""
    return integer(default=None, high=1_000_000, optional=True, hint=hint)


def kernel_of(default: int = 3) -> Any:
    """Declare the side of the square that filters look at."""
    return integer(default=default, high=1_000, hint="Side of the square that each filter sees.")


def stride_of() -> Any:
    """Declare the step of the filters."""
    return integer(
        default=1, high=1_000, hint="Places the filters move at each step; 2 halves the size."
    )


def skipping() -> Any:
    """Declare how often a residual branch is left out."""
    return number(
        default=0.0,
        low=0.0,
        high=1.0,
        label="Drop path",
        hint="How often the branch is skipped for a sample while training; 0 never does.",
    )
