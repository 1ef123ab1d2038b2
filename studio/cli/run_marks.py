"""`layerwise runs mark`: a name, tags and a note for a run."""

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

from studio.cli import output
from studio.runs.info import read_info
from studio.runs.notes import Notes, read_notes, tags_of, write_notes
from studio.wording import _


def add(verbs: Any) -> None:
    """Declare the verb."""
    help_text = _("Give a run a name, tags or a note; an empty word takes them away.")
    parser = verbs.add_parser("mark", help=help_text, description=help_text)
    parser.add_argument("folder", metavar="RUN", help=_("The folder of a run."))
    parser.add_argument("--name", help=_("What the run is called from now on."))
    parser.add_argument("--tags", metavar="TAG,TAG", help=_("Its tags, with commas in between."))
    parser.add_argument("--note", help=_("A note on the run."))
    parser.add_argument("--json", action="store_true", help=_("Answer with one JSON object."))
    parser.set_defaults(follow=follow)


def follow(args: argparse.Namespace) -> int:
    """Write what was given and show what the run bears now."""
    folder = Path(args.folder)
    read_info(folder)
    notes = read_notes(folder)
    asked = {name: value for name in ("name", "note") if (value := getattr(args, name)) is not None}
    if args.tags is not None:
        asked["tags"] = tags_of(args.tags)
    if asked:
        write_notes(folder, replace(notes, **asked))
        notes = read_notes(folder)
    _show(folder, notes, as_json=args.json)
    return 0


def _show(folder: Path, notes: Notes, *, as_json: bool) -> None:
    if as_json:
        told = {"title": notes.name, "tags": list(notes.tags), "note": notes.note}
        output.emit({"run": str(folder), **told})
        return
    rows = (
        (_("Name"), notes.name or "–"),
        (_("Tags"), ", ".join(notes.tags) or "–"),
        (_("Note"), notes.note or "–"),
    )
    output.say(output.columns(rows))
