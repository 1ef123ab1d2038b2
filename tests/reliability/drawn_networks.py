"""Random networks that are sound, layer by layer, and random samples for them."""

from dataclasses import dataclass, field
from random import Random
from typing import Any

import numpy as np

from studio.analysis.analyze import analyze
from studio.catalogue.shape import Shape
from studio.datasets.dataset import Answer, Array, Dataset
from studio.errors import StudioError
from studio.graph.model import Graph
from studio.graph.spelling import graph_from_json
from tests.reliability.drawn_layers import Spec, following, keeping

SAMPLES, VALIDATION, TEST = 77, 13, 7
KINDS: dict[str, tuple[int, ...]] = {"rows": (6,), "pictures": (2, 7, 8), "waves": (5, 6)}
"""The shape of a sample by the kind of data; words are five ids."""
WORDS, IDS = 5, 12


@dataclass
class Drawn:
    """A network and its samples."""

    graph: Graph
    data: Dataset
    heads: tuple[str, ...]
    """The names of the Outputs; the second answers the field "more"."""
    holding: tuple[str, ...]
    """Paths of the layers at the top that hold something, which may be frozen."""
    passing: tuple[str, ...]
    """Layers that can be left out."""


@dataclass
class Sketch:
    """A network under way: what does not fit is left out again."""

    random: Random
    nodes: dict[str, Spec] = field(default_factory=dict)
    last: str = ""
    calm: bool = False
    """Whether nothing in it is drawn at random."""

    @property
    def shape(self) -> Shape:
        """What the latest layer gives."""
        found = analyze(graph_from_json(self.nodes)).nodes[self.last].output
        assert found is not None
        return found

    def add(self, spec: str | Spec, *sources: str, name: str = "") -> bool:
        """Put a layer behind the latest, or behind `sources`; return whether it fits."""
        node: Spec = {"type": spec} if isinstance(spec, str) else dict(spec)
        name = name or f"{node['type']}_{len(self.nodes)}"
        if sources or (self.last and node["type"] != "input"):
            node["from"] = list(sources) or [self.last]
        before, self.nodes = self.nodes, {**self.nodes, name: node}
        try:
            report = analyze(graph_from_json(self.nodes))
            wrong = any(error.node for error in report.errors)
            fits = not wrong and (out := report.nodes[name].output) is not None
            fits = fits and 0 < out.size <= 1200  # type: ignore[union-attr]
        except StudioError:
            fits = False
        if fits:
            self.last = name
        else:
            self.nodes = before
        return fits

    def grow(self, layers: int) -> None:
        """Add so many layers, if as many are found that fit."""
        for _layer in range(layers):
            shape = self.shape
            step = self.random.random()
            if step < 0.15:
                self._around(shape)
            elif step < 0.25:
                self._block(shape)
            else:
                self.add(following(self.random, shape, self.drop()))

    def drop(self) -> float:
        """Return a share to be left out at random."""
        return 0.0 if self.calm else self.random.choice((0.0, 0.1, 0.4))

    def _around(self, shape: Shape) -> None:
        """Add layers that keep the shape, and a way around them."""
        before, start = dict(self.nodes), self.last
        for _layer in range(self.random.randint(1, 2)):
            self.add(keeping(self.random, shape, self.drop()))
        way = self.random.choice(("add", "add", "multiply", "maximum", "concat"))
        if self.last == start or not self.add(way, start, self.last):
            self.nodes, self.last = before, start

    def _block(self, shape: Shape) -> None:
        """Add a block of layers that keep the shape, perhaps several times."""
        inside = Sketch(self.random, calm=self.calm)
        inside.add({"type": "input", "shape": list(shape)})
        begin = inside.last
        for _layer in range(self.random.randint(1, 3)):
            inside.add(keeping(self.random, shape, inside.drop()))
        if self.random.random() < 0.5 and inside.last != begin:
            inside.add("add", begin, inside.last)
        inside.add("output")
        repeat = self.random.choice((1, 2, 3))
        shared = repeat > 1 and self.random.random() < 0.4
        self.add({"type": "block", "graph": inside.nodes, "repeat": repeat, "shared": shared})


def drawn(seed: int, *, calm: bool = False) -> Drawn:
    """Return a network and its data; a `calm` one has nothing in it that is drawn."""
    random = Random(seed)
    sketch = Sketch(random, calm=calm)
    kind = random.choice((*KINDS, "words", "pictures"))
    _begin(sketch, kind)
    sketch.grow(random.randint(1, 5))
    if len(sketch.shape) > 1:
        _flatten(sketch)
    further = random.random() < 0.2
    if further:
        body = sketch.last
        sketch.add({"type": "input", "shape": [3]}, name="more")
        sketch.add("concat", body, "more")
    sketch.grow(random.randint(0, 2))
    classes = random.choice((0, 0, 2, 3, 5))
    outputs = classes or random.choice((1, 1, 3))
    heads = _end(sketch, outputs, two=random.random() < 0.2)
    graph = graph_from_json(_tied(sketch))
    nodes = analyze(graph).nodes
    return Drawn(
        graph,
        _samples(seed, kind, classes, outputs, more=further, two=len(heads) > 1),
        heads,
        tuple(name for name, facts in nodes.items() if facts.weights),
        tuple(
            name
            for name, facts in nodes.items()
            if graph[name].layer.key not in {"input", "output"}
            and len(facts.inputs) == len(facts.outputs) == 1
            and facts.inputs[0] == facts.outputs[0]
        ),
    )


def _begin(sketch: Sketch, kind: str) -> None:
    if kind != "words":
        sketch.add({"type": "input", "shape": list(KINDS[kind])})
        return
    sketch.add({"type": "input", "shape": [WORDS], "dtype": "int64"})
    table: Spec = {"num_embeddings": IDS, "embedding_dim": sketch.random.choice((4, 6))}
    padded = {"padding_idx": sketch.random.choice((None, 0))}
    if sketch.random.random() < 0.25:
        mode = sketch.random.choice(("mean", "sum", "max"))
        sketch.add({"type": "embedding_bag", "mode": mode, **table, **padded})
    else:
        norm = sketch.random.choice((None, None, 1.0))
        often = sketch.random.random() < 0.3
        rest = {"max_norm": norm, "scale_grad_by_freq": often}
        sketch.add({"type": "embedding", **table, **padded, **rest})


def _flatten(sketch: Sketch) -> None:
    axes = len(sketch.shape)
    pooled: Spec = {"type": "reduce", "dim": list(range(2, axes + 1))}
    if axes == 2:
        pooled = {"type": "reduce", "dim": [1]}
    sketch.add(sketch.random.choice(({"type": "flatten"}, {"type": "flatten"}, pooled)))


def _end(sketch: Sketch, outputs: int, *, two: bool) -> tuple[str, ...]:
    body = sketch.last
    sketch.add({"type": "linear", "out_features": outputs}, name="last")
    sketch.add("output", name="scores")
    if two:
        sketch.add({"type": "linear", "out_features": 1}, body, name="side")
        sketch.add("output", name="other")
    return ("scores", "other") if two else ("scores",)


def _tied(sketch: Sketch) -> dict[str, Spec]:
    """Return the nodes, two Linear layers of one size perhaps with one weight."""
    nodes = sketch.nodes
    report = analyze(graph_from_json(nodes))
    sizes: dict[Any, list[str]] = {}
    for name, node in nodes.items():
        if node["type"] == "linear":
            sizes.setdefault(report.nodes[name].weights["weight"], []).append(name)
    for same in sizes.values():
        if len(same) > 1 and sketch.random.random() < 0.5:
            tie = {"tied": {"weight": f"{same[0]}.weight"}}
            return {**nodes, same[1]: {**nodes[same[1]], **tie}}
    return nodes


def _samples(seed: int, kind: str, classes: int, outputs: int, *, more: bool, two: bool) -> Dataset:
    numbers = np.random.default_rng(seed)
    inputs: Array
    if kind == "words":
        inputs = numbers.integers(0, IDS, (SAMPLES, WORDS))
    elif kind == "pictures":
        inputs = numbers.integers(0, 256, (SAMPLES, *KINDS[kind]), dtype=np.uint8)
    else:
        inputs = numbers.standard_normal((SAMPLES, *KINDS[kind]), dtype=np.float32)
    names = tuple("abcdefgh"[:classes])
    targets = numbers.integers(0, classes, SAMPLES) if classes else _values(numbers, outputs)
    return Dataset(
        "drawn",
        inputs,
        targets,
        classes=names,
        more_inputs={"more": _values(numbers, 3)} if more else {},
        more_targets={"other": Answer(_values(numbers, 1))} if two else {},
    )


def _values(numbers: np.random.Generator, outputs: int) -> Array:
    return 5 + 3 * numbers.standard_normal((SAMPLES, outputs), dtype=np.float32)
