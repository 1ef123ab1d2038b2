"""How the looks of an attention layer are had: from its own queries, keys and masks."""

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional
from torch.overrides import TorchFunctionMode


def looks(call: Callable[..., Any], inputs: tuple[Tensor, ...]) -> Tensor | None:
    """Return [windows, heads, steps, steps looked at] of what `call` does; None if it never looks.

    The layer runs once more on the same inputs, so that all it does to queries and keys before
    they meet (norms, turned positions, masks, learned numbers) counts. torch's own layer is asked
    for its weights; of others the product is spelled out. A layer that looks several times answers
    with the first.
    """
    watcher = _Watcher()
    with torch.no_grad(), watcher:
        call(*inputs)
    return watcher.found


class _Watcher(TorchFunctionMode):
    """Hears of the two functions in which torch lets queries meet keys."""

    def __init__(self) -> None:
        super().__init__()
        self.found: Tensor | None = None

    def __torch_function__(self, func: Any, _types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Note the looks, and go on as if nobody had."""
        kwargs = kwargs or {}
        if self.found is None:
            if func is functional.multi_head_attention_forward:
                asked = {**kwargs, "need_weights": True, "average_attn_weights": False}
                self.found = func(*args, **asked)[1]
            elif func is functional.scaled_dot_product_attention:
                self.found = weights(*args, **kwargs)
        return func(*args, **kwargs)


def weights(
    query: Tensor,
    key: Tensor,
    _value: Tensor,
    attn_mask: Tensor | None = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,  # noqa: FBT001, FBT002
    scale: float | None = None,
    enable_gqa: bool = False,  # noqa: FBT001, FBT002
) -> Tensor:
    """Return softmax(query · keyᵀ · scale + mask), [samples, heads, steps, steps looked at].

    Attention Is All You Need (arXiv 1706.03762), equation 1, with the masks of
    torch.nn.functional.scaled_dot_product_attention. A step that may look at nothing looks at
    nothing, as there.
    """
    query, key = query.float(), key.float()
    if enable_gqa:
        key = key.repeat_interleave(query.shape[-3] // key.shape[-3], dim=-3)
    scale = 1 / math.sqrt(query.shape[-1]) if scale is None else scale
    scores = query @ key.transpose(-2, -1) * scale
    if is_causal:
        near = torch.ones(scores.shape[-2:], dtype=torch.bool, device=scores.device).tril()
        scores = scores.masked_fill(~near, -math.inf)
    if attn_mask is not None and attn_mask.dtype == torch.bool:
        scores = scores.masked_fill(~attn_mask, -math.inf)
    elif attn_mask is not None:
        scores = scores + attn_mask.float()
    blind = (scores == -math.inf).all(-1, keepdim=True)
    return torch.softmax(scores, -1).masked_fill(blind, 0.0)
