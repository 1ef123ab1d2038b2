"""Which axis of a sample a number means: torch's own numbering, in which the batch is axis 0."""

from collections.abc import Iterable

from studio.catalogue.shape import Shape
from studio.errors import ShapeError
from studio.wording import _


def place(dim: int, x: Shape, *, added: int = 0) -> int:
    """Return the index in `x` of torch's axis `dim`; negative numbers count from the end.

    `added` axes more are thought to be there (`unsqueeze` may name the place after the last).
    Raises ShapeError for the batch and for axes that are not there.
    """
    rank = len(x) + 1 + added
    if not -rank <= dim < rank:
        raise ShapeError(
            _("There is no axis {dim}: {shape} has {count} axes after the batch.").format(
                dim=dim, shape=x, count=len(x)
            ),
            _("Choose an axis from 1 to {last}, or −1 for the last.").format(last=rank - 1),
        )
    if dim % rank == 0:
        raise ShapeError(
            _("Axis {dim} is the batch: its samples must stay apart.").format(dim=dim),
            _("Choose an axis from 1 on, or −1 for the last."),
        )
    return dim % rank - 1


def places(dims: Iterable[int], x: Shape) -> tuple[int, ...]:
    """Return the indexes in `x` of torch's axes `dims`; raises ShapeError if one is named twice."""
    found = tuple(place(dim, x) for dim in dims)
    twice = next((index for index in found if found.count(index) > 1), None)
    if twice is not None:
        raise ShapeError(
            _("Axis {dim} is named twice.").format(dim=twice + 1), _("Name each axis once.")
        )
    return found
