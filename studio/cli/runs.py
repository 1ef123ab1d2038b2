"""`layerwise runs`: which runs lie in a folder and how they went."""

import argparse
from pathlib import Path
from typing import Any

from studio.cli import output
from studio.errors import FileError
from studio.runs.store import RunSummary, Status, list_runs
from studio.wording import _, duration, full, marked

STATUS: dict[Status, str] = {
    "finished": marked("finished"),
    "finished early": marked("finished early"),
    "stopped": marked("stopped"),
    "failed": marked("failed"),
    "interrupted": marked("interrupted"),
    "broken": marked("broken"),
}


def add(subparsers: Any) -> None:
    """Declare the command."""
    help_text = _("List the runs in a folder and how they went.")
    parser = subparsers.add_parser("runs", help=help_text, description=help_text)
    parser.add_argument(
        "folder",
        metavar="DIR",
        nargs="?",
        default=".",
        help=_("A folder of runs such as digits.runs, or one with such folders in it."),
    )
    parser.add_argument("--json", action="store_true", help=_("Answer with one JSON object."))


def run(args: argparse.Namespace) -> int:
    """Show the runs, the newest first."""
    folder = Path(args.folder)
    if not folder.is_dir():
        raise FileError(_("There is no folder {folder}.").format(folder=folder))
    runs = list_runs(folder) or tuple(
        found for inner in sorted(folder.glob("*.runs")) for found in list_runs(inner)
    )
    if args.json:
        output.emit({"runs": [_as_json(found) for found in runs]})
    elif runs:
        output.say(_table(runs))
        for broken in (found for found in runs if found.status == "broken"):
            output.say()
            output.say(f"{broken.folder}: {broken.message}")
    else:
        output.say(_("There are no runs in {folder}.").format(folder=folder))
    return 0


def _as_json(run: RunSummary) -> dict[str, Any]:
    return {
        "name": run.name,
        "folder": str(run.folder),
        "status": run.status,
        "created": run.created,
        "parent": run.parent or None,
        "steps": run.steps,
        "seconds": run.seconds,
        "metrics": {part: dict(metrics) for part, metrics in run.metrics.items()},
        "message": run.message,
    }


def _table(runs: tuple[RunSummary, ...]) -> str:
    head = (
        _("Run"),
        _("Status"),
        _("Started"),
        _("Steps"),
        _("Time"),
        _("Result"),
        _("From run"),
    )
    rows = [
        (
            str(run.folder),
            _(STATUS[run.status]),
            run.created[:19].replace("T", " "),
            full(run.steps),
            duration(run.seconds),
            result(run),
            run.parent,
        )
        for run in runs
    ]
    return output.table(head, rows, right=(3, 4))


def result(run: RunSummary) -> str:
    """Return the number by which runs are compared: accuracy, else R², of the best part known."""
    for part in ("test", "validation", "train"):
        metrics = run.metrics.get(part, {})
        if "accuracy" in metrics:
            return f"{part} {metrics['accuracy']:.2%}"
        if "r2" in metrics:
            return f"{part} R² {metrics['r2']:.3f}"
    return ""
