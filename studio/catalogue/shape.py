"""What a wire carries: the axes of one sample (no batch axis) and what its numbers are."""

from typing import Literal

from studio.errors import ShapeError
from studio.wording import _, marked

AXES = (
    marked("channels"),
    marked("features"),
    marked("steps"),
    marked("length"),
    marked("depth"),
    marked("height"),
    marked("width"),
    marked("windows"),
    marked("places"),
)
"""The words for axes, which refusals put together."""


Origin = Literal["data", "fixed", "learned"]
"""Whether values follow from the data, from neither data nor weights, or from weights alone."""


class Batch(int):
    """A size that is known only when a batch is there."""

    def __str__(self) -> str:
        return "N"

    __repr__ = __str__


BATCH = Batch(1)
"""The axis along which a sample meets every sample of its batch: size 1, shown as “N”.

Counts are for a batch of one sample, so 1 is what it adds to them.
"""


class Shape(tuple[int, ...]):
    """The axes of one sample; `dtype` is "float32" for values and "int64" for ids.

    `origin` and `meets` do not tell two shapes apart: what is asked of a layer are sizes and dtype.
    """

    dtype: str
    origin: Origin = "data"
    meets: bool
    """Whether one of its axes is “N”."""

    def __new__(cls, *axes: int, dtype: str = "float32") -> "Shape":
        """Make a shape of the given axes."""
        self = super().__new__(cls, axes)
        self.dtype = dtype
        self.meets = Batch in map(type, axes)
        return self

    def __eq__(self, other: object) -> bool:
        same = tuple.__eq__(self, other) if isinstance(other, tuple) else False
        return same and self.dtype == getattr(other, "dtype", self.dtype)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = tuple.__hash__

    def __str__(self) -> str:
        return " × ".join(map(str, self)) if self else "1"

    def of(self, origin: Origin) -> "Shape":
        """Return the same shape of numbers that come from elsewhere."""
        if self.origin == origin:
            return self
        other = Shape(*self, dtype=self.dtype)
        other.origin = origin
        return other

    @property
    def size(self) -> int:
        """How many numbers one sample has."""
        count = 1
        for axis in self:
            count *= axis
        return count

    def axes(self, names: str) -> tuple[int, ...]:
        """Return the axes, which must be as many as the words of `names` ("channels height width").

        Raises ShapeError with the numbers of axes expected and received.
        """
        expected = len(names.split())
        if len(self) != expected:
            raise ShapeError(
                _("Expected {expected} axes ({names}) but received {received} ({shape}).").format(
                    expected=expected,
                    names=" ".join(map(_, names.split())),
                    received=len(self),
                    shape=self,
                ),
                _remedy(expected, len(self)),
            )
        return tuple(self)

    def floats(self) -> "Shape":
        """Return the shape itself; raises ShapeError if it carries ids instead of values."""
        if self.dtype != "float32":
            raise ShapeError(
                _("Expected numbers but received ids (whole numbers)."),
                _("Put an Embedding in between."),
            )
        return self

    def ids(self) -> "Shape":
        """Return the shape itself; raises ShapeError if it carries values instead of ids."""
        if self.dtype != "int64":
            raise ShapeError(
                _("Expected ids (whole numbers) but received values with decimals."),
                _("Set the Input's dtype to int64, or leave this layer out."),
            )
        return self


def _remedy(expected: int, received: int) -> str:
    if expected < received and expected == 1:
        return _("Put a Flatten in between.")
    return _("Put a Reshape in between.")
