"""How a graph is spelled in JSON, and read back without trusting a word of it."""

from collections.abc import Mapping
from itertools import takewhile
from typing import Any

from studio.catalogue.layer import CATALOGUE, Layer
from studio.catalogue.unknown import Unknown
from studio.errors import FileError, SettingError
from studio.families import read, written
from studio.fields import Setting, nearest
from studio.graph.block import Block, inlets, outlets
from studio.graph.model import Frozen, Graph, Node, Wire, objection_to_place
from studio.graph.names import objection
from studio.graph.topology import cycles
from studio.wording import _

MOST_NODES = 200_000
_OWN_KEYS = ("type", "from", "frozen", "tied", "at")


def graph_json(graph: Graph) -> dict[str, Any]:
    """Return the JSON form of a graph: its nodes by id, in their order."""
    return {name: _node_json(node) for name, node in graph.nodes.items()}


def graph_from_json(value: Any) -> Graph:
    """Return the graph that a JSON value spells.

    Raises FileError naming the node and what is wrong with it.
    """
    return _Reader().graph(value, "")


def _node_json(node: Node) -> dict[str, Any]:
    spelled = {"type": _type(node.layer), **_settings(node.layer)}
    if node.sources:
        spelled["from"] = [None if wire is None else str(wire) for wire in node.sources]
    if node.frozen:
        spelled["frozen"] = node.frozen
    if node.tied:
        spelled["tied"] = dict(node.tied)
    if node.at is not None:
        spelled["at"] = [int(axis) if axis.is_integer() else axis for axis in node.at]
    return spelled | {key: value for key, value in node.extra.items() if key not in spelled}


def _type(layer: Layer) -> str:
    return layer.type if isinstance(layer, Unknown) else layer.key


def _settings(layer: Layer) -> dict[str, Any]:
    """Return what must be said: settings that are not at their default, and always the size."""
    if isinstance(layer, Unknown):
        return dict(layer.settings)
    if isinstance(layer, Block):
        return _block(layer)
    spelled = written(layer)
    sizes = {setting.name for setting in takewhile(_is_size, layer.declared.values())}
    return {
        setting.key: spelled[setting.key]
        for setting in layer.declared.values()
        if setting.name in sizes or getattr(layer, setting.name) != setting.check(setting.default)
    }


def _block(block: Block) -> dict[str, Any]:
    exposed = {name: one.written() for name, one in block.exposed.items()}
    said = {
        "repeat": block.repeat,
        "shared": block.shared,
        "overrides": {number: dict(values) for number, values in block.overrides.items()},
        "ramps": {target: list(ends) for target, ends in block.ramps.items()},
        "exposed": exposed,
        "preset": block.preset,
    }
    usual = {"repeat": 1, "shared": False, "preset": ""}
    kept = {name: value for name, value in said.items() if value and value != usual.get(name)}
    return kept | {"graph": graph_json(block.graph)}


def _is_size(setting: Setting) -> bool:
    kinds = {"integer", "integers", "sides"}
    return setting.kind in kinds and setting.low == 1 and setting.default not in {None, 1}


class _Reader:
    """Reads one file; counts its nodes on the way, since blocks could hide any number."""

    def __init__(self) -> None:
        self.count = 0

    def graph(self, value: Any, prefix: str) -> Graph:
        where = prefix.rstrip("/")
        if not isinstance(value, Mapping):
            raise _broken(
                where, _("graph must be an object of layers, but {value} was given."), value
            )
        self.count += len(value)
        if self.count > MOST_NODES:
            raise FileError(
                _("The network has more than {most:,} layers.").format(most=MOST_NODES),
                _("Use a block with a repeat count."),
            )
        graph = Graph({name: self.node(name, node, prefix) for name, node in value.items()})
        _check_wires(graph, prefix)
        _check_ties(graph, prefix)
        return graph

    def node(self, name: str, value: Any, prefix: str) -> Node:
        where = prefix + _short(name)
        if problem := objection(name):
            raise FileError(problem, _("Rename it in the file."))
        if not isinstance(value, Mapping):
            raise _broken(where, _("a layer must be an object, but {value} was given."), value)
        layer, extra = self.layer(value, where)
        return Node(
            layer,
            sources=_sources(value.get("from"), where),
            frozen=_frozen(value.get("frozen"), where),
            at=_at(value.get("at"), where),
            tied=_tied(value.get("tied"), where),
            extra=extra,
        )

    def layer(self, value: Mapping[str, Any], where: str) -> tuple[Layer, dict[str, Any]]:
        key = value.get("type")
        if not isinstance(key, str) or not key:
            raise _broken(where, _("type must be the name of a layer, but {value} was given."), key)
        rest = {name: item for name, item in value.items() if name not in _OWN_KEYS}
        if key not in CATALOGUE:
            return Unknown(type=key, settings=rest), {}
        cls = CATALOGUE[key]
        known = {setting.key for setting in cls.declared.values()}
        settings = {name: rest.pop(name) for name in tuple(rest) if name in known}
        if cls is Block and "graph" in settings:
            settings["graph"] = self.graph(settings["graph"], where + "/")
        try:
            return read(cls, settings), rest
        except SettingError as error:
            raise FileError(
                _("In {node}: {problem}").format(node=where, problem=error.problem), error.remedy
            ) from error


def _sources(value: Any, where: str) -> tuple[Wire | None, ...]:
    given = [value] if isinstance(value, str) else [] if value is None else value
    if not isinstance(given, list) or not all(
        item is None or isinstance(item, str) for item in given
    ):
        raise _broken(where, _("from must be a list of layers, but {value} was given."), value)
    while given and given[-1] is None:
        given = given[:-1]
    return tuple(None if item is None else Wire.parse(item) for item in given)


def _frozen(value: Any, where: str) -> Frozen:
    if value is None or value is False:
        return False
    if value is True:
        return True
    if value == "statistics":
        return "statistics"
    raise _broken(
        where, _("frozen must be true, false or “statistics”, but {value} was given."), value
    )


def _at(value: Any, where: str) -> tuple[float, float] | None:
    if value is None:
        return None
    if not isinstance(value, list) or objection_to_place(value):
        raise _broken(where, _("at must be two numbers, x and y, but {value} was given."), value)
    return float(value[0]), float(value[1])


def _tied(value: Any, where: str) -> dict[str, str]:
    if value is None:
        return {}
    if not isinstance(value, Mapping) or not all(isinstance(item, str) for item in value.values()):
        raise _broken(
            where, _("tied must name weights and their owners, but {value} was given."), value
        )
    return dict(value)


def _check_wires(graph: Graph, prefix: str) -> None:
    for name, node in graph.nodes.items():
        for wire in node.sources:
            if wire is not None:
                _check_wire(graph, wire, prefix + name)
        most = inlets(node.layer)[1]
        if most is not None and len(node.sources) > most:
            raise FileError(
                _("In {node}: it takes at most {most} inputs, but from names {count}.").format(
                    node=prefix + name, most=most, count=len(node.sources)
                )
            )
    for circle in cycles(graph):
        way = " → ".join(prefix + name for name in (*circle, circle[0]))
        raise FileError(
            _("The wires {way} close a circle.").format(way=way),
            _("Data must flow one way: take one of these names out of a “from”."),
        )


def _check_wire(graph: Graph, wire: Wire, where: str) -> None:
    if wire.node not in graph:
        raise FileError(
            _("In {node}: its source {source} does not exist.").format(
                node=where, source=_short(wire.node)
            ),
            nearest(wire.node, graph),
        )
    count = outlets(graph[wire.node].layer)
    if count is not None and wire.output >= count:
        raise FileError(
            _("In {node}: its source {source} does not exist; {block} has {count} outputs.").format(
                node=where, source=wire, block=wire.node, count=count
            )
        )


def _check_ties(graph: Graph, prefix: str) -> None:
    for name, node in graph.nodes.items():
        for owner in node.tied.values():
            lender, _dot, weight = owner.partition(".")
            if lender not in graph or not weight:
                raise FileError(
                    _("In {node}: the weight {owner} that it borrows does not exist.").format(
                        node=prefix + name, owner=_short(owner)
                    ),
                    nearest(lender, graph),
                )
            if lender == name or weight in graph[lender].tied:
                raise FileError(
                    _("In {node}: the weight {owner} that it borrows is borrowed itself.").format(
                        node=prefix + name, owner=owner
                    ),
                    _("Tie both to the layer that owns the weight."),
                )


def _broken(where: str, sentence: str, value: Any) -> FileError:
    problem = sentence.format(value=_short(repr(value)))
    if not where:
        return FileError(problem)
    return FileError(_("In {node}: {problem}").format(node=where, problem=problem))


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
