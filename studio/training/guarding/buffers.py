"""How running statistics are put back when a step turns out to have spoiled them.

A batch that is not finite spoils the statistics of a batch norm in the forward pass, before its
gradients can be looked at. A copy from the last report at which all was well undoes that.
"""

import torch

from studio.network.network import Network


class Buffers:
    """A copy of all buffers of a network."""

    def __init__(self, network: Network) -> None:
        self._buffers = list(network.buffers())
        self._kept = [buffer.clone() for buffer in self._buffers]

    def keep(self) -> None:
        """Remember the buffers as they are."""
        for kept, buffer in zip(self._kept, self._buffers, strict=True):
            kept.copy_(buffer)

    def put_back(self) -> None:
        """Make the buffers what they were when they were last kept."""
        with torch.no_grad():
            for kept, buffer in zip(self._kept, self._buffers, strict=True):
                buffer.copy_(kept)
