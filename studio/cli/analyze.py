"""`layerwise analyze`: what is true of a network, as a table for people or JSON for programs."""

import argparse
from pathlib import Path
from typing import Any

from studio.analysis.analyze import analyze
from studio.analysis.as_json import as_json, nodes
from studio.analysis.report import Report, Severity, Task
from studio.catalogue.shape import Shape
from studio.cli import output
from studio.cli.foresight import ticks_json
from studio.cli.project import project
from studio.datasets.source import read_source
from studio.errors import StudioError
from studio.graph.file import ProjectFile
from studio.training.plan import read_plan
from studio.wording import _, byte_size, full

_SEVERITIES: dict[Severity, str] = {"error": "Error", "warning": "Warning", "hint": "Hint"}


def add(subparsers: Any) -> None:
    """Declare the command."""
    help_text = _("Report shapes, parameters, depth, cost and findings of a network.")
    parser = subparsers.add_parser("analyze", help=help_text, description=help_text)
    parser.add_argument("file", metavar="FILE", help=_("A project file, or template:NAME."))
    parser.add_argument("--json", action="store_true", help=_("Answer with one JSON object."))


def run(args: argparse.Namespace) -> int:
    """Show the report of a project; findings are part of the answer, not a refusal."""
    opened = project(args.file)
    report = analyze(opened.graph, _task(opened, Path(args.file).parent))
    if args.json:
        output.emit(as_json(report) | ticks_json(opened, report, Path(args.file).parent))
        return 0
    output.say(_layers(report))
    output.say()
    output.say(_totals(report))
    for finding in report.findings:
        where = f" ({finding.node})" if finding.node else ""
        output.say()
        output.say(f"{_(_SEVERITIES[finding.severity])}{where}: {finding.problem}")
        output.say(f"  {finding.remedy}")
    return 0


def _task(opened: ProjectFile, base: Path) -> Task | None:
    """Return what the data ask, or nothing where the file says nothing usable about them."""
    if not opened.data:
        return None
    try:
        facts = read_source(opened.data).resolved(base).facts()
        targets = read_plan(opened.plan).targets
    except StudioError as error:
        output.note(_("Data and plan were left out. {reason}").format(reason=error))
        return None
    loss = targets[0].loss.key if targets else ""
    classes = len(facts.classes) or None
    return Task(facts.sample, classes, facts.outputs, loss, facts.places, facts.more, facts.ids)


def _layers(report: Report) -> str:
    head = (
        _("Layer"),
        _("Type"),
        _("Output"),
        _("Parameters"),
        _("Trainable"),
        _("Depth"),
        _("Multiply-adds"),
    )
    rows = [
        (
            "  " * node["path"].count("/") + node["path"].rpartition("/")[2],
            f"{node['type']} × {node['repeat']}" if node.get("repeat", 1) > 1 else node["type"],
            _shape(node["output_shape"]),
            full(node["parameters"]),
            full(node["trainable"]),
            str(node["depth"]),
            full(node["multiply_adds"]),
        )
        for node in nodes(report)
    ]
    return output.table(head, rows, right=(3, 4, 5, 6))


def _shape(axes: list[int] | None) -> str:
    return "?" if axes is None else str(Shape(*axes))


def _totals(report: Report) -> str:
    rows = (
        (
            _("Parameters"),
            _("{total} ({trainable} trainable, {frozen} frozen)").format(
                total=full(report.parameters),
                trainable=full(report.trainable),
                frozen=full(report.frozen),
            ),
        ),
        (_("Buffers"), full(report.buffers)),
        (_("Depth"), str(report.depth)),
        (_("Layers with weights"), full(report.modules)),
        (_("Multiply-adds"), _("{number} per sample").format(number=full(report.multiply_adds))),
        (
            _("Activations"),
            _("{size} per sample").format(size=byte_size(report.activation_bytes)),
        ),
    )
    return output.columns(rows)
