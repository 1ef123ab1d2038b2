"""Losses that torch does not bring along, called like those it does."""

from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional

Reduction = Literal["mean", "sum", "none"]


def focal_loss(
    scores: Tensor,
    y: Tensor,
    weight: Tensor | None = None,
    *,
    gamma: float,
    ignore_index: int,
    reduction: Reduction = "mean",
) -> Tensor:
    """Return w (1 − p)^γ (−log p) of the true class of scores [samples, classes] by their softmax.

    The mean is that over the samples that are not ignored (arXiv 1708.02002, equation 5).
    """
    kept = y != ignore_index
    named = y.where(kept, torch.zeros_like(y))
    logs = functional.log_softmax(scores, -1).gather(-1, named[:, None])[:, 0]
    terms = (1 - logs.exp()).pow(gamma) * -logs * kept
    if weight is not None:
        terms = terms * weight[named]
    if reduction == "mean":
        return terms.sum() / kept.sum()
    return terms.sum() if reduction == "sum" else terms


def gaussian_loss(
    scores: Tensor, y: Tensor, *, eps: float, reduction: Reduction = "mean"
) -> Tensor:
    """Return how unlikely numbers y [samples, n] are under the means and log variances in scores.

    Those are [samples, 2 n], the means first.
    """
    mean, log_variance = scores.chunk(2, dim=-1)
    return functional.gaussian_nll_loss(mean, y, log_variance.exp(), eps=eps, reduction=reduction)


FUNCTIONS = {"focal_loss": focal_loss, "gaussian_loss": gaussian_loss}
"""By the name that follows “studio.” in a recipe."""
