"""Settings and inputs that fit each other, for attention and recurrent layers."""

from collections.abc import Mapping

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from studio.catalogue import Layer, Shape
from studio.catalogue.attention.looking import ScaledDotProductAttention
from studio.catalogue.attention.multi_head import MultiHeadAttention
from studio.catalogue.attention.windowed import WindowAttention
from studio.catalogue.sequences.recurrent import GRU, LSTM, RNN, Recurrent
from studio.catalogue.shaping.tokens import MaskTokens, PoolTokens, Tokens
from tests.contract import drawing

Case = tuple[Layer, tuple[Shape, ...]]
FEW = st.integers(1, 5)


@st.composite
def _attention(draw: DrawFn) -> Case:
    heads, shared, size = draw(FEW), draw(st.integers(1, 2)), draw(st.sampled_from((2, 4, 6)))
    given_size = draw(st.booleans())
    width = draw(st.integers(1, 9)) if given_size else heads * shared * size
    steps, seen = draw(FEW), draw(FEW)
    query = Shape(steps, width)
    memory = Shape(seen, draw(st.sampled_from((width, 3))))
    value = Shape(seen, draw(st.sampled_from((width, 2))))
    inputs = draw(st.sampled_from(((query,), (query, memory), (query, memory, value))))
    last = inputs[-1][0]
    rotary = draw(st.sampled_from(("none", "halves", "interleaved")))
    if rotary != "none":
        rows = max(steps, last) + draw(st.integers(0, 2))
        inputs = (*inputs, Shape(rows, draw(st.sampled_from((2, size)))))
    score_bias = draw(st.booleans())
    if score_bias:
        full = (heads * shared, steps, last)
        bias = tuple(draw(st.sampled_from((1, axis))) for axis in full)
        inputs = (*inputs, Shape(*bias[draw(st.integers(0, 3)) :]))
    layer = MultiHeadAttention(
        num_heads=heads * shared,
        num_kv_heads=draw(st.sampled_from((None, heads))),
        head_dim=size if given_size else None,
        out_features=draw(st.sampled_from((None, 3))),
        projection=draw(st.sampled_from(("packed", "separate"))),
        bias=draw(st.booleans()),
        out_bias=draw(st.sampled_from(("same", "yes", "no"))),
        key_bias=draw(st.sampled_from((True, True, False))),
        causal=draw(st.booleans()),
        window=draw(st.sampled_from((None, 1, 2, 9))),
        scale=draw(st.sampled_from((None, 1.0))),
        qk_norm=draw(st.sampled_from(("none", "rms", "layer"))),
        rotary=rotary,
        score_bias=score_bias,
    )
    return layer, inputs


@st.composite
def _looking(draw: DrawFn) -> Case:
    heads, shared, size, value = draw(FEW), draw(st.integers(1, 2)), draw(FEW), draw(FEW)
    steps, seen, all_heads = draw(FEW), draw(FEW), heads * shared
    axis = draw(st.booleans())
    if axis:
        inputs = [
            Shape(all_heads, steps, size),
            Shape(heads, seen, size),
            Shape(heads, seen, value),
        ]
    else:
        widths = (all_heads * size, heads * size, heads * value)
        inputs = [Shape(n, width) for n, width in zip((steps, seen, seen), widths, strict=True)]
    if draw(st.booleans()):
        bias = tuple(draw(st.sampled_from((1, axis))) for axis in (all_heads, steps, seen))
        inputs.append(Shape(*bias[draw(st.integers(0, 3)) :]))
    layer = ScaledDotProductAttention(
        num_heads=1 if axis else all_heads,
        causal=draw(st.booleans()),
        scale=draw(st.sampled_from((None, 1.0))),
    )
    return layer, tuple(inputs)


@st.composite
def _windowed(draw: DrawFn) -> Case:
    heads = draw(FEW)
    high, wide = draw(FEW), draw(FEW)
    layer = WindowAttention(
        num_heads=heads,
        window=(high, wide),
        shift=(draw(st.integers(0, high - 1)), draw(st.integers(0, wide - 1))),
        qkv_bias=draw(st.booleans()),
        proj_bias=draw(st.booleans()),
    )
    return layer, (Shape(draw(FEW), draw(FEW), heads * draw(FEW)),)


@st.composite
def _recurrent(draw: DrawFn, cls: type[Recurrent]) -> Case:
    hidden = draw(st.integers(2, 5))
    proj = {"proj_size": draw(st.integers(0, hidden - 1))} if cls is LSTM else {}
    layer = cls(
        hidden_size=hidden,
        num_layers=draw(st.integers(1, 3)),
        bias=draw(st.booleans()),
        bidirectional=draw(st.booleans()),
        output=draw(st.sampled_from(("sequence", "last"))),
        return_state=draw(st.booleans()),
        bias_vectors=draw(st.integers(1, 2)),
        **proj,
    )
    x = Shape(draw(FEW), draw(FEW))
    ends = layer.changed(return_state=True).shapes(x)[1:]
    wires = (x, *(ends if draw(st.booleans()) else ()))
    if draw(st.booleans()):
        return layer.changed(padding_idx=draw(st.integers(0, 1))), (*wires, _ids(x[0]))
    return layer, wires


def _ids(steps: int) -> Shape:
    return Shape(steps, dtype="int64")


@st.composite
def _tokens(draw: DrawFn, cls: type[Tokens]) -> Case:
    layer = draw(drawing.layers(cls))
    steps, seen = draw(st.integers(2, 5)), draw(st.integers(-1, 3))
    axes = (steps, draw(FEW))
    return layer, (Shape(*axes[:: 3 - 2 * layer.values()["dim"]]), _ids(steps + seen))


SEQUENCES: Mapping[str, SearchStrategy[Case]] = {
    "attention": _attention(),
    "scaled_dot_product_attention": _looking(),
    "window_attention": _windowed(),
    "rnn": _recurrent(RNN),
    "gru": _recurrent(GRU),
    "lstm": _recurrent(LSTM),
    "mask_tokens": _tokens(MaskTokens),
    "pool_tokens": _tokens(PoolTokens),
}
"""By key, whole cases for layers of this kind."""
