"""Where samples come in and answers go out."""

from studio.catalogue.layer import Call, Layer, layer
from studio.catalogue.shape import Shape
from studio.fields import choice, integers


@layer("input", group="Input and output", title="Input", aliases=("in",))
class Input(Layer):
    """Brings in one sample, such as a picture of channels × height × width."""

    inputs = (0, 0)
    sample: tuple[int, ...] = integers(
        default=(1, 28, 28),
        low=1,
        high=1_000_000,
        spelled="shape",
        hint="Axes of one sample, without the batch: channels, height, width for a picture.",
    )
    dtype: str = choice(
        default="float32",
        options=("float32", "int64"),
        hint="float32 for measurements and pixels; int64 for ids of words or categories.",
    )

    def shape(self) -> Shape:
        return Shape(*self.sample, dtype=self.dtype)

    def recipe(self) -> Call:
        return Call.to("nn.Identity")

    def caption(self) -> str:
        return "ids" if self.dtype == "int64" else ""


@layer("output", group="Input and output", title="Output", aliases=("out",))
class Output(Layer):
    """Names an answer of the network, to which training gives a target and a loss."""

    keeps = "nothing"
    passes = "view"

    def shape(self, x: Shape) -> Shape:
        return x

    def recipe(self, x: Shape) -> Call:
        return Call.to("nn.Identity")
