"""Attention beyond what torch's own module knows: grouped heads, turned positions, any bias."""

from collections.abc import Iterator

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from studio.network.modules.registry import own
from studio.network.modules.rotation import rotated
from studio.network.modules.scores import attended, heads_apart, heads_together, mask

NORMS = {"rms": nn.RMSNorm, "layer": nn.LayerNorm}


@own
class Attention(nn.Module):
    """Projects to queries, keys and values, lets heads look, and projects what they bring.

    Takes tensors of samples × steps × features: query, memory or key and value; then the angles of
    positions if `rotary` is not “none”; then what is added to the scores if `score_bias`.
    """

    def __init__(  # noqa: PLR0913
        self,
        *,
        features: tuple[int, int, int],
        num_heads: int,
        num_kv_heads: int | None = None,
        head_dim: int | None = None,
        out_features: int | None = None,
        projection: str = "packed",
        bias: bool = True,
        key_bias: bool = True,
        out_bias: bool = True,
        causal: bool = False,
        window: int | None = None,
        scale: float | None = None,
        qk_norm: str = "none",
        eps: float = 1e-6,
        rotary: str = "none",
        score_bias: bool = False,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        self.heads, self.kv_heads = num_heads, num_kv_heads or num_heads
        if self.heads % self.kv_heads or (head_dim is None and features[0] % num_heads):
            raise ValueError(f"{num_heads} heads share neither {num_kv_heads} heads nor {features}")
        if projection == "packed" and bias and not key_bias:
            raise ValueError("a packed projection has one offset for all three")
        size = head_dim or features[0] // num_heads
        self.rows = [self.heads * size, self.kv_heads * size, self.kv_heads * size]
        self.causal, self.window, self.scale = causal, window, scale
        self.rotary, self.score_bias, self.dropout = rotary, score_bias, dropout
        self.in_proj_bias: nn.Parameter | None = None
        if projection == "packed":
            self._pack(features, bias=bias)
        else:
            sides = zip("qkv", features, self.rows, strict=True)
            for name, inputs, rows in sides:
                linear = nn.Linear(inputs, rows, bias=bias and (key_bias or name != "k"))
                self.add_module(f"{name}_proj", linear)
        self.out_proj = nn.Linear(self.rows[0], out_features or features[0], bias=out_bias)
        norm = NORMS.get(qk_norm)
        self.q_norm = norm(size, eps=eps) if norm else None
        self.k_norm = norm(size, eps=eps) if norm else None

    def _pack(self, features: tuple[int, int, int], *, bias: bool) -> None:
        if len(set(features)) == 1:
            self.in_proj_weight = _drawn(sum(self.rows), features[0])
        else:
            for name, inputs, rows in zip("qkv", features, self.rows, strict=True):
                self.register_parameter(f"{name}_proj_weight", _drawn(rows, inputs))
        if bias:
            self.in_proj_bias = nn.Parameter(torch.zeros(sum(self.rows)))

    def forward(self, *inputs: Tensor) -> Tensor:
        """Return samples × steps × features."""
        wires = list(inputs)
        bias = wires.pop() if self.score_bias else None
        angles = wires.pop() if self.rotary != "none" else None
        query, key, value = self._projected(*wires)
        if self.q_norm is not None and self.k_norm is not None:
            # in the precision of the weights: half would do neither fast nor well
            query = self.q_norm(query.to(self.q_norm.weight.dtype)).to(query.dtype)
            key = self.k_norm(key.to(self.k_norm.weight.dtype)).to(key.dtype)
        if angles is not None:
            query, key = (rotated(x, angles, self.rotary) for x in (query, key))
        seen = mask(query, key, bias, window=self.window, causal=self.causal)
        found = attended(
            query,
            key,
            value,
            seen,
            causal=self.causal,
            scale=self.scale,
            dropout=self.dropout if self.training else 0.0,
        )
        answer: Tensor = self.out_proj(heads_together(found))
        return answer

    def _projected(self, *wires: Tensor) -> Iterator[Tensor]:
        """Return queries, keys and values as samples × heads × steps × features."""
        if len(wires) == 1 and "in_proj_weight" in self._parameters:
            packed = F.linear(wires[0], self.in_proj_weight, self.in_proj_bias)
            found: tuple[Tensor, ...] = torch.split(packed, self.rows, dim=-1)
        else:
            query, key, value = (*wires, *wires[-1:] * (3 - len(wires)))
            found = tuple(
                self._side(name, x) for name, x in zip("qkv", (query, key, value), strict=True)
            )
        heads = (self.heads, self.kv_heads, self.kv_heads)
        return (heads_apart(x, n) for x, n in zip(found, heads, strict=True))

    def _side(self, name: str, x: Tensor) -> Tensor:
        linear = self._modules.get(f"{name}_proj")
        if linear is not None:
            found: Tensor = linear(x)
            return found
        at = "qkv".index(name)
        weight: Tensor | None = self._parameters.get(f"{name}_proj_weight")
        if weight is None:
            weight = torch.split(self.in_proj_weight, self.rows)[at]
        bias = self.in_proj_bias
        return F.linear(x, weight, None if bias is None else torch.split(bias, self.rows)[at])


def _drawn(rows: int, columns: int) -> nn.Parameter:
    return nn.Parameter(nn.init.xavier_uniform_(torch.empty(rows, columns)))
