"""`layerwise runs [list]`: which runs lie in a folder and how they went."""

import argparse
from pathlib import Path
from typing import Any

from studio.cli import output
from studio.errors import FileError
from studio.runs.overview.finding import found
from studio.runs.overview.ranking import PARTS
from studio.runs.overview.tree import Row, tree
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


def add(verbs: Any) -> None:
    """Declare the verb."""
    help_text = _("List the runs in a folder and how they went.")
    parser = verbs.add_parser("list", help=help_text, description=help_text)
    parser.add_argument(
        "folder",
        metavar="DIR",
        nargs="?",
        default=".",
        help=_("A folder of runs such as digits.runs, or one with such folders in it."),
    )
    parser.add_argument(
        "--find",
        metavar="WORDS",
        default="",
        help=_("Only runs with these words, tags (tag:good) or results (accuracy>90%%)."),
    )
    parser.add_argument("--json", action="store_true", help=_("Answer with one JSON object."))
    parser.set_defaults(follow=follow)


def follow(args: argparse.Namespace) -> int:
    """Show the runs, the newest first, each branch below the run it came from."""
    folder = Path(args.folder)
    if not folder.is_dir():
        raise FileError(_("There is no folder {folder}.").format(folder=folder))
    homes = (folder,) if list_runs(folder) else tuple(sorted(folder.glob("*.runs")))
    shelves = [found(list_runs(home), args.find) for home in homes]
    runs = tuple(run for shelf in shelves for run in shelf)
    if args.json:
        output.emit({"runs": [_as_json(one) for one in runs]})
    elif runs:
        output.say(_table([row for shelf in shelves for row in tree(shelf)]))
        for broken in (one for one in runs if one.status == "broken"):
            output.say()
            output.say(f"{broken.folder}: {broken.message}")
    else:
        output.say(_("There are no runs in {folder}.").format(folder=folder))
    return 0


def _as_json(run: RunSummary) -> dict[str, Any]:
    return {
        "name": run.name,
        "title": run.notes.name,
        "tags": list(run.notes.tags),
        "note": run.notes.note,
        "folder": str(run.folder),
        "status": run.status,
        "created": run.created,
        "parent": run.parent or None,
        "checkpoint": run.checkpoint or None,
        "parent_step": run.parent_step,
        "steps": run.steps,
        "seconds": run.seconds,
        "metrics": {part: dict(metrics) for part, metrics in run.metrics.items()},
        "message": run.message,
    }


def _table(rows: list[Row[RunSummary]]) -> str:
    head = (
        _("Run"),
        _("Status"),
        _("Started"),
        _("Steps"),
        _("Time"),
        _("Result"),
        _("From run"),
        _("Name"),
        _("Tags"),
    )
    lines = [_line(row) for row in rows]
    written = [
        place for place in range(len(head)) if place < 7 or any(line[place] for line in lines)
    ]
    return output.table(
        [head[place] for place in written],
        [[line[place] for place in written] for line in lines],
        right=(3, 4),
    )


def _line(row: Row[RunSummary]) -> tuple[str, ...]:
    run = row.run
    return (
        _branch(row.rails) + str(run.folder),
        _(STATUS[run.status]),
        run.created[:19].replace("T", " "),
        full(run.steps),
        duration(run.seconds),
        result(run),
        run.parent,
        run.notes.name,
        ", ".join(run.notes.tags),
    )


def _branch(rails: tuple[bool, ...]) -> str:
    """Return the lines of a tree before a run: "│ ├ "."""
    if not rails:
        return ""
    return "".join("│ " if goes_on else "  " for goes_on in rails[:-1]) + (
        "├ " if rails[-1] else "└ "
    )


def result(run: RunSummary) -> str:
    """Return the number by which runs are compared: accuracy, else R², of the best part known."""
    for part in PARTS:
        metrics = run.metrics.get(part, {})
        if "accuracy" in metrics:
            return f"{part} {metrics['accuracy']:.2%}"
        if "r2" in metrics:
            return f"{part} R² {metrics['r2']:.3f}"
    return ""
