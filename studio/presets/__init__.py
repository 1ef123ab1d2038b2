"""Which blocks come ready-made: drawn from a few settings, opened and edited like any other.

The order of these imports is the order of the palette.
"""

# isort: off
from studio.presets import (
    convolutional,
    residual,
    inverted,
    squeezing,
    convnext,
    dense,
    inception,
    unet,
    feed_forward,
    transformer,
    scoring,
    mixing,
    windows,
    patches,
    diffusing,
    mine,
)

# isort: on
from studio.presets.preset import PRESETS, Preset

__all__ = [
    "PRESETS",
    "Preset",
    "convnext",
    "convolutional",
    "dense",
    "diffusing",
    "feed_forward",
    "inception",
    "inverted",
    "mine",
    "mixing",
    "patches",
    "residual",
    "scoring",
    "squeezing",
    "transformer",
    "unet",
    "windows",
]
