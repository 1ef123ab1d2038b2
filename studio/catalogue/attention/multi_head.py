"""Layers in which every step of a sequence looks at the others."""

from collections.abc import Mapping

from studio.catalogue.attention.looking import products
from studio.catalogue.attention.looks import Look
from studio.catalogue.attention.projections import Projections
from studio.catalogue.attention.wires import (
    Wires,
    require_angles,
    require_bias,
    require_count,
    require_heads,
    require_same_steps,
    told_apart,
)
from studio.catalogue.count import Count, times
from studio.catalogue.keeping import Work
from studio.catalogue.layer import Call, Layer, layer
from studio.catalogue.shape import Shape
from studio.errors import ShapeError
from studio.fields import choice, flag, integer, number
from studio.wording import _

CLASSIC = ("num_heads", "dropout", "bias", "add_bias_kv", "add_zero_attn")
"""Settings that torch's own module takes."""


@layer(
    "attention",
    group="Attention",
    title="Multi-Head Attention",
    aliases=("mha", "self_attention", "multihead_attention", "gqa", "grouped_query_attention"),
)
class MultiHeadAttention(Layer):
    """Lets each step collect what it needs from all steps: from itself, or from a second wire.

    One wire attends to itself; two are query and memory; three are query, key and value. Then
    come, if switched on, the angles of the positions (`rotary`) and what is added to the scores
    (`score_bias`).
    """

    keeps = "nothing"
    autocast = "low"
    inputs = (1, 5)
    num_heads: int = integer(
        default=4,
        high=10_000,
        hint="How many views are taken side by side; must divide the number of features.",
    )
    dropout: float = number(
        default=0.0, low=0.0, high=1.0, hint="Share of the looks silenced while training."
    )
    bias: bool = flag(default=True, hint="Learn offsets in the projections.")
    add_bias_kv: bool = flag(default=False, hint="Add one learned step that all can look at.")
    add_zero_attn: bool = flag(
        default=False, hint="Add an empty step, so that looking at nothing is possible."
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
    num_kv_heads: int | None = integer(
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
        hint="How many features each head works with; empty shares the query's features out.",
    )
    out_features: int | None = integer(
        default=None,
        high=1_000_000,
        optional=True,
        hint="How many features come out; empty means as many as the query has.",
    )
    projection: str = choice(
        default="packed",
        options=("packed", "separate"),
        hint="One matrix for query, key and value, or a layer for each; the answers are alike.",
    )
    key_bias: bool = flag(default=True, hint="Learn an offset for the keys, if there are any.")
    out_bias: str = choice(
        default="same",
        options=("same", "yes", "no"),
        label="Output bias",
        hint="Learn an offset in the last projection; same does as the others do.",
    )
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
    eps: float = number(
        default=1e-6, low=1e-12, high=1.0, hint="Keeps that normalization from dividing by zero."
    )
    rotary: str = choice(
        default="none",
        options=("none", "halves", "interleaved"),
        hint="Turn queries and keys by the angles of one more wire; says which features are pairs.",
    )
    score_bias: bool = flag(
        default=False, hint="Add the numbers of one more wire to the scores, such as a mask."
    )

    def _wires(self, *inputs: Shape) -> Wires:
        return told_apart(inputs, positions=self.rotary != "none", bias=self.score_bias)

    def _projections(self, wires: Wires) -> Projections:
        width = wires.query[-1]
        return Projections(
            wires=wires,
            heads=self.num_heads,
            kv_heads=self.num_kv_heads or self.num_heads,
            head_dim=self.head_dim or width // self.num_heads,
            out=self.out_features or width,
            packed=self.projection == "packed",
            bias=self.bias,
            key_bias=self.key_bias,
            out_bias=self.bias if self.out_bias == "same" else self.out_bias == "yes",
        )

    def shape(self, *inputs: Shape) -> Shape:
        require_count(inputs, positions=self.rotary != "none", bias=self.score_bias)
        wires = self._wires(*inputs)
        for x in (wires.query, wires.key, wires.value):
            x.floats().axes("steps features")
        require_heads(wires.query[-1], self.num_heads, self.num_kv_heads, self.head_dim)
        projections = self._projections(wires)
        self._require_settings(projections)
        require_same_steps(wires.key, wires.value)
        if wires.positions is not None:
            require_angles(wires.positions, max(wires.steps, wires.seen), projections.head_dim)
        if wires.bias is not None:
            require_bias(wires.bias, self.num_heads, wires.steps, wires.seen)
        return Shape(wires.steps, projections.out)

    def _require_settings(self, projections: Projections) -> None:
        if projections.packed and self.bias and not self.key_bias:
            raise ShapeError(
                _("A packed projection has one offset for query, key and value."),
                _("Set the projection to separate, so that the keys can go without."),
            )
        if (self.add_bias_kv or self.add_zero_attn) and not self._is_classic(projections):
            raise ShapeError(
                _("The added learned or empty step works only with classic settings."),
                _("Leave the added step out, or leave the newer settings as they were."),
            )

    def _is_classic(self, projections: Projections) -> bool:
        """Return whether torch's own module computes this."""
        untouched = self.window is None and self.scale is None and self.qk_norm == "none"
        return untouched and not self._extras and projections.is_plain

    @property
    def _extras(self) -> bool:
        return self.score_bias or self.rotary != "none"

    def weights(self, *inputs: Shape) -> Mapping[str, Shape]:
        projections = self._projections(self._wires(*inputs))
        found = projections.inward()
        if self.add_bias_kv:
            found |= dict.fromkeys(("bias_k", "bias_v"), Shape(1, 1, projections.inner))
        found |= projections.outward()
        for side in ("q_norm", "k_norm")[: 2 * (self.qk_norm != "none")]:
            found[f"{side}.weight"] = Shape(projections.head_dim)
            if self.qk_norm == "layer":
                found[f"{side}.bias"] = Shape(projections.head_dim)
        return found

    def multiply_adds(self, *inputs: Shape) -> Count:
        """Projections, scores and their products; hidden steps count, as torch computes them."""
        wires = self._wires(*inputs)
        projections = self._projections(wires)
        seen = wires.seen + self.add_bias_kv + self.add_zero_attn
        return projections.multiply_adds() + times(2, wires.steps, seen, projections.inner)

    def work(self, *inputs: Shape) -> Work:
        """Inputs, projections and what the heads collect are held."""
        wires = self._wires(*inputs)
        projections = self._projections(wires)
        learned = wires.bias is not None and wires.bias.origin == "learned"
        look = Look(
            heads=self.num_heads,
            steps=wires.steps,
            seen=wires.seen + self.add_bias_kv + self.add_zero_attn,
            size=projections.head_dim,
            kv_heads=projections.kv_heads,
            dropout=self.dropout > 0,
            learned_bias=learned,
        )
        wired = len(inputs) - (self.rotary != "none") - self.score_bias
        read = sum(side.size for side in (wires.query, wires.key, wires.value)[:wired])
        if self._is_classic(projections):
            return look.classic(read, own=wired == 1)
        turned, normed = self.rotary != "none", self.qk_norm != "none"
        return look.projected(read, turned=turned, normed=normed)

    def depth(self, *learned: bool) -> int:
        """The ways in and out are two; a product of data with what is learned is one more."""
        extras = (self.rotary != "none") + self.score_bias
        wired = learned[: len(learned) - extras] or (False,)
        return 2 + products(*wired, *(wired[-1:] * 2))

    def recipe(self, *inputs: Shape) -> Call:
        wires = self._wires(*inputs)
        projections = self._projections(wires)
        features = (wires.query[-1], wires.key[-1], wires.value[-1])
        settings = self.values()
        if self._is_classic(projections):
            classic = {name: settings[name] for name in CLASSIC}
            if len(inputs) > 1:
                classic |= {"kdim": features[1], "vdim": features[2]}
            via = "causal_attention" if self.causal else "attention"
            target = "nn.MultiheadAttention"
            return Call.to(target, via, embed_dim=features[0], batch_first=True, **classic)
        if self.add_bias_kv or self.add_zero_attn:
            raise ValueError("only torch's own module adds a step")
        for name in ("add_bias_kv", "add_zero_attn"):
            del settings[name]
        settings["out_bias"] = projections.out_bias
        return Call.to("studio.Attention", features=features, **settings)

    def caption(self) -> str:
        shared = self.num_kv_heads not in {None, self.num_heads}
        parts = (
            _("{heads} heads").format(heads=self.num_heads),
            f"kv {self.num_kv_heads}" if shared else "",
            _("causal") if self.causal else "",
            _("window {size}").format(size=self.window) if self.window else "",
        )
        return " · ".join(part for part in parts if part)
