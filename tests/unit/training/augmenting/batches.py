"""Batches of pictures, and the numbers that are drawn for them."""

import torch
from torch import Tensor


def noise(samples: int = 4, channels: int = 3, height: int = 6, width: int = 7) -> Tensor:
    generator = torch.Generator().manual_seed(1)
    shape = (samples, channels, height, width)
    return torch.randint(1, 256, shape, dtype=torch.uint8, generator=generator)


def drawn(*numbers: float, samples: int = 4) -> Tensor:
    return torch.tensor([numbers]).expand(samples, len(numbers))
