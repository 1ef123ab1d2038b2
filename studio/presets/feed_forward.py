"""The part of a transformer that thinks about each step by itself, plain or gated."""

from typing import ClassVar

from studio.catalogue.dense.linear import Linear
from studio.catalogue.functions.activation import GELU, QuickGELU, ReLU, SiLU
from studio.catalogue.functions.regularization import Dropout
from studio.catalogue.layer import Layer
from studio.catalogue.meeting.merge import Multiply
from studio.catalogue.shape import Shape
from studio.fields import choice, flag, integer, number
from studio.graph.draft import Draft
from studio.graph.model import Graph
from studio.presets.preset import Preset, preset

ACTIVATIONS = ("relu", "gelu", "gelu_tanh", "quick_gelu", "silu")
_USUAL = 256
_ROUND = 256


def activation(name: str) -> Layer:
    """Return the activation that one of `ACTIVATIONS` stands for."""
    known = {
        "relu": ReLU(),
        "gelu": GELU(),
        "gelu_tanh": GELU(approximate="tanh"),
        "quick_gelu": QuickGELU(),
        "silu": SiLU(),
    }
    return known[name]


def widened(width: int, *, gated: bool = False) -> int:
    """Return the usual number of features inside: four times as many as outside.

    A gated part has a third matrix, so it takes two thirds of that, in whole multiples of 256
    (LLaMA, arXiv 2302.13971).
    """
    if not gated:
        return 4 * width
    return -(-8 * width // (3 * _ROUND)) * _ROUND


class _FeedForward(Preset):
    """What both kinds have in common."""

    width: int | None = integer(
        default=None,
        high=1_000_000,
        optional=True,
        hint="How many features come out; empty means as many as arrive.",
    )
    hidden: int | None = integer(
        default=None,
        high=10_000_000,
        optional=True,
        hint="How many features there are inside; empty means four times as many as outside.",
    )
    bias: bool = flag(default=True, hint="Learn offsets in the linear layers.")
    dropout: float = number(
        default=0.0, low=0.0, high=1.0, hint="Share of values silenced inside while training."
    )

    def _sizes(self, inputs: tuple[Shape, ...], *, gated: bool = False) -> tuple[int, int]:
        """Return the features outside and inside; raises ShapeError for a single number."""
        arriving = inputs[0].floats() if inputs else ()
        width = self.width or (arriving[-1] if arriving else _USUAL)
        return width, self.hidden or widened(width, gated=gated)

    def _silenced(self, draft: Draft, source: str) -> str:
        return draft.add("dropout", Dropout(p=self.dropout), source) if self.dropout else source


@preset(
    "feed_forward",
    group="Attention",
    title="Feed-Forward",
    aliases=("ffn", "mlp_block"),
)
class FeedForward(_FeedForward):
    """Widens each step, bends it, and narrows it again: half of every transformer layer."""

    drives: ClassVar = {
        "width": {"contract.out_features": "width"},
        "hidden": {"expand.out_features": "hidden"},
        "dropout": {"dropout.p": "dropout"},
    }
    activation: str = choice(
        default="gelu", options=ACTIVATIONS, hint="The function between the two linear layers."
    )

    def draw(self, *inputs: Shape) -> Graph:
        width, hidden = self._sizes(inputs)
        draft = Draft()
        last = draft.chain(
            draft.input("input"),
            expand=Linear(out_features=hidden, bias=self.bias),
            activation=activation(self.activation),
        )
        last = self._silenced(draft, last)
        last = draft.add("contract", Linear(out_features=width, bias=self.bias), last)
        draft.output("output", last)
        return draft.graph()


@preset(
    "gated_feed_forward",
    group="Attention",
    title="Gated Feed-Forward",
    aliases=("swiglu", "geglu", "glu_block"),
)
class GatedFeedForward(_FeedForward):
    """A feed-forward part in which one branch opens and closes the other, as in LLaMA."""

    drives: ClassVar = {
        "width": {"down.out_features": "width"},
        "hidden": {"gate.out_features": "hidden", "up.out_features": "hidden"},
        "dropout": {"dropout.p": "dropout"},
    }
    hidden: int | None = integer(
        default=None,
        high=10_000_000,
        optional=True,
        hint="How many features there are inside; empty means 8/3 of those outside, rounded up.",
    )
    bias: bool = flag(default=False, hint="Learn offsets in the linear layers.")
    activation: str = choice(
        default="silu", options=ACTIVATIONS, hint="The function that makes the gate."
    )

    def draw(self, *inputs: Shape) -> Graph:
        width, hidden = self._sizes(inputs, gated=True)
        draft = Draft()
        start = draft.input("input")
        gate = draft.chain(
            start,
            gate=Linear(out_features=hidden, bias=self.bias),
            activation=activation(self.activation),
        )
        up = draft.add("up", Linear(out_features=hidden, bias=self.bias), start)
        last = self._silenced(draft, draft.add("gated", Multiply(), gate, up))
        last = draft.add("down", Linear(out_features=width, bias=self.bias), last)
        draft.output("output", last)
        return draft.graph()
