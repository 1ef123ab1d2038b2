"""`layerwise runs export`: the numbers of a run for other programs."""

import argparse
from pathlib import Path
from typing import Any

from studio.cli import output
from studio.runs.exporting.table import write_table
from studio.runs.exporting.tensorboard import write_events
from studio.runs.store import open_run
from studio.wording import _

FORMATS = ("csv", "tensorboard")


def add(verbs: Any) -> None:
    """Declare the verb."""
    help_text = _("Write the metrics of a run as a CSV table or as TensorBoard events.")
    parser = verbs.add_parser("export", help=help_text, description=help_text)
    parser.add_argument("folder", metavar="RUN", help=_("The folder of a run."))
    parser.add_argument("--format", choices=FORMATS, default="csv", help=_("What to write."))
    parser.add_argument(
        "--out",
        metavar="PATH",
        required=True,
        help=_("The CSV file, or the log directory of TensorBoard."),
    )
    parser.add_argument("--json", action="store_true", help=_("Answer with one JSON object."))
    parser.set_defaults(follow=follow)


def follow(args: argparse.Namespace) -> int:
    """Write the file and say where it lies."""
    folder, path = Path(args.folder), Path(args.out)
    info, history = open_run(folder)
    if args.format == "csv":
        write_table(path, history)
    else:
        path = write_events(path / folder.resolve().name, info, history)
    if args.json:
        output.emit({"run": str(folder), "format": args.format, "path": str(path)})
    else:
        output.say(str(path))
    return 0
