"""`layerwise templates`: which ready-made networks there are, and what each teaches."""

import argparse
from typing import Any

from studio.analysis.analyze import analyze
from studio.cli import output
from studio.gallery import entries, load
from studio.wording import _, full


def add(subparsers: Any) -> None:
    """Declare the command."""
    help_text = _("List the ready-made networks.")
    parser = subparsers.add_parser("templates", help=help_text, description=help_text)
    parser.add_argument("--json", action="store_true", help=_("Answer with one JSON object."))


def run(args: argparse.Namespace) -> int:
    """Show the gallery."""
    found = entries()
    if args.json:
        output.emit(
            {"templates": [{"name": e.name, "title": e.title, "about": e.about} for e in found]}
        )
        return 0
    rows = []
    for entry in found:
        report = analyze(load(entry.name).graph)
        rows.append((entry.name, full(report.parameters), str(report.depth), _(entry.about)))
    head = (_("Template"), _("Parameters"), _("Depth"), _("What it shows"))
    output.say(output.table(head, rows, right=(1, 2)))
    output.say()
    output.say(_("Use one wherever a file is asked for: layerwise analyze template:mnist-cnn"))
    return 0
