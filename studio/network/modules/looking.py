"""Attention without projections: what is left of it has nothing to learn."""

from torch import Tensor, nn

from studio.network.modules.registry import own
from studio.network.modules.scores import attended, heads_apart, heads_together, mask


@own
class ScaledDotProductAttention(nn.Module):
    """Takes query, key and value, and maybe a bias; `num_heads` of None means heads are an axis."""

    def __init__(
        self,
        *,
        num_heads: int | None = None,
        num_kv_heads: int | None = None,
        causal: bool = False,
        scale: float | None = None,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        self.heads = None if num_heads is None else (num_heads, num_kv_heads or num_heads)
        self.causal, self.scale, self.dropout = causal, scale, dropout

    def forward(
        self, query: Tensor, key: Tensor, value: Tensor, bias: Tensor | None = None
    ) -> Tensor:
        """Return what each query collects, with heads as they came.

        Raises ValueError where the heads of key and value do not serve those of the query.
        """
        if self.heads is not None:
            query = heads_apart(query, self.heads[0])
            key, value = (heads_apart(x, self.heads[1]) for x in (key, value))
        fit = query.ndim == key.ndim == value.ndim == 4 and key.shape[1] == value.shape[1]
        if not fit or query.shape[1] % key.shape[1]:
            raise ValueError(f"{query.shape} cannot look at {key.shape} and {value.shape}")
        found = attended(
            query,
            key,
            value,
            mask(query, key, bias, window=None, causal=self.causal),
            causal=self.causal,
            scale=self.scale,
            dropout=self.dropout if self.training else 0.0,
        )
        return found if self.heads is None else heads_together(found)
