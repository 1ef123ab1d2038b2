"""Layers that normalize signals, pictures and volumes within one sample, by their channels."""

from collections.abc import Mapping
from typing import ClassVar

from studio.catalogue.keeping import Work
from studio.catalogue.layer import Call, Layer, layer
from studio.catalogue.normalizing.normalization import affine, epsilon
from studio.catalogue.shape import Shape
from studio.errors import ShapeError
from studio.fields import flag, integer, number
from studio.wording import _


@layer("layer_norm2d", group="Normalization", title="Layer Norm 2D", aliases=("ln2d",))
class LayerNorm2d(Layer):
    """Scales the channels at each place of a picture by their own mean and spread (ConvNeXt)."""

    autocast = "full on GPUs"
    eps: float = epsilon(1e-6)
    elementwise_affine: bool = affine()
    bias: bool = flag(default=True, hint="Learn the offset too, not only the scale.")

    def shape(self, x: Shape) -> Shape:
        x.floats().axes("channels height width")
        return x

    def weights(self, x: Shape) -> Mapping[str, Shape]:
        learned = ("weight", "bias") if self.bias else ("weight",)
        return dict.fromkeys(learned, Shape(x[0])) if self.elementwise_affine else {}

    def work(self, x: Shape) -> Work:
        return Work(full=2 * Shape(*x[1:]).size, backward=x.size)

    def recipe(self, x: Shape) -> Call:
        return Call.to("studio.LayerNorm2d", num_channels=x[0], **self.values())


class InstanceNorm(Layer):
    """What instance normalization of signals, pictures and volumes has in common."""

    sample: ClassVar[str]
    eps: float = epsilon()
    momentum: float = number(
        default=0.1,
        low=0.0,
        high=1.0,
        hint="How much of each batch goes into the running statistics, where they are kept.",
    )
    affine: bool = affine(default=False)
    track_running_stats: bool = flag(
        default=False,
        hint="Remember mean and variance for use after training. Off: those of each sample.",
    )

    def shape(self, x: Shape) -> Shape:
        x.floats().axes(self.sample)
        if x.size == x[0]:
            raise ShapeError(
                _("Each channel of {shape} has 1 value, too few for mean and spread.").format(
                    shape=x
                ),
                _("Shrink the input less, or put a Layer Norm here instead."),
            )
        return x

    def weights(self, x: Shape) -> Mapping[str, Shape]:
        return {"weight": Shape(x[0]), "bias": Shape(x[0])} if self.affine else {}

    def buffers(self, x: Shape) -> Mapping[str, Shape]:
        if not self.track_running_stats:
            return {}
        statistics = {"running_mean": Shape(x[0]), "running_var": Shape(x[0])}
        return statistics | {"num_batches_tracked": Shape(dtype="int64")}

    def recipe(self, x: Shape) -> Call:
        return Call.to(f"nn.{type(self).__name__}", num_features=x[0], **self.values())


@layer("instance_norm1d", group="Normalization", title="Instance Norm 1D")
class InstanceNorm1d(InstanceNorm):
    """Scales each channel of each signal by its own mean and spread."""

    sample = "channels length"


@layer("instance_norm2d", group="Normalization", title="Instance Norm 2D", aliases=("in2d",))
class InstanceNorm2d(InstanceNorm):
    """Scales each channel of each picture by its own mean and spread: takes its contrast away."""

    sample = "channels height width"


@layer("instance_norm3d", group="Normalization", title="Instance Norm 3D")
class InstanceNorm3d(InstanceNorm):
    """Scales each channel of each volume or film by its own mean and spread."""

    sample = "channels depth height width"


@layer("local_response_norm", group="Normalization", title="Local Response Norm", aliases=("lrn",))
class LocalResponseNorm(Layer):
    """Quiets each value by the strength of the channels beside it: the norm of AlexNet."""

    size: int = integer(
        default=5, high=10_000, hint="How many neighboring channels are looked at, itself included."
    )
    alpha: float = number(
        default=1e-4, low=0.0, high=100.0, hint="How strongly the neighbors count."
    )
    beta: float = number(
        default=0.75, low=0.0, high=10.0, hint="The power that their strength is raised to."
    )
    k: float = number(default=1.0, low=0.0, high=100.0, hint="What is added first; AlexNet used 2.")

    def shape(self, x: Shape) -> Shape:
        if len(x.floats()) < 2:
            x.axes("channels length")
        return x

    def work(self, x: Shape) -> Work:
        return Work(kept=3 * x.size, backward=3 * x.size)

    def recipe(self, x: Shape) -> Call:
        return Call.to("nn.LocalResponseNorm", **self.values())

    def caption(self) -> str:
        return f"{self.size}"
