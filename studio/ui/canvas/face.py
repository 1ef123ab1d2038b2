"""What a card says about a node: words and numbers, ready to be drawn, without any drawing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from studio.analysis.report import Finding, NodeFacts, Severity
from studio.catalogue.inputs import Output
from studio.graph.block import Block, inlets, outlets
from studio.graph.model import Frozen, Node
from studio.ui import icons
from studio.ui.words import kind_of
from studio.wording import humanized

HEATS = 16
"""Steps of the heat tint; few, so that cards are seldom drawn anew."""


@dataclass(frozen=True)
class Face:
    """Everything that makes one card look different from another."""

    name: str
    title: str
    caption: str
    group: str
    icon: str
    shape: str
    parameters: str
    depth: str
    copies: int
    """How often a block repeats; 0 for a layer."""
    frozen: Frozen
    can_freeze: bool
    severity: Severity | None
    inputs: int
    outputs: int
    selected: bool = False
    hovered: bool = False
    heat: int = 0
    borrows: bool = False
    """Whether it shares a weight that another node owns."""
    lends: bool = False
    """Whether others share a weight of it."""


def face_of(name: str, node: Node, facts: NodeFacts | None, findings: Sequence[Finding]) -> Face:
    """Return what the card of `node` says; without facts it says only what the node is."""
    facts = facts or NodeFacts()
    layer = node.layer
    inputs, outputs = port_counts(node, facts)
    return Face(
        name=name,
        title=kind_of(layer),
        caption=layer.caption(),
        group=layer.group,
        icon=icons.layer_icon(layer.key, layer.group),
        shape=_shape(facts),
        parameters=humanized(facts.parameters) if facts.parameters else "",
        depth=str(facts.depth) if facts.own_depth else "",
        copies=layer.repeat if isinstance(layer, Block) else 0,
        frozen=node.frozen,
        can_freeze=bool(facts.parameters or facts.buffers or node.frozen),
        severity=worst(findings),
        inputs=inputs,
        outputs=outputs,
        borrows=bool(node.tied),
    )


def port_counts(node: Node, facts: NodeFacts) -> tuple[int, int]:
    """Return how many input and output ports a node shows; an open list keeps one port free."""
    layer = node.layer
    fewest, most = inlets(layer)
    known = outlets(layer)
    ends = 0 if isinstance(layer, Output) else max(1, len(facts.outputs))
    used = len(node.sources)
    room = used if most is not None and used >= most else used + 1
    free = None not in node.sources and used >= fewest
    return max(fewest, room if free else used), ends if known is None else known


def worst(findings: Sequence[Finding]) -> Severity | None:
    """Return the gravest severity among `findings`; hints do not mark a card."""
    found = {finding.severity for finding in findings}
    return "error" if "error" in found else "warning" if "warning" in found else None


def heat_step(heat: Mapping[str, float], path: str) -> int:
    """Return the step of the tint of a node: the greatest heat, from 0 to 1, at or inside it."""
    inside = (value for key, value in heat.items() if key.startswith(f"{path}/"))
    value = max((heat.get(path, 0.0), *inside))
    return round(min(max(value, 0.0), 1.0) * HEATS)


def _shape(facts: NodeFacts) -> str:
    if not facts.outputs:
        return ""
    return "  ·  ".join(str(shape) for shape in facts.outputs[:2])
