"""Layers that bring values to a common scale, so that deep networks train."""

from collections.abc import Mapping
from typing import Any, ClassVar

from studio.catalogue.keeping import Work
from studio.catalogue.layer import Call, Layer, layer
from studio.catalogue.shape import Shape
from studio.errors import ShapeError
from studio.fields import flag, integer, number
from studio.wording import _


def epsilon(default: float = 1e-5) -> Any:
    """Declare what keeps a division by the spread from being one by zero."""
    return number(
        default=default,
        low=1e-12,
        high=1.0,
        hint="A little added to the variance, so that nothing is divided by zero.",
    )


def affine(*, default: bool = True) -> Any:
    """Declare whether a scale and an offset are learned."""
    return flag(default=default, hint="Learn a scale and an offset after normalizing.")


def _axes() -> Any:
    return integer(
        default=1, high=8, hint="How many of the last axes are normalized together; 1 for features."
    )


def _last(axes: int, x: Shape, title: str) -> Shape:
    if len(x) < axes:
        raise ShapeError(
            _("{layer} over {axes} axes received only {received} ({shape}).").format(
                layer=_(title), axes=axes, received=len(x), shape=x
            ),
            _("Choose fewer axes, or put a Reshape in between."),
        )
    return Shape(*x[-axes:])


class BatchNorm(Layer):
    """What batch normalization of rows, signals and pictures has in common."""

    samples: ClassVar[tuple[str, ...]]
    """The axes it takes, by their names; the first are those it asks for."""
    eps: float = epsilon()
    momentum: float | None = number(
        default=0.1,
        low=0.0,
        high=1.0,
        optional=True,
        hint="How much of each batch goes into the running statistics. Empty: the mean of all.",
    )
    affine: bool = affine()
    track_running_stats: bool = flag(
        default=True,
        hint="Remember mean and variance for use after training. Off: always those of the batch.",
    )

    def shape(self, x: Shape) -> Shape:
        fitting = (names for names in self.samples if len(names.split()) == len(x))
        x.floats().axes(next(fitting, self.samples[0]))
        if x.size == x[0] and not self.track_running_stats:
            raise ShapeError(
                _("A single sample has 1 value per channel, too few for statistics of its own."),
                _("Switch track_running_stats on."),
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


@layer("batch_norm1d", group="Normalization", title="Batch Norm 1D", aliases=("bn1d",))
class BatchNorm1d(BatchNorm):
    """Scales each feature by its mean and spread over the batch: trains faster and steadier."""

    samples = ("features", "channels length")


@layer("batch_norm2d", group="Normalization", title="Batch Norm 2D", aliases=("bn", "batch_norm"))
class BatchNorm2d(BatchNorm):
    """Scales each channel by its mean and spread over the batch: trains faster and steadier."""

    samples = ("channels height width",)


@layer("batch_norm3d", group="Normalization", title="Batch Norm 3D", aliases=("bn3d",))
class BatchNorm3d(BatchNorm):
    """Scales each channel of volumes or films by its mean and spread over the batch."""

    samples = ("channels depth height width",)


@layer("layer_norm", group="Normalization", title="Layer Norm", aliases=("ln",))
class LayerNorm(Layer):
    """Scales each sample by its own mean and spread, whatever the batch: usual in transformers."""

    autocast = "full on GPUs"
    axes: int = _axes()
    eps: float = epsilon()
    elementwise_affine: bool = affine()
    bias: bool = flag(default=True, hint="Learn the offset too, not only the scale.")

    def shape(self, x: Shape) -> Shape:
        _last(self.axes, x.floats(), self.title)
        return x

    def weights(self, x: Shape) -> Mapping[str, Shape]:
        learned = ("weight", "bias") if self.bias else ("weight",)
        normalized = _last(self.axes, x, self.title)
        return dict.fromkeys(learned, normalized) if self.elementwise_affine else {}

    def work(self, x: Shape) -> Work:
        return Work(full=2 * Shape(*x[: -self.axes]).size)

    def recipe(self, x: Shape) -> Call:
        settings = {name: value for name, value in self.values().items() if name != "axes"}
        normalized = _last(self.axes, x, self.title)
        return Call.to("nn.LayerNorm", normalized_shape=tuple(normalized), **settings)

    def caption(self) -> str:
        return _("{axes} axes").format(axes=self.axes) if self.axes > 1 else ""


@layer("rms_norm", group="Normalization", title="RMS Norm", aliases=("rms", "rmsnorm"))
class RMSNorm(Layer):
    """Scales each sample by its size alone, without centering it: usual in language models."""

    autocast = "full"
    axes: int = _axes()
    eps: float = epsilon(1e-6)
    elementwise_affine: bool = flag(default=True, hint="Learn a scale after normalizing.")
    offset: bool = flag(
        default=False, hint="Learn how far the scale is from 1 instead of the scale, as Gemma does."
    )

    def shape(self, x: Shape) -> Shape:
        _last(self.axes, x.floats(), self.title)
        return x

    def weights(self, x: Shape) -> Mapping[str, Shape]:
        normalized = _last(self.axes, x, self.title)
        return {"weight": normalized} if self.elementwise_affine else {}

    def work(self, x: Shape) -> Work:
        return Work(kept=x.size, full=Shape(*x[: -self.axes]).size, backward=3 * x.size)

    def recipe(self, x: Shape) -> Call:
        normalized = tuple(_last(self.axes, x, self.title))
        settings = {name: value for name, value in self.values().items() if name != "axes"}
        return Call.to("studio.RMSNorm", normalized_shape=normalized, **settings)

    def caption(self) -> str:
        axes = _("{axes} axes").format(axes=self.axes) if self.axes > 1 else ""
        return " · ".join(filter(None, (axes, "1 + w" if self.offset else "")))


@layer("group_norm", group="Normalization", title="Group Norm", aliases=("gn",))
class GroupNorm(Layer):
    """Scales groups of channels by their own mean and spread: for small batches."""

    autocast = "full on GPUs"
    num_groups: int = integer(
        default=1,
        high=1_000_000,
        hint="Groups of channels normalized together; must divide the channels. 1: all together.",
    )
    eps: float = epsilon()
    affine: bool = affine()

    def shape(self, x: Shape) -> Shape:
        if not x.floats():
            raise ShapeError(
                _("Group Norm needs at least 1 axis but received 0 (one number per sample)."),
                _("Put a Reshape in between."),
            )
        if x[0] % self.num_groups:
            raise ShapeError(
                _("{groups} groups cannot share {channels} channels evenly.").format(
                    groups=self.num_groups, channels=x[0]
                ),
                _("Choose a number of groups that divides the channels."),
            )
        if x.size == self.num_groups:
            raise ShapeError(
                _("Each of the {groups} groups has 1 value, too few for mean and spread.").format(
                    groups=self.num_groups
                ),
                _("Choose fewer groups."),
            )
        return x

    def weights(self, x: Shape) -> Mapping[str, Shape]:
        return {"weight": Shape(x[0]), "bias": Shape(x[0])} if self.affine else {}

    def work(self, x: Shape) -> Work:
        return Work(full=2 * self.num_groups)

    def recipe(self, x: Shape) -> Call:
        return Call.to("nn.GroupNorm", num_channels=x[0], **self.values())

    def caption(self) -> str:
        return f"g{self.num_groups}"
