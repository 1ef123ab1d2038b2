"""How a network becomes the acts of a training step, blocks opened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from studio.analysis.memory.acts import Act, Op, Spend, Value
from studio.analysis.memory.layers import Place, acts_of
from studio.analysis.memory.stretches import SHOWN, Many, Recomputed, Stretch
from studio.analysis.memory.terms import Terms
from studio.analysis.report import NodeFacts, Report
from studio.catalogue.inputs import Input, Output
from studio.graph.block import Block
from studio.graph.model import Node

_MAX_POOLS = frozenset({"max_pool1d", "max_pool2d", "max_pool3d"})
Key = tuple[str, int]


@dataclass(frozen=True)
class Inside:
    """Where a page lies."""

    terms: Terms
    prefix: str = ""
    """What comes before the names of its parameters."""
    still: bool = False
    """Whether a block around it is frozen."""
    recomputed: bool = False
    """Whether a block around it is computed again anyway."""
    outermost: bool = False
    """Whether nobody outside holds what comes in."""


@dataclass(frozen=True)
class Page:
    """What a page does, and what leaves it."""

    acts: Stretch
    leaving: tuple[Value, ...]


def page_of(report: Report, arriving: Sequence[Value], inside: Inside) -> Page:
    """Return what the nodes of a page do with the tensors that arrive."""
    writer = _Writer(report, inside)
    ports = iter(arriving)
    for name in writer.inputs:
        writer.values[name, 0] = next(ports)
    for name in report.order:
        if name in writer.needed and name not in writer.inputs:
            writer.write(name)
    leaving = tuple(
        writer.values[name, 0]
        for name, node in report.graph.nodes.items()
        if isinstance(node.layer, Output) and (name, 0) in writer.values
    )
    writer.close((*leaving, *arriving))
    return Page(Stretch(writer.acts), leaving)


class _Writer:
    """Writes down the acts of a page, node by node."""

    def __init__(self, report: Report, inside: Inside) -> None:
        self._report, self._inside = report, inside
        nodes = report.graph.nodes
        self.inputs = [n for n, node in nodes.items() if isinstance(node.layer, Input)]
        outputs = {name for name, node in nodes.items() if _is_output(node)}
        self._held = outputs if inside.outermost else outputs.union(self.inputs)
        self.needed = _needed(report)
        self._last = _last_readers(report, self.needed)
        self._read = _times_read(report, self.needed)
        self.values: dict[Key, Value] = {}
        self.acts: list[Act] = []
        self._spent: set[Key] = set()
        self._moved: set[str] = set()

    def write(self, name: str) -> None:
        """Write what a node does, and which tensors are spent then."""
        node, facts = self._report.graph[name], self._report.nodes[name]
        keys = [(wire.node, wire.output) for wire in node.sources if wire is not None]
        reads = [self.values[key] for key in keys]
        if isinstance(node.layer, Block):
            written = self._block(name, node, facts, reads)
        elif node.layer.key == "relu" and self._is_before_pool(name):
            self._moved.add(name)
            written = [self._alias(reads[0])]
        else:
            written = self._layer(name, node, facts, reads)
            if keys and keys[0][0] in self._moved:
                written = [self._clipped(written[0])]
        self.values |= {(name, index): value for index, value in enumerate(written)}
        self._spend(name, keys)

    def close(self, staying: Sequence[Value]) -> None:
        """Let go of what only the page held."""
        kept = {id(value) for value in staying}
        left = [v for k, v in self.values.items() if k not in self._spent and id(v) not in kept]
        self.acts.append(Spend(left))

    def _spend(self, name: str, keys: Sequence[Key]) -> None:
        done = [key for key in dict.fromkeys(keys) if self._last.get(key) == name]
        done = [key for key in done if key[0] not in self._held]
        self._spent.update(done)
        if done:
            self.acts.append(Spend([self.values[key] for key in done]))

    def _layer(
        self, name: str, node: Node, facts: NodeFacts, reads: Sequence[Value]
    ) -> list[Value]:
        if node.layer.key == "flatten" and reads[0].spatial:
            return self._flattened(name, reads[0])
        place = self._place(name, node, facts)
        acts, written = acts_of(place, reads, self._inside.terms)
        self.acts += acts
        return written

    def _place(self, name: str, node: Node, facts: NodeFacts) -> Place:
        still = self._inside.still or node.frozen is True
        weights = []
        for weight, shape in facts.weights.items():
            owner = node.tied.get(weight)
            lender = self._report.nodes.get(owner.partition(".")[0]) if owner else facts
            if not still and lender is not None and lender.trainable:
                weights.append((self._inside.prefix + (owner or f"{name}.{weight}"), shape.size))
        size = sum(shape.size for shape in facts.weights.values())
        return Place(node.layer, facts, tuple(weights), size, still)

    def _alias(self, value: Value) -> Value:
        other = Value(value.size, value.width, value.fed, value.spatial)
        self.acts.append(Op([value], [other], in_place=True, hands_on=True))
        return other

    def _clipped(self, value: Value) -> Value:
        """A ReLU that was moved behind its pool works in place, and keeps what it wrote."""
        other = Value(value.size, value.width, value.fed, value.spatial)
        self.acts.append(Op([value], [other], keeps=[other], in_place=True))
        self.acts.append(Spend([value]))
        return other

    def _is_before_pool(self, name: str) -> bool:
        """Whether `streamlined` moves this ReLU behind the max-pool that alone reads it."""
        if self._read.get((name, 0), 0) != 1:
            return False
        layer = self._report.graph[self._last[name, 0]].layer
        if layer.key not in _MAX_POOLS:
            return False
        padded, dilated = (_most(layer.values()[side]) for side in ("padding", "dilation"))
        return padded == 0 or dilated == 1

    def _flattened(self, name: str, value: Value) -> list[Value]:
        """Write a Flatten of a picture: read in place if only small Linear layers follow."""
        graph = self._report.graph
        settings = graph[name].layer.values()
        whole = settings["start_dim"] == 1 and settings["end_dim"] in {-1, 3}
        readers = (graph[reader] for reader in self.needed)
        linear = [node.layer for node in readers if any(w and w.node == name for w in node.sources)]
        wide = sum(int(one.values()["out_features"]) for one in linear if one.key == "linear")
        plain = whole and all(one.key == "linear" for one in linear)
        other = Value(value.size, value.width, value.fed)
        if plain and 2 * wide <= self._inside.terms.batch_size:
            weights = wide * (value.size // self._inside.terms.batch_size)
            op = Op([value], [other], aside=weights, in_place=True, hands_on=True)
        else:
            op = Op([value], [other], hands_on=True)
        self.acts.append(op)
        return [other]

    def _block(
        self, name: str, node: Node, facts: NodeFacts, reads: Sequence[Value]
    ) -> list[Value]:
        assert isinstance(node.layer, Block)
        block = node.layer
        around = self._inside
        again = around.terms.checkpointing and block.repeat > 1 and not around.recomputed
        base = replace(
            around,
            prefix=f"{around.prefix}{name}.",
            still=around.still or node.frozen is True,
            recomputed=around.recomputed or again,
            outermost=False,
        )
        arriving = list(reads)
        number = 0
        for report, count in facts.rows:
            shown: list[Act] = []
            for step in range(min(count, SHOWN)):
                at = "" if block.shared or block.repeat == 1 else f"{number + step}."
                page = page_of(report, arriving, replace(base, prefix=base.prefix + at))
                act: Act = page.acts
                if again:
                    act = Recomputed(page.acts, tuple(arriving), page.leaving)
                following = [*page.leaving, *arriving[len(page.leaving) :]][: len(arriving)]
                gone = [v for v in arriving if v not in following and v not in reads]
                shown.append(Stretch([act, Spend(gone)]))
                arriving = following if number + step + 1 < block.repeat else list(page.leaving)
            self.acts += [Many(shown, count - SHOWN)] if count > SHOWN else shown
            number += count
        return arriving


def _needed(report: Report) -> set[str]:
    """Return the nodes that some output depends on; the others are not run."""
    found: set[str] = set()
    left = [name for name, node in report.graph.nodes.items() if _is_output(node)]
    while left:
        name = left.pop()
        if name not in found and report.nodes[name].outputs:
            found.add(name)
            left += [wire.node for wire in report.graph[name].sources if wire is not None]
    return found


def _last_readers(report: Report, needed: set[str]) -> Mapping[Key, str]:
    found: dict[Key, str] = {}
    for name in report.order:
        if name in needed:
            found |= {(w.node, w.output): name for w in report.graph[name].sources if w is not None}
    return found


def _times_read(report: Report, needed: set[str]) -> Mapping[Key, int]:
    found: dict[Key, int] = {}
    for name in needed:
        for key in {(w.node, w.output) for w in report.graph[name].sources if w is not None}:
            found[key] = found.get(key, 0) + 1
    return found


def _is_output(node: Node) -> bool:
    return isinstance(node.layer, Output)


def _most(sides: int | tuple[int, ...]) -> int:
    return max(sides) if isinstance(sides, tuple | list) else sides
