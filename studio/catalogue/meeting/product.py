"""Layers that multiply matrices, or compare vectors by their products."""

from collections.abc import Mapping

from studio.catalogue.count import Count, times
from studio.catalogue.layer import Call, Layer, layer
from studio.catalogue.shape import BATCH, Shape
from studio.errors import ShapeError
from studio.fields import flag, number
from studio.wording import _


@layer("matmul", group="Merge", title="Matrix Product", aliases=("mm", "bmm"))
class MatMul(Layer):
    """Multiplies the matrix of the first wire by that of the second.

    The last two axes are the matrices, those before them count them; a single axis is a vector.
    With one learned operand it is a Linear layer whose weights come by wire.
    """

    autocast = "low"
    inputs = (2, 2)
    transpose_second: bool = flag(
        default=False,
        hint="Swap rows and columns of the second wire first, as for scores against a table.",
    )

    def shape(self, first: Shape, second: Shape) -> Shape:
        lead, rows, inner, columns = self._sizes(first.floats(), second.floats())
        if inner[0] != inner[1]:
            raise ShapeError(
                _("{first} cannot be multiplied by {second}: {a} columns meet {b} rows.").format(
                    first=first, second=second, a=inner[0], b=inner[1]
                ),
                _("Make both sizes equal, or transpose the second."),
            )
        kept = (*(rows,) * (len(first) > 1), *(columns,) * (len(second) > 1))
        return Shape(*lead, *kept)

    def _sizes(
        self, first: Shape, second: Shape
    ) -> tuple[tuple[int, ...], int, tuple[int, int], int]:
        """Return the axes before the matrices, rows, the two sizes that must agree, columns."""
        if not first or not second:
            raise ShapeError(
                _("A matrix product needs vectors or matrices, but {shape} is a number.").format(
                    shape=first or second
                ),
                _("Put a Multiply here instead."),
            )
        rows = first[-2] if len(first) > 1 else 1
        columns, inner = (*second, 1)[-2:] if len(second) == 1 else second[-2:][::-1]
        if len(second) == 1:
            columns, inner = 1, second[0]
        elif self.transpose_second:
            columns, inner = inner, columns
        return _stretched(first[:-2], second[:-2]), rows, (first[-1], inner), columns

    def multiply_adds(self, first: Shape, second: Shape) -> Count:
        lead, rows, inner, columns = self._sizes(first, second)
        return times(*lead, rows, inner[0], columns)

    def depth(self, *learned: bool) -> int:
        return int(sum(learned) == 1)

    def recipe(self, first: Shape, second: Shape) -> Call:
        return Call.to("studio.MatMul", transpose_second=self.transpose_second)

    def caption(self) -> str:
        return "a · bᵀ" if self.transpose_second else "a · b"


def _stretched(first: tuple[int, ...], second: tuple[int, ...]) -> tuple[int, ...]:
    """Return the common axes before the matrices; missing ones and those of size 1 stretch."""
    count = max(len(first), len(second))
    pairs = zip(
        (1,) * (count - len(first)) + first, (1,) * (count - len(second)) + second, strict=True
    )
    found = []
    for one, other in pairs:
        if one != other and 1 not in (one, other):
            raise ShapeError(
                _("The matrices are counted differently: {a} meets {b}.").format(a=one, b=other),
                _("Bring the axes before the last two to the same sizes."),
            )
        found.append(max(one, other))
    return tuple(found)


@layer("cosine_similarity", group="Merge", title="Cosine Similarity", aliases=("cosine",))
class CosineSimilarity(Layer):
    """Says how alike two vectors are, from −1 to 1, whatever their lengths.

    Pairwise, each sample of the first wire is compared with every sample of the batch on the
    second: as many numbers as the batch has samples, which is why the shape says N.
    """

    autocast = "full on GPUs"
    inputs = (2, 2)
    pairwise: bool = flag(
        default=True,
        hint="Compare each sample with all of the batch (CLIP), instead of only with its partner.",
    )
    eps: float = number(
        default=1e-8, low=0.0, high=1.0, hint="Shortest length that is divided by, against noise."
    )

    def shape(self, first: Shape, second: Shape) -> Shape:
        if first.floats() != second.floats():
            raise ShapeError(
                _("{first} and {second} cannot be compared: they differ.").format(
                    first=first, second=second
                ),
                _("Bring both to the same number of features."),
            )
        if self.pairwise:
            first.axes("features")
            return Shape(BATCH)
        if not first:
            raise ShapeError(
                _("A single number has no direction to compare."), _("Bring vectors instead.")
            )
        return Shape(*first[:-1])

    def multiply_adds(self, first: Shape, second: Shape) -> Count:
        return times(BATCH, *first) if self.pairwise else Count(0)

    def recipe(self, first: Shape, second: Shape) -> Call:
        # pairs may be of 3 texts with 2 pictures; partners are as many on both wires
        via = "plain" if self.pairwise else "together"
        return Call.to("studio.Cosine", via, **self.values())

    def caption(self) -> str:
        return _("pairwise") if self.pairwise else ""


@layer("logit_scale", group="Merge", title="Logit Scale")
class LogitScale(Layer):
    """Multiplies scores by a learned number that starts large, so that the best one stands out.

    What is learned is its logarithm: CLIP, arXiv 2103.00020; with an offset SigLIP, 2303.15343.
    """

    keeps = "nothing"
    init: float = number(
        default=2.6593,
        low=-50.0,
        high=50.0,
        hint="Logarithm of the number at the start; 2.6593 is that of 1 / 0.07.",
    )
    max_scale: float | None = number(
        default=None,
        low=1e-6,
        high=1e12,
        optional=True,
        hint="Largest number the scores are multiplied by; CLIP: 100. Empty: none.",
    )
    bias: bool = flag(default=False, hint="Learn a number to add as well, as SigLIP does.")
    init_bias: float = number(
        default=-10.0, low=-1e6, high=1e6, hint="What that number starts from; SigLIP: -10."
    )

    def shape(self, x: Shape) -> Shape:
        return x.floats()

    def weights(self, x: Shape) -> Mapping[str, Shape]:
        return {"weight": Shape()} | ({"bias": Shape()} if self.bias else {})

    def recipe(self, x: Shape) -> Call:
        return Call.to("studio.LogitScale", **self.values())

    def caption(self) -> str:
        return f"e^{self.init:g}"
