"""How well scores put the true class in front: among the first few, and before other samples."""

import torch
from torch import Tensor

from studio.training.events import Metrics

FEW = 5
"""How many guesses the accuracy of several guesses takes."""

_MOST = 10_000_000
"""Scores up to which all are kept, which the area under the curve takes."""


class Ranks:
    """Shares of classes beside the truth, gathered on the device without waiting for it."""

    def __init__(self, classes: int) -> None:
        self._classes = classes
        self._hits: list[Tensor] = []
        self._shares: list[Tensor] = []
        self._truth: list[Tensor] = []
        self._samples = 0

    def add(self, shares: Tensor, truth: Tensor) -> None:
        """Take shares [samples, classes] and class numbers [samples] of one batch."""
        self._samples += len(truth)
        if self._classes > FEW:
            self._hits.append((_before(shares, truth) < FEW).sum())
        if self._samples * self._classes <= _MOST:
            self._shares.append(shares)
            self._truth.append(truth)

    def close_up(self) -> None:
        """Lay all together: small pieces keep the memory of batches from being used again."""
        if self._hits:
            self._hits = [torch.stack(self._hits).sum()]
        if self._shares:
            self._shares, self._truth = [torch.cat(self._shares)], [torch.cat(self._truth)]

    def result(self) -> Metrics:
        """Return "top5" of more than five classes, and "auroc" where all scores could be kept."""
        found: dict[str, float] = {}
        if not self._samples:
            return found
        if self._hits:
            found["top5"] = float(torch.stack(self._hits).sum()) / self._samples
        if self._shares and self._samples * self._classes <= _MOST:
            area = auroc(torch.cat(self._truth), torch.cat(self._shares))
            if area is not None:
                found["auroc"] = area
        return found


def _before(shares: Tensor, truth: Tensor) -> Tensor:
    """Return how many classes are guessed before the true one; of equal shares the last first.

    As scikit-learn orders them, on every device alike.
    """
    mine = shares.gather(1, truth[:, None])
    later = torch.arange(shares.shape[1], device=shares.device) > truth[:, None]
    return ((shares > mine) | ((shares == mine) & later)).sum(1)


def auroc(truth: Tensor, shares: Tensor) -> float | None:
    """Return the area under the ROC curve of shares [samples, classes], one class against the rest.

    That is how often a sample of a class has a larger share of it than one of another class, ties
    counted half (Mann and Whitney); the plain mean over the classes that some samples have and some
    have not, of which there are none in None. Two classes have one area.
    """
    columns = shares.T.contiguous()
    ordered = columns.sort(dim=-1).values
    below = torch.searchsorted(ordered, columns)
    within = torch.searchsorted(ordered, columns, right=True)
    ranks = (below + within + 1).double() / 2
    mine = truth[None, :] == torch.arange(len(columns), device=truth.device)[:, None]
    have = mine.sum(-1).double()
    others = len(truth) - have
    beaten = (ranks * mine).sum(-1) - have * (have + 1) / 2
    met = (have > 0) & (others > 0)
    areas = (beaten / (have * others))[met]
    return float(areas.mean()) if len(areas) else None
