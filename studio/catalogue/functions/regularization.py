"""Layers that make training harder, so that the network does not learn by heart."""

from typing import Any, ClassVar

from studio.catalogue.keeping import Work
from studio.catalogue.layer import Call, Layer, layer
from studio.catalogue.shape import Shape
from studio.fields import choice, number


def _probability(hint: str, default: float = 0.5) -> Any:
    return number(default=default, low=0.0, high=1.0, label="Probability", hint=hint)


class Silencing(Layer):
    """What layers that silence at random have in common; none does anything after training."""

    p: float = _probability(
        "Share of values silenced at each step: 0.5 before the last layers, 0.1 elsewhere."
    )

    def shape(self, x: Shape) -> Shape:
        return x.floats()

    def recipe(self, x: Shape) -> Call:
        return Call.to(f"nn.{type(self).__name__}", p=self.p)

    def caption(self) -> str:
        return f"{self.p:g}"


@layer("dropout", group="Regularization", title="Dropout", aliases=("drop",))
class Dropout(Silencing):
    """Silences random values while training, so that none is relied on alone."""

    keeps = "nothing"

    def work(self, x: Shape) -> Work:
        return Work(mask=x.size if self.p else 0)


class SilencingChannels(Silencing):
    """What layers that silence whole channels have in common."""

    keeps = "nothing"
    sample: ClassVar[str]
    p: float = _probability("Share of channels silenced at each step; 0.1 to 0.2 is usual.")

    def shape(self, x: Shape) -> Shape:
        x.floats().axes(self.sample)
        return x

    def work(self, x: Shape) -> Work:
        return Work(mask=x[0] if self.p else 0)


@layer("dropout1d", group="Regularization", title="Dropout 1D")
class Dropout1d(SilencingChannels):
    """Silences whole channels of signals while training: neighbors would tell what was erased."""

    sample = "channels length"


@layer("dropout2d", group="Regularization", title="Dropout 2D")
class Dropout2d(SilencingChannels):
    """Silences whole maps of pictures while training: neighbors would tell what was erased."""

    sample = "channels height width"


@layer("dropout3d", group="Regularization", title="Dropout 3D")
class Dropout3d(SilencingChannels):
    """Silences whole channels of volumes or films while training."""

    sample = "channels depth height width"


@layer("alpha_dropout", group="Regularization", title="Alpha Dropout")
class AlphaDropout(Silencing):
    """Silences random values but keeps their mean and spread: the dropout for SELU."""

    p: float = _probability("Share of values silenced at each step; 0.05 to 0.1 is usual.")

    def work(self, x: Shape) -> Work:
        return Work(kept=x.size, forward=x.size)


@layer(
    "drop_path",
    group="Regularization",
    title="Drop Path",
    aliases=("stochastic_depth", "droppath"),
)
class DropPath(Silencing):
    """Skips the whole branch of random samples while training, so that no block is relied on.

    What is left is scaled by 1 / (1 − p), as torchvision's StochasticDepth does.
    """

    keeps = "nothing"
    p: float = _probability(
        "How often the branch is skipped; in deep networks it grows from 0 to 0.1 or 0.5.", 0.1
    )
    mode: str = choice(
        default="row",
        options=("row", "batch"),
        hint="row decides for each sample by itself, batch for all of them at once.",
    )

    def work(self, x: Shape) -> Work:
        return Work(mask=1)

    def recipe(self, x: Shape) -> Call:
        return Call.to("studio.DropPath", **self.values())
