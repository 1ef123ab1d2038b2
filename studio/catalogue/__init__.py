"""What can be placed on the canvas: one class per layer type, in the palette's order."""

# The order of these imports is the order of the palette.
# isort: off
from studio.catalogue import (
    inputs,
    linear,
    convolution,
    transposed,
    pooling,
    adaptive,
    normalization,
    activation,
    regularization,
    recurrent,
    attention,
    embedding,
    arrangement,
    reduction,
    merge,
    structure,
)

# isort: on
from studio.catalogue.layer import CATALOGUE, Call, Layer, layer
from studio.catalogue.shape import Shape

__all__ = [
    "CATALOGUE",
    "Call",
    "Layer",
    "Shape",
    "activation",
    "adaptive",
    "arrangement",
    "attention",
    "convolution",
    "embedding",
    "inputs",
    "layer",
    "linear",
    "merge",
    "normalization",
    "pooling",
    "recurrent",
    "reduction",
    "regularization",
    "structure",
    "transposed",
]
