"""What every layer of a transformer is made of, and by which settings."""

from collections.abc import Mapping

from studio.catalogue.attention.multi_head import MultiHeadAttention
from studio.catalogue.attention.wires import require_heads
from studio.catalogue.dense.experts import MixtureOfExperts
from studio.catalogue.layer import Layer
from studio.catalogue.shape import Shape
from studio.fields import choice, flag, integer, number
from studio.graph.draft import Draft
from studio.graph.model import Graph
from studio.presets.feed_forward import ACTIVATIONS, FeedForward, GatedFeedForward, widened
from studio.presets.joining import NORMS, PLACES, Joining, Part, normalization
from studio.presets.preset import Preset

_USUAL = 256
_NUMBERS = ("1", "2", "3")


class TransformerLayer(Preset):
    """What layers of encoders and decoders have in common."""

    width: int | None = integer(
        default=None,
        high=1_000_000,
        optional=True,
        hint="How many features a step has; empty means as many as arrive.",
    )
    heads: int = integer(
        default=8,
        high=10_000,
        hint="How many views attention takes side by side; must divide the number of features.",
    )
    hidden: int | None = integer(
        default=None,
        high=10_000_000,
        optional=True,
        hint="Features inside the feed-forward part; empty: 4 times those outside, 8/3 if gated.",
    )
    norm: str = choice(
        default="layer",
        options=NORMS,
        hint="Layer Norm centers and scales; RMS Norm only scales; Gemma learns its scale from 1.",
    )
    norm_place: str = choice(
        default="before",
        options=PLACES,
        label="Place of the norm",
        hint="Before each part, which trains steadily; behind it; or once for parallel parts.",
    )
    eps: float = number(
        default=1e-5, low=1e-12, high=1.0, hint="Keeps normalization from dividing by zero."
    )
    activation: str = choice(
        default="gelu", options=ACTIVATIONS, hint="The function inside the feed-forward part."
    )
    gated: bool = flag(
        default=False, hint="Let one branch of the feed-forward part gate the other, as in LLaMA."
    )
    experts: int | None = integer(
        default=None,
        high=10_000,
        optional=True,
        hint="How many feed-forward parts there are to choose from, as in Mixtral. Empty: one.",
    )
    active_experts: int = integer(
        default=2, high=10_000, hint="How many of them think about each step."
    )
    bias: bool = flag(default=True, hint="Learn offsets in linear layers and normalizations.")
    dropout: float = number(
        default=0.1, low=0.0, high=1.0, hint="Share of values silenced behind each part."
    )
    attention_dropout: float = number(
        default=0.0, low=0.0, high=1.0, hint="Share of the looks silenced while training."
    )
    activation_dropout: float = number(
        default=0.0,
        low=0.0,
        high=1.0,
        hint="Share of values silenced inside the feed-forward part while training.",
    )
    drop_path: float = number(
        default=0.0, low=0.0, high=1.0, hint="How often a whole part is skipped while training."
    )
    layer_scale: float | None = number(
        default=None,
        low=0.0,
        high=100.0,
        optional=True,
        hint="What learned scales behind each part start at; empty means there are none.",
    )
    projection: str = choice(
        default="packed",
        options=("packed", "separate"),
        hint="One matrix for query, key and value, or a layer for each; the answers are alike.",
    )
    kv_heads: int | None = integer(
        default=None,
        high=10_000,
        optional=True,
        label="Key and value heads",
        hint="Fewer heads for keys and values, shared by groups of queries; empty means as many.",
    )
    head_dim: int | None = integer(
        default=None,
        high=100_000,
        optional=True,
        label="Head size",
        hint="How many features each head works with; empty shares all features out.",
    )
    qkv_bias: str = choice(
        default="same",
        options=("same", "yes", "no"),
        label="Query, key and value bias",
        hint="Learn offsets for queries, keys and values; same does as the other layers do.",
    )
    out_bias: str = choice(
        default="same",
        options=("same", "yes", "no"),
        label="Output bias",
        hint="Learn an offset in the last layer of attention; same does as the other layers do.",
    )
    key_bias: bool = flag(default=True, hint="Learn an offset for the keys, if there are any.")
    scale: float | None = number(
        default=None,
        low=0.0,
        optional=True,
        hint="What scores are multiplied by; empty means 1 divided by the root of the head size.",
    )
    qk_norm: str = choice(
        default="none",
        options=("none", "rms", "layer"),
        label="Query and key normalization",
        hint="Bring queries and keys of each head to one size, which steadies large networks.",
    )
    causal: bool = flag(
        default=False, hint="Hide later steps, as for a text that is written word by word."
    )
    window: int | None = integer(
        default=None,
        high=10_000_000,
        optional=True,
        hint="How far a step looks, counting itself; empty means over all steps.",
    )
    rotary: str = choice(
        default="none",
        options=("none", "halves", "interleaved"),
        hint="Turn queries and keys by the angles of one more wire; says which features are pairs.",
    )
    score_bias: bool = flag(
        default=False, hint="Add the numbers of one more wire to the scores, such as a mask."
    )

    def draw(self, *inputs: Shape) -> Graph:
        arriving = inputs[0].floats().axes("steps features") if inputs else (1, _USUAL)
        width = self.width or arriving[-1]
        require_heads(width, self.heads, self.kv_heads, self.head_dim)
        draft = Draft()
        source = draft.input("input")
        joining = Joining(
            normalization(self.norm, self.eps, bias=self.bias),
            self.norm_place,
            self.dropout,
            self.drop_path,
            self.layer_scale,
        )
        parts = (*self._looking(draft), Part("feed_forward", self._thinking(width)))
        draft.output("output", joining.through(draft, source, parts))
        return draft.graph()

    def _looking(self, draft: Draft) -> tuple[Part, ...]:
        """Add further inputs, and return the parts that look at other steps."""
        raise NotImplementedError

    def _thinking(self, width: int) -> Layer:
        """Return the part that thinks about each step by itself."""
        if self.experts:
            return MixtureOfExperts(
                num_experts=self.experts,
                top_k=self.active_experts,
                hidden=self.hidden or widened(width, gated=self.gated),
                activation=self.activation,
                gated=self.gated,
                bias=self.bias,
            )
        kind = GatedFeedForward if self.gated else FeedForward
        made = kind(
            width=width,
            hidden=self.hidden,
            bias=self.bias,
            activation=self.activation,
            dropout=self.activation_dropout,
        )
        return made.block()

    def _attention(self) -> MultiHeadAttention:
        return MultiHeadAttention(
            num_heads=self.heads,
            dropout=self.attention_dropout,
            bias=self.bias if self.qkv_bias == "same" else self.qkv_bias == "yes",
            num_kv_heads=self.kv_heads,
            head_dim=self.head_dim,
            projection=self.projection,
            key_bias=self.key_bias,
            out_bias=("yes" if self.bias else "no") if self.out_bias == "same" else self.out_bias,
            scale=self.scale,
            qk_norm=self.qk_norm,
            eps=self.eps,
        )

    def _extras(self, draft: Draft) -> tuple[str, ...]:
        """Add the inputs of what attention to the layer's own steps reads beside them."""
        positions = (draft.input("positions"),) if self.rotary != "none" else ()
        return (*positions, draft.input("bias")) if self.score_bias else positions

    def _itself(self) -> MultiHeadAttention:
        """Return the attention to the layer's own steps."""
        return self._attention().changed(
            causal=self.causal, window=self.window, rotary=self.rotary, score_bias=self.score_bias
        )


def driven_inside(*attentions: str) -> Mapping[str, Mapping[str, str]]:
    """Return what the settings of the block drive inside."""

    def all_of(setting: str, value: str) -> Mapping[str, str]:
        return {f"{name}.{setting}": value for name in attentions}

    def each(kind: str, value: str) -> Mapping[str, str]:
        return {f"{kind}_{number}.p": value for number in _NUMBERS}

    return {
        "width": {"feed_forward.width": "width"},
        "heads": all_of("num_heads", "heads"),
        "kv_heads": all_of("num_kv_heads", "kv_heads"),
        "hidden": {"feed_forward.hidden": "hidden"},
        "experts": {"feed_forward.num_experts": "experts"},
        "active_experts": {"feed_forward.top_k": "active_experts"},
        "dropout": each("dropout", "dropout"),
        "attention_dropout": all_of("dropout", "attention_dropout"),
        "activation_dropout": {"feed_forward.dropout": "activation_dropout"},
        "drop_path": each("drop_path", "drop_path"),
    }
