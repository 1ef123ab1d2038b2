"""How heads look: which scores are hidden or shifted, and the product that torch fuses."""

import contextlib
from collections.abc import Iterator

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812


def heads_apart(x: Tensor, heads: int) -> Tensor:
    """Turn samples × steps × features into samples × heads × steps × features of one head."""
    samples, steps, features = x.shape
    return x.reshape(samples, steps, heads, features // heads).transpose(1, 2)


def heads_together(x: Tensor) -> Tensor:
    """Turn samples × heads × steps × features back into samples × steps × features."""
    return x.transpose(1, 2).flatten(-2)


def mask(
    query: Tensor, key: Tensor, bias: Tensor | None, *, window: int | None, causal: bool
) -> Tensor | None:
    """Return what is added to the scores, or which of them count; None where torch needs neither.

    `bias` is samples × axes that stretch to heads × steps × steps looked at. A step looks at those
    less than `window` away, and with `causal` at none after it. Hiding later steps alone needs no
    tensor.
    """
    steps, seen = query.shape[-2], key.shape[-2]
    near = None
    if window is not None and window < max(steps, seen):
        near = _near(steps, seen, window, causal=causal, device=query.device)
    elif causal and bias is not None:
        near = torch.ones(steps, seen, dtype=torch.bool, device=query.device).tril()
    if bias is None:
        return near
    bias = bias.to(query.dtype)
    bias = bias.reshape(bias.shape[0], *[1] * (4 - bias.ndim), *bias.shape[1:])
    if near is not None:
        bias = torch.where(near, bias, -torch.inf)
    samples = max(query.shape[0], key.shape[0], bias.shape[0])
    return bias.expand(samples, query.shape[1], steps, seen)


def _near(steps: int, seen: int, window: int, *, causal: bool, device: torch.device) -> Tensor:
    ones = torch.ones(steps, seen, dtype=torch.bool, device=device)
    return ones.triu(1 - window).tril(0 if causal else window - 1)


def attended(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    seen: Tensor | None = None,
    *,
    causal: bool = False,
    scale: float | None = None,
    dropout: float = 0.0,
) -> Tensor:
    """Return what each query collects, as samples × heads × steps × features.

    `seen` comes from `mask` and says all about hidden steps where it is given. Keys and values may
    have fewer heads: consecutive queries share one.
    """
    samples = max(x.shape[0] for x in (query, key, value, seen) if x is not None and x.ndim > 2)
    query, key, value = (x.expand(samples, *x.shape[1:]) for x in (query, key, value))
    if key.shape[1] != query.shape[1]:
        shared = query.shape[1] // key.shape[1]
        key, value = (x.repeat_interleave(shared, dim=1) for x in (key, value))
    with _full_precision(query) as wide:
        sides = [x.float() if wide else x for x in (query, key, value)]
        if wide and seen is not None and seen.is_floating_point():
            seen = seen.float()
        found = F.scaled_dot_product_attention(
            sides[0],
            sides[1],
            sides[2],
            attn_mask=seen,
            dropout_p=dropout,
            is_causal=causal and seen is None,
            scale=scale,
        )
    return found.to(query.dtype)


@contextlib.contextmanager
def _full_precision(query: Tensor) -> Iterator[bool]:
    """Leave mixed precision inside on processors, and say whether that is so.

    There torch's kernel for bfloat16 takes four times as long for its gradients as that for
    float32.
    """
    if query.device.type != "cpu" or not torch.is_autocast_enabled("cpu"):
        yield False
        return
    with torch.autocast("cpu", enabled=False):
        yield True
