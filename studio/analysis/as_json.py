"""How a report is handed to other programs: plain names, numbers and lists."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from studio.analysis.receptive import Field, receptive_fields
from studio.analysis.report import Finding, NodeFacts, Report
from studio.analysis.tensors import tied
from studio.analysis.ways import arriving_depths, farthest, page_ways
from studio.catalogue.inputs import Input, Output
from studio.catalogue.layer import Layer
from studio.catalogue.unknown import Unknown
from studio.graph.block import Block


def as_json(report: Report) -> dict[str, Any]:
    """Return totals, nodes in topological order and findings.

    What is inside a block follows it under "block/node": facts of its first copy there, while the
    block itself counts all its copies. "receptive_field" is the number of neighboring places that
    one value sees along each axis of the input (null: all of them), "global" where it sees all of
    the input, and null where the input has no places; "stride" is how far it moves in the input.
    "ties" is how many weights are borrowed; "tied" names at most 100,000 of them and their owners.
    """
    fields = receptive_fields(report)
    return {
        "parameters": {
            "total": int(report.parameters),
            "trainable": int(report.trainable),
            "frozen": int(report.frozen),
        },
        "buffers": int(report.buffers),
        "ties": report.ties,
        "tied": [list(group) for group in tied(report)],
        "layers_with_weights": report.modules,
        "depth": report.depth,
        "multiply_adds": int(report.multiply_adds),
        "activation_bytes": report.activation_bytes,
        "input_shapes": _shapes(report, Input),
        "output_shapes": _shapes(report, Output),
        "nodes": [node | _field(fields.get(node["path"])) for node in nodes(report)],
        "findings": [_finding(finding) for finding in report.findings],
    }


def _shapes(report: Report, kind: type[Layer]) -> list[list[int] | None]:
    """Return the shapes of a batch of one sample at every input or output, in their order."""
    ports = (name for name, node in report.graph.nodes.items() if isinstance(node.layer, kind))
    shapes = (report.nodes[name].output for name in ports)
    return [None if shape is None else [1, *map(int, shape)] for shape in shapes]


def nodes(
    report: Report, prefix: str = "", arriving: tuple[int, ...] | None = None
) -> Iterator[dict[str, Any]]:
    """Yield every node with its path; `arriving` are the depths at which the inputs of a page lie.

    Without `arriving`, the inputs are those of the network.
    """
    ways = page_ways(report)
    lie = (0,) * len(report.graph) if arriving is None else arriving
    for name in report.order:
        facts = report.nodes[name]
        node = report.graph[name]
        path = prefix + name
        depth = max((farthest(row, lie) for row in ways[name]), default=0)
        yield _node(path, node.layer, facts, depth)
        if facts.copies:
            before = arriving_depths(node, ways, lie)
            yield from nodes(facts.copies[0], f"{path}/", before)


def _node(path: str, layer: Layer, facts: NodeFacts, depth: int) -> dict[str, Any]:
    copies = {"repeat": layer.repeat} if isinstance(layer, Block) else {}
    return {
        "path": path,
        "type": layer.type if isinstance(layer, Unknown) else layer.key,
        "output_shape": None if facts.output is None else list(facts.output),
        "parameters": int(facts.parameters),
        "trainable": int(facts.trainable),
        "buffers": int(facts.buffers),
        "depth": depth,
        "multiply_adds": int(facts.multiply_adds),
        "activation_bytes": facts.activation_bytes,
        **copies,
    }


def _field(field: Field | None) -> dict[str, Any]:
    if field is None:
        return {"receptive_field": None, "stride": None}
    if field.is_global:
        return {"receptive_field": "global", "stride": None}
    stride = (None if step is None else _plain(step) for step in field.stride)
    return {"receptive_field": list(field.size), "stride": list(stride)}


def _plain(step: Fraction) -> int | float:
    return int(step) if step.denominator == 1 else float(step)


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "severity": finding.severity,
        "node": finding.node,
        "problem": finding.problem,
        "remedy": finding.remedy,
        "fix": finding.fix.label if finding.fix else None,
    }
