"""What counted for an answer where gradients do not reach it: each token is left out in turn."""

from collections.abc import Sequence

import torch
from torch import Tensor

from studio.datasets.dataset import Array
from studio.runs.looking.answering import Score, score_of
from studio.runs.trained import Trained

_NOTHING = 0
"""The id that stands where a token is left out: padding."""
_AT_ONCE = 64


def without_each(
    trained: Trained, sample: Array, batch: Sequence[Tensor], place: int, target: int | None
) -> tuple[Tensor, Score]:
    """Return by how much the score falls without each token [steps], and the score.

    Erasure as by Li et al., arXiv 1612.08220, section 2, but of the score itself instead of the
    logarithm of its share. The ids [1, steps] are the input `place` of the batch; `sample` are the
    same as the data bring them. What only fills up has no part in the score.
    """
    ids, network = batch[place], trained.network
    with torch.no_grad(), trained.machine.autocast():
        whole = score_of(trained, network(*batch), sample, target)
        found = torch.zeros(ids.shape[1])
        for steps in torch.split(ids[0].nonzero()[:, 0], _AT_ONCE):
            rows = torch.arange(len(steps), device=ids.device)
            fewer = ids.repeat(len(steps), 1)
            fewer[rows, steps] = _NOTHING
            given = [x.expand(len(steps), *x.shape[1:]) for x in batch]
            given[place] = fewer
            outputs = network(*given)
            for row, step in enumerate(steps.tolist()):
                one = {name: values[row : row + 1] for name, values in outputs.items()}
                left = score_of(trained, one, sample, whole.target)
                found[step] = whole.value - left.value
    return found, whole
