"""Pooling that is told the size of its answer instead of the size of its window."""

from studio.catalogue.layer import Call, Layer, layer
from studio.catalogue.pooling import lengths_of
from studio.catalogue.shape import Shape
from studio.catalogue.window import spread
from studio.fields import sides


@layer(
    "adaptive_avg_pool2d",
    group="Pooling",
    title="Adaptive Average Pool 2D",
    aliases=("global_pool", "gap"),
)
class AdaptiveAvgPool2d(Layer):
    """Averages a picture down to a given size, whatever its size was; 1 keeps one mean per map."""

    output_size: int | tuple[int | None, ...] | None = sides(
        default=1,
        axes=2,
        high=10_000,
        optional=True,
        holes=True,
        hint="Height and width of the answer; 1 is global pooling. Empty keeps an axis as it is.",
    )

    def shape(self, x: Shape) -> Shape:
        lengths = lengths_of(x, "channels height width")
        wanted = spread(self.output_size, 2)
        kept = (
            length if size is None else size for size, length in zip(wanted, lengths, strict=True)
        )
        return Shape(*x[:-2], *kept)

    def recipe(self, x: Shape) -> Call:
        return Call.to("nn.AdaptiveAvgPool2d", output_size=self.output_size or (None, None))

    def caption(self) -> str:
        return "→ " + "×".join("·" if n is None else str(n) for n in spread(self.output_size, 2))
