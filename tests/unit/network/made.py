"""A layer brought to life, for the tests of what it computes."""

from typing import Any

import torch
from torch import Tensor

from studio.catalogue import CATALOGUE, Shape
from studio.network.passing import make


def made(key: str, *inputs: Tensor, **settings: Any) -> Any:
    """Return the layer of type `key` for such inputs, evaluating, with weights from seed 0.

    It is a `passing.Made`, loosely typed: the tests know which weights its module has.
    """
    torch.manual_seed(0)
    dtypes = {torch.int64: "int64"}
    shapes = [Shape(*x.shape[1:], dtype=dtypes.get(x.dtype, "float32")) for x in inputs]
    found = make(CATALOGUE[key]().changed(**settings).recipe(*shapes))
    if found.module is not None:
        found.module.eval()
    return found


def run(key: str, *inputs: Tensor, **settings: Any) -> Any:
    """Return what the layer of type `key` makes of the inputs."""
    return made(key, *inputs, **settings).forward(*inputs)
