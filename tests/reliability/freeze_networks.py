"""A network around every layer of the catalogue that holds something: layers that train on both
sides of one that is frozen.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from studio.catalogue import CATALOGUE, Layer, Shape
from studio.datasets.dataset import Array, Dataset
from studio.errors import StudioError
from studio.graph.model import Graph, Node, Wire
from tests.contract import drawing
from tests.unit.analysis.networks import Spec, block, graph

Case = tuple[Layer, tuple[Shape, ...]]
_WIDTH = 256
SMALL = {"out_channels": 2, "hidden_size": 4}
OTHERS: Mapping[str, Mapping[str, Any]] = {
    "instance_norm1d": {"affine": True, "track_running_stats": True},
    "instance_norm2d": {"affine": True, "track_running_stats": True},
    "instance_norm3d": {"affine": True, "track_running_stats": True},
    "embedding": {"max_norm": 0.1},
    "gru": {"num_layers": 2, "dropout": 0.3, "bidirectional": True},
    "lstm": {"num_layers": 2, "dropout": 0.3},
    "attention": {"dropout": 0.2, "num_heads": 2},
}
"""Settings by which a layer holds more, or changes what it holds in passing."""


def holding() -> dict[str, Case]:
    """Return every layer type with parameters or buffers, and what arrives at it."""
    found = {}
    for cls in CATALOGUE:
        small = {name: size for name, size in SMALL.items() if name in cls.declared}
        if cls.key != "block" and (case := _first(cls(**small), cls)) is not None:
            found[cls.key] = case
    return found


def telling() -> dict[str, Case]:
    """Return layers with settings that make them hold more."""
    found = {}
    for key, settings in OTHERS.items():
        case = _first(CATALOGUE[key](**settings), CATALOGUE[key])
        assert case is not None, key
        found[f"other_{key}"] = case
    return found


def _first(layer: Layer, cls: type[Layer]) -> Case | None:
    """Return the layer with the smallest inputs for which it holds something."""
    for size in (4, 8):
        for arrived in drawing.fitting(cls, size):
            shapes = arrived if cls.inputs[0] else ()
            flat = any(not shape for shape in shapes)
            if not flat and _holds(layer, shapes):
                return layer, shapes
    return None


def _holds(layer: Layer, shapes: tuple[Shape, ...]) -> bool:
    try:
        return bool(layer.weights(*shapes) or layer.buffers(*shapes))
    except StudioError:
        return False


def _layer(key: str, **settings: Any) -> Layer:
    return CATALOGUE[key](**settings)


def around(cases: Mapping[str, Case], frozen: Any = True) -> Graph:
    """Return layers side by side, each between layers that train, and called as its case.

    All of them take ids, or all of them numbers: one input feeds them.
    """
    words = any(_takes_ids(case) for case in cases.values())
    nodes = _entry(4, words=words) if words else _entry(_WIDTH, words=False)
    ends = [Wire("before")]
    for name, case in cases.items():
        nodes |= _branch(name, case, frozen)
        ends.append(Wire(f"flat_{name}"))
    nodes["all"] = Node(_layer("concat"), tuple(ends))
    nodes["last"] = Node(_layer("linear", out_features=3), (Wire("all"),))
    nodes["y"] = Node(_layer("output"), (Wire("last"),))
    return Graph(nodes)


def _takes_ids(case: Case) -> bool:
    return any(shape.dtype == "int64" for shape in case[1])


def _entry(size: int, *, words: bool) -> dict[str, Node]:
    """Return the input, and what trains between it and all that follows."""
    dtype = "int64" if words else "float32"
    nodes = {"x": Node(_layer("input", sample=(size,), dtype=dtype))}
    if words:
        letters = _layer("embedding", num_embeddings=4, embedding_dim=_WIDTH // size)
        nodes["letters"] = Node(letters, (Wire("x"),))
        nodes["before"] = Node(_layer("flatten"), (Wire("letters"),))
    else:
        nodes["before"] = Node(_layer("affine"), (Wire("x"),))
    return nodes


def _branch(name: str, case: Case, frozen: Any) -> dict[str, Node]:
    """Return a layer with what brings its inputs into shape, and flattens its output."""
    layer, arrived = case
    first = next((shape for shape in arrived if shape.dtype != "int64"), Shape(16))
    lay = Wire(f"lay_{name}")
    feed = tuple(Wire("x") if shape.dtype == "int64" else lay for shape in arrived)
    nodes = {
        f"cut_{name}": Node(_layer("slice", stop=first.size), (Wire("before"),)),
        f"lay_{name}": Node(_layer("reshape", target=tuple(first)), (Wire(f"cut_{name}"),)),
        name: Node(layer, feed, frozen=frozen),
    }
    behind = Wire(name)
    if not arrived:
        nodes[f"sum_{name}"] = Node(_layer("add"), (lay, behind))
        behind = Wire(f"sum_{name}")
    return {**nodes, f"flat_{name}": Node(_layer("flatten"), (behind,))}


def samples(made: Graph, count: int) -> Dataset:
    """Return random samples of three classes for a network of one input."""
    entry = made["x"].layer
    random = np.random.default_rng(1)
    shape = (count, *entry.values()["sample"])
    inputs: Array
    if entry.values()["dtype"] == "int64":
        inputs = random.integers(0, 2, shape)
    else:
        inputs = random.standard_normal(shape, dtype=np.float32)
    return Dataset("some", inputs, random.integers(0, 3, count), classes=("a", "b", "c"))


def _inside(*, frozen: str = "", nested: bool = False) -> dict[str, Any]:
    inside: dict[str, Any] = {
        "x": {"type": "input", "shape": [4]},
        "fc": {"type": "linear", "out_features": 4}, "act": "tanh", "norm": "batch_norm1d",
        "drop": {"type": "dropout", "p": 0.2},
    }  # fmt: skip
    if nested:
        inside["more"] = block(_inside(), repeat=2)
    inside["y"] = "output"
    if frozen:
        spec = inside[frozen]
        inside[frozen] = {**({"type": spec} if isinstance(spec, str) else spec), "frozen": True}
    return inside


def blocks() -> Iterator[tuple[str, Graph, tuple[str, ...]]]:
    """Yield networks with frozen blocks, and the beginnings of the names that must not move."""

    def net(**middle: Spec) -> Graph:
        fc = {"type": "linear", "out_features": 4}
        return graph(
            x={"type": "input", "shape": [4]}, before=fc, **middle,
            last={"type": "linear", "out_features": 3}, y="output",
        )  # fmt: skip

    held = {"frozen": True}
    yield "repeated", net(b={**block(_inside(), repeat=3), **held}), ("b.",)
    yield "nested", net(b={**block(_inside(nested=True), repeat=2), **held}), ("b.",)
    yield "shared", net(b={**block(_inside(), repeat=3, shared=True), **held}), ("b.",)
    inner = net(b=block(_inside(frozen="norm"), repeat=2))
    yield "one inside", inner, ("b.0.norm", "b.1.norm")
    deep = net(b=block(_inside(frozen="more", nested=True), repeat=2))
    yield "a block inside", deep, ("b.0.more.", "b.1.more.")
    tied = net(b=block(_inside()), c={"type": "linear", "out_features": 4, **held})
    tied = tied.with_node("c", tied["c"].changed(tied={"weight": "before.weight"}))
    yield "tied", tied, ("before.weight", "c.")
