"""How RandAugment changes each picture of a batch by a few operations drawn from many.

All pictures that are moved go through one warp, and operations that are made alike work on those
pictures alone that they were drawn for.
"""

from collections.abc import Callable, Sequence
from functools import partial

import torch
from torch import Tensor

from studio.training.choices.recoloring import RandAugment
from studio.training.data.augmenting import shading
from studio.training.data.augmenting.chance import which
from studio.training.data.augmenting.hits import Hits, changed
from studio.training.data.augmenting.moving import warped
from studio.training.data.augmenting.operations import OPERATIONS, WAYS, Doings, doings

_STRONGEST = 30
_RECOLORING: Sequence[Callable[[Doings, Tensor, Tensor], Tensor]] = (
    lambda how, x, drawn: shading.recolored(x, how.colors[drawn]),
    lambda how, x, drawn: shading.contrasted(x, how.contrast[drawn]),
    lambda how, x, drawn: shading.sharpened(x, how.sharpness[drawn]),
    lambda how, x, drawn: shading.cut(x, how.mask[drawn], how.top[drawn]),
    lambda _how, x, _drawn: shading.stretched(x),
    lambda _how, x, _drawn: shading.equalized(x),
)
"""How operations are made, in the order of `operations.ALIKE`."""


def changed_by_some(item: RandAugment, x: Tensor, u: Tensor) -> Tensor:
    """Return pictures after `operations` changes each; `u` [batch, 8]: which and which way."""
    how = doings(item.magnitude / _STRONGEST, x.shape[1:], x.device)
    drawn = [_drawn(u[:, at], u[:, at + 1]) for at in range(0, 2 * item.operations, 2)]
    x = _moved(how, x, drawn)
    for numbers in drawn:
        x = _recolored(how, x, numbers)
    return x


def _drawn(operation: Tensor, way: Tensor) -> Tensor:
    """Return the numbers [batch] of what is done to samples, as `Doings` has them."""
    return WAYS * which(operation, len(OPERATIONS)) + (way >= 0.5)


def _moved(how: Doings, x: Tensor, drawn: list[Tensor]) -> Tensor:
    hits = Hits.of(how.moves[torch.stack(drawn)].any(0))

    def change() -> Tensor:
        matrix, *others = (how.places[hits.taken(numbers)] for numbers in drawn)
        for other in others:
            matrix = matrix @ other
        return warped(hits.taken(x), matrix[:, :2])

    return changed(x, (hits, change))


def _recolored(how: Doings, x: Tensor, drawn: Tensor) -> Tensor:
    _others, *hits = Hits.each(how.alike[drawn], 1 + len(_RECOLORING))
    return changed(
        x,
        *(
            (some, partial(change, how, some.taken(x), some.taken(drawn)))
            for some, change in zip(hits, _RECOLORING, strict=True)
        ),
    )
