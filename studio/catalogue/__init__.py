"""What can be placed on the canvas: one class per layer type, in the palette's order."""

# The order of these imports is the order of the palette.
# isort: off
from studio.catalogue import inputs
from studio.catalogue.dense import linear, experts
from studio.catalogue.windows import convolution, transposed, folding, pooling, adaptive
from studio.catalogue.normalizing import normalization, channel_norm, scaling
from studio.catalogue.functions import activation, along_axis, function, regularization
from studio.catalogue.sequences import recurrent, state_space
from studio.catalogue.attention import multi_head, looking, windowed, bias
from studio.catalogue.sequences import embedding, neighbors, position, waves
from studio.catalogue.dense import periodic
from studio.catalogue.shaping import arrangement, resizing, rearranging, reduction, splitting
from studio.catalogue.shaping import patches, tokens
from studio.catalogue.meeting import merge, product
from studio.catalogue import structure, parameter

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
    "along_axis",
    "arrangement",
    "bias",
    "channel_norm",
    "convolution",
    "embedding",
    "experts",
    "folding",
    "function",
    "inputs",
    "layer",
    "linear",
    "looking",
    "merge",
    "multi_head",
    "neighbors",
    "normalization",
    "parameter",
    "patches",
    "periodic",
    "pooling",
    "position",
    "product",
    "rearranging",
    "recurrent",
    "reduction",
    "regularization",
    "resizing",
    "scaling",
    "splitting",
    "state_space",
    "structure",
    "tokens",
    "transposed",
    "waves",
    "windowed",
]
