"""Networks of many kinds, on which the prediction of memory is tried."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from studio.graph import edits
from studio.graph.block import Block
from studio.graph.model import Graph
from tests.unit.analysis.networks import Spec, block, graph

_POOL: Spec = {"type": "max_pool2d", "kernel_size": 2}
_GLOBAL: Spec = {"type": "adaptive_avg_pool2d", "output_size": 1}


@dataclass(frozen=True)
class Kind:
    """A network and a usual batch size."""

    graph: Callable[[], Graph]
    batch: int


def _input(*shape: int, dtype: str = "float32") -> Spec:
    return {"type": "input", "shape": list(shape), "dtype": dtype}


def _conv(channels: int, size: int = 3, **settings: Any) -> Spec:
    plain = {"type": "conv2d", "out_channels": channels, "kernel_size": size}
    return {**plain, "padding": size // 2, **settings}


def _linear(features: int, **settings: Any) -> Spec:
    return {"type": "linear", "out_features": features, **settings}


def _drop(share: float) -> dict[str, Spec]:
    return {"drop": {"type": "dropout", "p": share}}


def _cnn() -> Graph:
    return graph(
        x=_input(1, 28, 28),
        c1=_conv(32), r1="relu", p1=_POOL, c2=_conv(64), r2="relu", p2=_POOL, f="flatten",
        l1=_linear(128), r3="relu", **_drop(0.5), l2=_linear(10), y="output",
    )  # fmt: skip


def _vgg() -> Graph:
    nodes: dict[str, str | Spec] = {"x": _input(3, 64, 64)}
    for stage, (channels, count) in enumerate([(64, 2), (128, 2), (256, 3), (256, 3)]):
        for number in range(count):
            nodes[f"c{stage}{number}"] = _conv(channels)
            nodes[f"r{stage}{number}"] = "relu"
        nodes[f"p{stage}"] = _POOL
    nodes |= {"f": "flatten", "l1": _linear(512), "r": "relu", **_drop(0.5)}
    return graph(**nodes, l2=_linear(100), y="output")


def _residual(channels: int, repeat: int) -> Spec:
    inside: dict[str, str | Spec] = {
        "x": _input(channels, 32, 32),
        "c1": _conv(channels, bias=False), "b1": "batch_norm2d", "r1": "relu",
        "c2": _conv(channels, bias=False), "b2": "batch_norm2d",
        "a": {"type": "add", "from": ["x", "b2"]}, "r2": "relu", "y": "output",
    }  # fmt: skip
    return block(inside, repeat=repeat)


def _narrowing(channels: int) -> Spec:
    side = {"stride": 2, "bias": False, "from": ["x"]}
    inside: dict[str, str | Spec] = {
        "x": _input(channels // 2, 32, 32),
        "c1": _conv(channels, bias=False, stride=2), "b1": "batch_norm2d", "r1": "relu",
        "c2": _conv(channels, bias=False), "b2": "batch_norm2d",
        "s": _conv(channels, 1, **side), "sb": "batch_norm2d",
        "a": {"type": "add", "from": ["b2", "sb"]}, "r2": "relu", "y": "output",
    }  # fmt: skip
    return block(inside)


def _resnet(repeat: int) -> Graph:
    return graph(
        x=_input(3, 32, 32), c=_conv(64, bias=False), b="batch_norm2d", r="relu",
        s1=_residual(64, repeat), t1=_narrowing(128), s2=_residual(128, repeat),
        t2=_narrowing(256), s3=_residual(256, repeat),
        g=_GLOBAL, f="flatten", l=_linear(10), y="output",
    )  # fmt: skip


def _inverted(channels: int, repeat: int) -> Spec:
    wide = 4 * channels
    inside: dict[str, str | Spec] = {
        "x": _input(channels, 28, 28),
        "c1": _conv(wide, 1, bias=False), "b1": "batch_norm2d", "r1": "relu6",
        "c2": _conv(wide, groups=wide, bias=False), "b2": "batch_norm2d", "r2": "relu6",
        "c3": _conv(channels, 1, bias=False), "b3": "batch_norm2d",
        "a": {"type": "add", "from": ["x", "b3"]}, "y": "output",
    }  # fmt: skip
    return block(inside, repeat=repeat)


def _mobilenet() -> Graph:
    return graph(
        x=_input(3, 56, 56), c=_conv(32, stride=2, bias=False), b="batch_norm2d", r="relu6",
        s1=_inverted(32, 4), t=_conv(64, stride=2), s2=_inverted(64, 4),
        g=_GLOBAL, f="flatten", l=_linear(10), y="output",
    )  # fmt: skip


def _twice(name: str, channels: int, source: str) -> dict[str, str | Spec]:
    first = {**_conv(channels), "from": [source]}
    return {f"{name}a": first, f"{name}b": "relu", f"{name}c": _conv(channels), name: "relu"}


def _unet() -> Graph:
    widths = {"1": 32, "2": 64, "3": 128}
    nodes: dict[str, str | Spec] = {"x": _input(3, 64, 64)}
    last = "x"
    for level, channels in widths.items():
        nodes |= _twice(f"down{level}", channels, last)
        last = f"pool{level}"
        nodes[last] = {**_POOL, "from": [f"down{level}"]}
    nodes |= _twice("middle", 256, last)
    last = "middle"
    for level, channels in reversed(widths.items()):
        up = {"type": "conv_transpose2d", "out_channels": channels, "kernel_size": 2, "stride": 2}
        nodes[f"up{level}"] = {**up, "from": [last]}
        nodes[f"join{level}"] = {"type": "concat", "from": [f"down{level}", f"up{level}"]}
        last = f"back{level}"
        nodes |= _twice(last, channels, f"join{level}")
    return graph(**nodes, o=_conv(3, 1), f="flatten", y="output")


def _encoder(width: int, steps: int, repeat: int, *, dropout: float = 0, **looks: Any) -> Spec:
    inside: dict[str, str | Spec] = {
        "x": _input(steps, width),
        "n1": "layer_norm",
        "look": {"type": "attention", "dropout": dropout, **looks},
        "d1": {"type": "dropout", "p": dropout} if dropout else "identity",
        "s1": {"type": "add", "from": ["x", "d1"]},
        "n2": "layer_norm", "f1": _linear(4 * width), "g": "gelu", "f2": _linear(width),
        "s2": {"type": "add", "from": ["s1", "f2"]},
        "y": "output",
    }  # fmt: skip
    return block(inside, repeat=repeat)


def _vit(repeat: int, dropout: float = 0) -> Graph:
    return graph(
        x=_input(3, 64, 64),
        patches={"type": "conv2d", "out_channels": 192, "kernel_size": 8, "stride": 8},
        row={"type": "flatten", "start_dim": 2}, turn={"type": "permute", "dims": [0, 2, 1]},
        body=_encoder(192, 64, repeat, num_heads=6, dropout=dropout),
        n="layer_norm", mean={"type": "reduce", "dim": [1]}, l=_linear(10), y="output",
    )  # fmt: skip


def _gpt() -> Graph:
    return graph(
        x=_input(128, dtype="int64"),
        e={"type": "embedding", "num_embeddings": 20_000, "embedding_dim": 256},
        body=_encoder(256, 128, 4, num_heads=8, causal=True),
        n="layer_norm", head=_linear(20_000, bias=False), y="output",
    )  # fmt: skip


def _text(**settings: Any) -> Graph:
    return graph(
        x=_input(100, dtype="int64"),
        e={"type": "embedding", "num_embeddings": 10_000, "embedding_dim": 64},
        read={"hidden_size": 128, **settings},
        mean="identity" if settings.get("output") == "last" else {"type": "reduce", "dim": [1]},
        l=_linear(4), y="output",
    )  # fmt: skip


def _mlp() -> Graph:
    return graph(x=_input(784), a=_linear(2048), r="relu", b=_linear(2048), s="relu",
                 c=_linear(10), y="output")  # fmt: skip


def _autoencoder() -> Graph:
    return graph(x=_input(784), a=_linear(512), r="relu", b=_linear(64), s="relu",
                 c=_linear(512), t="relu", d=_linear(784), v="sigmoid", y="output")  # fmt: skip


KINDS: Mapping[str, Kind] = {
    "cnn": Kind(_cnn, 128),
    "vgg": Kind(_vgg, 32),
    "resnet": Kind(lambda: _resnet(3), 32),
    "resnet-deep": Kind(lambda: _resnet(12), 16),
    "mobilenet": Kind(_mobilenet, 32),
    "unet": Kind(_unet, 8),
    "vit": Kind(lambda: _vit(6), 32),
    "vit-dropout": Kind(lambda: _vit(12, 0.1), 16),
    "gpt": Kind(_gpt, 8),
    "lstm": Kind(lambda: _text(type="lstm", output="last"), 64),
    "gru": Kind(lambda: _text(type="gru", num_layers=2, bidirectional=True), 64),
    "mlp": Kind(_mlp, 256),
    "autoencoder": Kind(_autoencoder, 256),
}


def frozen_half(built: Graph) -> Graph:
    """Return the network with the first half of its layers frozen."""
    names = [name for name, node in built.nodes.items() if _weighs(node.layer)]
    return edits.set_frozen(built, names[: len(names) // 2], True)


def _weighs(layer: Any) -> bool:
    return isinstance(layer, Block) or layer.group not in {"Input and output", "Activation"}
