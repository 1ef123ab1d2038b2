"""Remarks on wires: inputs that wait, circles, branches that lead nowhere, pages without ends."""

from collections.abc import Iterator
from functools import partial

from studio.analysis.advice.padding import ids_wire
from studio.analysis.report import Finding, Fix
from studio.analysis.view import View
from studio.catalogue.inputs import Input, Output
from studio.graph import edits
from studio.graph.block import Block, inlets
from studio.graph.model import Graph, Wire
from studio.graph.topology import ancestors, cycles
from studio.wording import _


def empty_page(view: View) -> Iterator[Finding]:
    """There is nothing at all."""
    if not len(view.graph):
        yield Finding(
            "error",
            "",
            _("This block is empty.") if view.inside else _("The network is empty."),
            _("Drag layers in, or type: input → conv 32 3 → relu → flatten → linear 10 → output."),
        )


def circles(view: View) -> Iterator[Finding]:
    """Layers wait for each other."""
    if not _is_stuck(view):
        return
    place = {name: number for number, name in enumerate(view.graph)}
    for found in cycles(view.graph):
        start = found.index(min(found, key=place.__getitem__))
        circle = found[start:] + found[:start]  # its last wire is then the one that leads back
        way = " → ".join((*circle, circle[0]))
        yield Finding(
            "error",
            circle[0],
            _("These layers wait for each other in a circle: {way}.").format(way=way),
            _("Remove one of the wires; for loops over time use a recurrent layer."),
            Fix(
                _("Remove the wire from {source} to {target}").format(
                    source=circle[-1], target=circle[0]
                ),
                partial(_cut, source=circle[-1], target=circle[0]),
            ),
            circle[1:],
        )


def missing_wires(view: View) -> Iterator[Finding]:
    """A layer waits for a wire."""
    for name, facts in view.facts.items():
        if facts.outputs:
            continue
        node = view.graph[name]
        fewest = inlets(node.layer)[0]
        arrived = sum(wire is not None for wire in node.sources)
        if arrived >= max(fewest, len(node.sources)):
            continue
        if not arrived:
            problem = _("{layer} is not connected to anything before it.").format(layer=name)
        else:
            problem = _("{layer} needs {needed} wires, but has {arrived}.").format(
                layer=name, needed=max(fewest, len(node.sources)), arrived=arrived
            )
        remedy = _("Draw a wire to its free input, or delete it.")
        yield Finding("error", name, problem, remedy, ids_wire(view, name))


def surplus_wires(view: View) -> Iterator[Finding]:
    """More wires arrive than a layer can take."""
    for name, facts in view.facts.items():
        node = view.graph[name]
        most = None if facts.outputs else inlets(node.layer)[1]
        if most is not None and len(node.sources) > most:
            yield Finding(
                "error",
                name,
                _("{arrived} wires arrive at {layer}, which has room for {most}.").format(
                    layer=name, most=most, arrived=len(node.sources)
                ),
                _("Remove wires, or join them with an Add or a Concat first."),
                Fix(_("Keep the first {most} wires").format(most=most), partial(_keep, name, most)),
            )


def wires_from_nowhere(view: View) -> Iterator[Finding]:
    """A wire comes from a layer or an output that does not exist."""
    for name, facts in view.facts.items():
        if facts.outputs:
            continue
        for wire in view.graph[name].sources:
            if wire is None:
                continue
            if wire.node not in view.graph:
                problem = _("{layer} is fed by {source}, which does not exist.")
            elif wire.output >= len(view.facts[wire.node].outputs) > 0:
                problem = _("{layer} is fed by {source}, an output that its layer does not have.")
            else:
                continue
            yield Finding(
                "error",
                name,
                problem.format(layer=name, source=wire),
                _("Draw the wire again from a layer that exists."),
            )


def missing_ends(view: View) -> Iterator[Finding]:
    """Nothing comes in, or nothing goes out."""
    if len(view.graph) and not view.by_key.get("input"):
        problem = _("This block has no input.") if view.inside else _("The network has no input.")
        yield Finding(
            "error",
            "",
            problem,
            _("Add an Input and connect the first layer to it."),
            Fix(_("Add an Input"), partial(_with_input, view)),
        )
    if len(view.graph) and not view.by_key.get("output"):
        problem = _("This block has no output.") if view.inside else _("The network has no output.")
        yield Finding(
            "error",
            "",
            problem,
            _("Add an Output behind the last layer; it gives the answer its name."),
            Fix(_("Add an Output"), partial(_with_output, after=view.order[-1])),
        )


def dead_ends(view: View) -> Iterator[Finding]:
    """What a branch computes reaches no output."""
    outputs = view.by_key.get("output", ())
    if not outputs:
        return
    consumers = view.graph.consumers
    ends = [n for n, node in view.graph.nodes.items() if not consumers[n] and not _ends(node.layer)]
    if not ends:
        return
    used = ancestors(view.graph, outputs)
    lenders = {
        owner.partition(".")[0]
        for node in view.graph.nodes.values()
        for owner in node.tied.values()
    }
    for name in ends:
        if _waits(view, name) or name in lenders:
            continue
        only = {name} | {node for node in ancestors(view.graph, (name,)) if node not in used}
        yield Finding(
            "warning",
            name,
            _("What {layer} computes is not used: no way leads from it to an output.").format(
                layer=name
            )
            if not isinstance(view.layer(name), Input)
            else _("What comes in at {layer} is not used.").format(layer=name),
            _("Connect it to a layer that uses it, or delete it."),
            Fix(_("Delete the unused branch"), partial(_without, names=frozenset(only))),
            tuple(sorted(only - {name})),
        )


def _is_stuck(view: View) -> bool:
    """Whether some layer comes before its source in the order, which only a circle brings about."""
    placed: set[str] = set()
    nodes = view.graph.nodes
    for name in view.order:
        for wire in nodes[name].sources:
            if wire is not None and wire.node not in placed and wire.node in nodes:
                return True
        placed.add(name)
    return False


def _waits(view: View, name: str) -> bool:
    """Whether a layer is not connected at all, which is said already."""
    needs = inlets(view.layer(name))[0] > 0
    return needs and not any(wire is not None for wire in view.graph[name].sources)


def _ends(layer: object) -> bool:
    return isinstance(layer, Output) or (isinstance(layer, Block) and not layer.ports()[1])


def _cut(graph: Graph, *, source: str, target: str) -> Graph:
    for slot, wire in enumerate(graph[target].sources):
        if wire is not None and wire.node == source:
            return edits.disconnect(graph, target, slot)
    return graph


def _keep(name: str, most: int, graph: Graph) -> Graph:
    return graph.with_node(name, graph[name].changed(sources=graph[name].sources[:most]))


def _without(graph: Graph, *, names: frozenset[str]) -> Graph:
    return Graph({name: node for name, node in graph.nodes.items() if name not in names})


def _with_input(view: View, graph: Graph) -> Graph:
    layer = Input()
    if view.task is not None:
        layer = Input(sample=tuple(view.task.sample), dtype=view.task.sample.dtype)
    name = edits.fresh_name(graph, layer)
    grown = edits.add(graph, layer)
    for waiting in view.order:
        if not any(graph[waiting].sources) and inlets(graph[waiting].layer)[0]:
            return edits.connect(grown, Wire(name), waiting)
    return grown


def _with_output(graph: Graph, *, after: str) -> Graph:
    return edits.add(graph, Output(), after=after)
