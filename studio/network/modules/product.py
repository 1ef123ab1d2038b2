"""Modules that multiply matrices which both come by wire."""

from torch import Tensor, nn
from torch.nn import functional

from studio.network.modules.registry import own


@own
class MatMul(nn.Module):
    """The matrix product of two wires, each with the samples in front.

    The axes between the samples and the matrix are stretched like torch's, from the right.
    """

    def __init__(self, *, transpose_second: bool) -> None:
        super().__init__()
        self.transpose_second = transpose_second

    def forward(self, first: Tensor, second: Tensor) -> Tensor:
        """Return the product of (samples, ..., n, k) and (samples, ..., k, m)."""
        vectors = first.ndim == 2, second.ndim == 2
        first = first.unsqueeze(-2) if vectors[0] else first
        if vectors[1]:
            second = second.unsqueeze(-1)
        elif self.transpose_second:
            second = second.mT
        product = _product(first, second)
        product = product.squeeze(-1) if vectors[1] else product
        return product.squeeze(-1 if vectors[1] else -2) if vectors[0] else product


def _product(first: Tensor, second: Tensor) -> Tensor:
    if second.shape[0] == 1 and second.ndim == 3:
        # one matrix for all: a single large product, whose gradient needs no copy per sample
        return first @ second[0]
    rank = max(first.ndim, second.ndim)
    return _filled(first, rank) @ _filled(second, rank)


def _filled(x: Tensor, rank: int) -> Tensor:
    """Return `x` with axes of size 1 behind the samples, so that it has `rank` axes."""
    return x.reshape(x.shape[0], *(1,) * (rank - x.ndim), *x.shape[1:])


@own
class Cosine(nn.Module):
    """The cosine between the vectors of two wires, or with `pairwise` between all their samples."""

    def __init__(self, *, pairwise: bool, eps: float) -> None:
        super().__init__()
        self.pairwise, self.eps = pairwise, eps

    def forward(self, first: Tensor, second: Tensor) -> Tensor:
        """Return (samples, ...) of two (samples, ..., features); pairwise (samples, samples).

        Pairwise, the wires may bring unlike numbers of samples. Raises RuntimeError where the
        vectors differ, or pairwise have more axes than one.
        """
        alike = first.shape[self.pairwise :] == second.shape[self.pairwise :]
        if not alike or first.ndim < 2 or (self.pairwise and first.ndim > 2):
            raise RuntimeError(f"{tuple(first.shape)} is not compared with {tuple(second.shape)}")
        if not self.pairwise:
            return functional.cosine_similarity(first, second, dim=-1, eps=self.eps)
        one = functional.normalize(first, dim=-1, eps=self.eps)
        return one @ functional.normalize(second, dim=-1, eps=self.eps).mT


@own
class Lookup(nn.Module):
    """The rows of a table (samples, rows, width) that ids (samples, ...) name."""

    def forward(self, ids: Tensor, table: Tensor) -> Tensor:
        """Return (samples, ..., width); a table of one sample serves all."""
        if table.shape[0] == 1:
            return functional.embedding(ids, table[0])
        samples, width = table.shape[0], table.shape[2]
        flat = ids.reshape(ids.shape[0], -1, 1).expand(samples, -1, width)
        return table.gather(1, flat).reshape(samples, *ids.shape[1:], width)
