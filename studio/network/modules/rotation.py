"""How positions turn queries and keys (rotary position embedding, arXiv 2104.09864)."""

import torch
from torch import Tensor


def rotated(x: Tensor, angles: Tensor, layout: str) -> Tensor:
    """Turn the first features of `x` in pairs; the others stay as they are.

    `x` is samples × heads × steps × features; `angles` in radians is samples × rows × turned
    features, row by row for the steps. Both features of a pair read their own column, which hold
    the same angle. In “halves” the first half of the turned features is paired with the second, in
    “interleaved” each with its neighbor. Raises ValueError where the table is too short or wide.
    """
    steps, (_samples, rows, turned) = x.shape[-2], angles.shape
    if rows < steps or turned > x.shape[-1] or turned % 2:
        raise ValueError(f"{rows} rows of {turned} angles do not turn {tuple(x.shape)}")
    angles = angles[..., :steps, :].unsqueeze(1).float()
    moving = x[..., :turned].float()
    across = _halves(moving) if layout == "halves" else _neighbors(moving)
    found = (moving * angles.cos() + across * angles.sin()).to(x.dtype)
    return found if turned == x.shape[-1] else torch.cat([found, x[..., turned:]], dim=-1)


def _halves(x: Tensor) -> Tensor:
    first, second = x.chunk(2, dim=-1)
    return torch.cat([-second, first], dim=-1)


def _neighbors(x: Tensor) -> Tensor:
    first, second = x[..., 0::2], x[..., 1::2]
    return torch.stack([-second, first], dim=-1).flatten(-2)
