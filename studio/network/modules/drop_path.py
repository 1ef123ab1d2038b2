"""How whole branches are skipped at random while training."""

import torch
from torch import Tensor, nn

from studio.network.modules.registry import own


@own
class DropPath(nn.Module):
    """Zeroes samples with probability `p` and scales the others by 1 / (1 - p), while training.

    `mode` "row" decides for each sample, "batch" for all at once (Huang et al. 2016).
    """

    def __init__(self, p: float, mode: str) -> None:
        super().__init__()
        self.p, self.mode = p, mode

    def forward(self, x: Tensor) -> Tensor:
        """Return `x` with samples skipped; after training `x` itself."""
        if not self.training or self.p == 0.0:
            return x
        decisions = x.shape[0] if self.mode == "row" else 1
        kept = torch.empty(decisions, *(1,) * (x.ndim - 1), dtype=x.dtype, device=x.device)
        kept.bernoulli_(1.0 - self.p)
        return x * (kept if self.p == 1.0 else kept / (1.0 - self.p))
