"""What the tooltip of a card teaches: what the layer does, and where its numbers come from."""

from collections.abc import Iterator
from html import escape

from studio.analysis.lenders import partners
from studio.analysis.report import NodeFacts
from studio.graph.model import Graph, Node
from studio.ui import theme
from studio.ui.canvas.node_item import NodeItem
from studio.ui.canvas.ties import tie_color
from studio.ui.words import kind_of, lesson_of
from studio.wording import _, full

_NONE = "–"


def lesson(item: NodeItem, page: Graph) -> str:
    """Return the tooltip of a card on a page as rich text."""
    name, node, facts = item.name, item.node, item.facts
    look, layer = theme.current(), node.layer
    quiet = look.text2.name()
    parts = [
        f"<b>{escape(name)}</b> &nbsp;<span style='color:{look.hue(layer.group).name()}'>"
        f"{escape(kind_of(layer))}</span>",
        f"<div style='color:{quiet}'>{escape(lesson_of(layer))}</div>",
    ]
    if facts:
        parts.append(_table(facts, quiet))
    if node.frozen:
        parts.append(_colored(_frozen(node), look.ice.name()))
    parts += [_colored(text, tie_color().name()) for text in _shared(page, name)]
    tones = {"error": look.error, "warning": look.warn, "hint": look.text2}
    parts += [
        _colored(f"{one.problem} {one.remedy}".strip(), tones[one.severity].name())
        for one in item.findings
    ]
    return f"<div style='width:330px'>{''.join(parts)}</div>"


def _shared(page: Graph, name: str) -> Iterator[str]:
    for weight, others in partners(page, name).items():
        yield _("Shares {weight} with {others}.").format(weight=weight, others=", ".join(others))


def _table(facts: NodeFacts, quiet: str) -> str:
    rows = [
        (_("Input"), _shapes(facts.inputs)),
        (_("Output"), _shapes(facts.outputs)),
        (_("Parameters"), _counted(facts.parameters, facts.parameters.formula)),
    ]
    if facts.buffers:
        rows.append((_("Buffers"), full(facts.buffers)))
    if facts.multiply_adds:
        rows.append(
            (_("Multiply-adds"), _counted(facts.multiply_adds, facts.multiply_adds.formula))
        )
    rows.append((_("Depth"), _depth(facts)))
    cells = "".join(
        f"<tr><td style='color:{quiet}; padding-right:14px'>{escape(label)}</td>"
        f"<td>{escape(text)}</td></tr>"
        for label, text in rows
    )
    return f"<table style='margin-top:6px'>{cells}</table>"


def _shapes(shapes: tuple[object, ...]) -> str:
    return ",  ".join(_NONE if shape is None else str(shape) for shape in shapes) or _NONE


def _counted(number: int, formula: str) -> str:
    return f"{formula} = {full(number)}" if formula != full(number) else full(number)


def _depth(facts: NodeFacts) -> str:
    if not facts.own_depth:
        return _("{depth} (this layer adds none)").format(depth=facts.depth)
    return _("{depth} (weighted layers up to here)").format(depth=facts.depth)


def _frozen(node: Node) -> str:
    if node.frozen == "statistics":
        return _("Its statistics are frozen: the running mean and variance stay as they are.")
    return _("Frozen: training leaves its weights as they are. Click the snowflake to thaw it.")


def _colored(text: str, color: str) -> str:
    return f"<div style='color:{color}; margin-top:6px'>{escape(text)}</div>"
