"""Where the samples of a run are put: all of them on its device, or where they are read from."""

import torch
from torch import Tensor

from studio.analysis.loading import is_streamed
from studio.training.data.streaming import Streamed
from studio.training.device import free_bytes


def placed(
    inputs: Tensor, streamed: Streamed | None, device: torch.device, loading: str
) -> tuple[Tensor, Streamed | None]:
    """Return samples on a device, or none and what brings them there batch by batch.

    Raises SamplesGoneError if samples in a file cannot be read.
    """
    source = Streamed(inputs, device) if streamed is None else streamed.to(device)
    is_there = inputs.device == device and not source.is_in_file
    if is_streamed(loading, 0 if is_there else source.bytes, free_bytes(device)):
        return source.none.to(device), source
    return (inputs.to(device) if streamed is None else source.whole()), None
