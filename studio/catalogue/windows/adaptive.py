"""Pooling that is told the size of its answer instead of the size of its window."""

from typing import Any, ClassVar

from studio.catalogue.keeping import Work
from studio.catalogue.layer import Call, Layer, layer
from studio.catalogue.shape import Shape
from studio.catalogue.windows.pooling import lengths_of
from studio.catalogue.windows.window import spread
from studio.fields import sides

Sizes = int | tuple[int | None, ...] | None


def _output_size(axes: int, hint: str) -> Any:
    return sides(
        default=1,
        axes=axes,
        high=10_000 if axes < 3 else 500,
        optional=axes > 1,  # torch keeps no single axis as it is
        holes=axes > 1,
        hint=hint,
    )


class AdaptivePooling(Layer):
    """What pooling to a given size has in common."""

    sample: ClassVar[str]
    output_size: Sizes = _output_size(1, "Length of the answer; 1 is global pooling.")

    def shape(self, x: Shape) -> Shape:
        lengths = lengths_of(x, self.sample)
        wanted = spread(self.output_size, len(lengths))
        kept = (
            length if size is None else size for size, length in zip(wanted, lengths, strict=True)
        )
        return Shape(*x[: -len(lengths)], *kept)

    def recipe(self, x: Shape) -> Call:
        axes = self.declared["output_size"].axes
        size = (None,) * axes if self.output_size is None else self.output_size
        return Call.to(f"nn.{type(self).__name__}", output_size=size)

    def caption(self) -> str:
        axes = self.declared["output_size"].axes
        sizes = ("·" if size is None else str(size) for size in spread(self.output_size, axes))
        return "→ " + "×".join(sizes)


def _two() -> Any:
    return _output_size(
        2, "Height and width of the answer; 1 is global pooling. Empty keeps an axis as it is."
    )


def _three() -> Any:
    return _output_size(
        3, "Depth, height, width of the answer; 1 is global pooling. Empty keeps an axis as it is."
    )


@layer("adaptive_avg_pool1d", group="Pooling", title="Adaptive Average Pool 1D")
class AdaptiveAvgPool1d(AdaptivePooling):
    """Averages a signal down to a given length, whatever its length was."""

    sample = "channels length"


@layer(
    "adaptive_avg_pool2d",
    group="Pooling",
    title="Adaptive Average Pool 2D",
    aliases=("global_pool", "gap"),
)
class AdaptiveAvgPool2d(AdaptivePooling):
    """Averages a picture down to a given size, whatever its size was; 1 keeps one mean per map."""

    sample = "channels height width"
    output_size: Sizes = _two()


@layer("adaptive_avg_pool3d", group="Pooling", title="Adaptive Average Pool 3D")
class AdaptiveAvgPool3d(AdaptivePooling):
    """Averages a volume or a film down to a given size, whatever its size was."""

    sample = "channels depth height width"
    output_size: Sizes = _three()


@layer("adaptive_max_pool1d", group="Pooling", title="Adaptive Max Pool 1D")
class AdaptiveMaxPool1d(AdaptivePooling):
    """Keeps the largest values of a signal; length 1 says what was found anywhere in a sentence."""

    sample = "channels length"

    def work(self, x: Shape) -> Work:
        return Work(places=self.shape(x).size)


@layer(
    "adaptive_max_pool2d",
    group="Pooling",
    title="Adaptive Max Pool 2D",
    aliases=("global_max_pool", "gmp"),
)
class AdaptiveMaxPool2d(AdaptivePooling):
    """Keeps the largest values of a picture, down to a given size, whatever its size was."""

    sample = "channels height width"
    output_size: Sizes = _two()

    def work(self, x: Shape) -> Work:
        return Work(places=self.shape(x).size)


@layer("adaptive_max_pool3d", group="Pooling", title="Adaptive Max Pool 3D")
class AdaptiveMaxPool3d(AdaptivePooling):
    """Keeps the largest values of a volume or a film, down to a given size."""

    sample = "channels depth height width"
    output_size: Sizes = _three()

    def work(self, x: Shape) -> Work:
        return Work(places=self.shape(x).size)
