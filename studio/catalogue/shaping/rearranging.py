"""Layers that move places and channels about without changing a number."""

from studio.catalogue.axis import place
from studio.catalogue.layer import Call, Layer, layer
from studio.catalogue.shape import Shape
from studio.errors import ShapeError
from studio.fields import integer, integers
from studio.wording import _


@layer("roll", group="Shape", title="Roll", aliases=("shift",))
class Roll(Layer):
    """Pushes places along an axis; what falls off one end comes in at the other (Swin)."""

    keeps = "nothing"
    shifts: tuple[int, ...] = integers(
        default=(1,),
        low=-100_000,
        high=100_000,
        hint="How many places to push along each axis; negative pushes towards the start.",
    )
    dims: tuple[int, ...] = integers(
        default=(1,),
        low=-16,
        high=16,
        hint="The axes to push along, one for each shift; 1 is the first after the batch.",
    )

    def shape(self, x: Shape) -> Shape:
        if len(self.shifts) != len(self.dims) or not self.dims:
            raise ShapeError(
                _("{shifts} shifts do not fit {axes} axes.").format(
                    shifts=len(self.shifts), axes=len(self.dims)
                ),
                _("Give one shift for each axis, and at least one."),
            )
        for dim in self.dims:
            place(dim, x)
        return x

    def recipe(self, x: Shape) -> Call:
        return Call.to("torch.roll", **self.values())

    def caption(self) -> str:
        return " ".join(map(str, self.shifts))


def _picture(x: Shape) -> tuple[int, int, int]:
    """Return channels, height and width: the last three axes."""
    if len(x.floats()) < 3:
        x.axes("channels height width")
    return x[-3], x[-2], x[-1]


@layer("pixel_shuffle", group="Shape", title="Pixel Shuffle", aliases=("depth_to_space",))
class PixelShuffle(Layer):
    """Turns channels into places: a picture r times higher and wider with r² times fewer maps."""

    keeps = "nothing"
    upscale_factor: int = integer(
        default=2, high=1_000, hint="How many times higher and wider the picture becomes."
    )

    def shape(self, x: Shape) -> Shape:
        channels, height, width = _picture(x)
        factor = self.upscale_factor
        if channels % factor**2:
            raise ShapeError(
                _("{channels} channels cannot be laid out in squares of {square}.").format(
                    channels=channels, square=factor**2
                ),
                _("Give the layer before it a multiple of {square} channels.").format(
                    square=factor**2
                ),
            )
        return Shape(*x[:-3], channels // factor**2, height * factor, width * factor)

    def recipe(self, x: Shape) -> Call:
        return Call.to("nn.PixelShuffle", **self.values())

    def caption(self) -> str:
        return f"×{self.upscale_factor}"


@layer("pixel_unshuffle", group="Shape", title="Pixel Unshuffle", aliases=("unshuffle",))
class PixelUnshuffle(Layer):
    """Turns places into channels: a picture r times lower and narrower, and nothing is lost."""

    keeps = "nothing"
    downscale_factor: int = integer(
        default=2, high=1_000, hint="How many times lower and narrower the picture becomes."
    )

    def shape(self, x: Shape) -> Shape:
        channels, height, width = _picture(x)
        factor = self.downscale_factor
        if height % factor or width % factor:
            raise ShapeError(
                _("{height} × {width} cannot be cut into squares of {factor} × {factor}.").format(
                    height=height, width=width, factor=factor
                ),
                _("Choose a factor that divides height and width, or put a Pad in front."),
            )
        return Shape(*x[:-3], channels * factor**2, height // factor, width // factor)

    def recipe(self, x: Shape) -> Call:
        return Call.to("nn.PixelUnshuffle", **self.values())

    def caption(self) -> str:
        return f"÷{self.downscale_factor}"


@layer("channel_shuffle", group="Shape", title="Channel Shuffle")
class ChannelShuffle(Layer):
    """Deals the channels of several groups out like cards, so that the groups mix (ShuffleNet)."""

    keeps = "nothing"
    groups: int = integer(
        default=2, high=1_000_000, hint="How many groups are mixed; must divide the channels."
    )

    def shape(self, x: Shape) -> Shape:
        if len(x.floats()) < 2:
            x.axes("channels length")
        if x[0] % self.groups:
            raise ShapeError(
                _("{groups} groups cannot share {channels} channels evenly.").format(
                    groups=self.groups, channels=x[0]
                ),
                _("Choose a number of groups that divides the channels."),
            )
        return x

    def recipe(self, x: Shape) -> Call:
        return Call.to("nn.ChannelShuffle", **self.values())

    def caption(self) -> str:
        return f"g{self.groups}"
