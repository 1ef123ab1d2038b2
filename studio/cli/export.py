"""`layerwise export`: a network as a picture, or as a table for a paper or a spreadsheet."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from studio.analysis.analyze import analyze
from studio.cli import output
from studio.cli.project import project
from studio.errors import StudioError
from studio.export.formats import FORMATS
from studio.export.summary import summary
from studio.storage import write_bytes
from studio.wording import _

PICTURES = ("svg", "png", "pdf")
_SUFFIXES = {"md": "markdown", "tex": "latex"}
_MOST_SCALE = 8.0
Draw = Callable[..., str]
"""Draws a report: (report, path, format, scheme, scale, transparent) -> a note, or ""."""


def add(subparsers: Any) -> None:
    """Declare the command."""
    help_text = _("Write a network as a picture or as a summary table.")
    parser = subparsers.add_parser("export", help=help_text, description=help_text)
    parser.add_argument("file", metavar="FILE", help=_("A project file, or template:NAME."))
    parser.add_argument(
        "--format",
        choices=(*PICTURES, *FORMATS),
        help=_("What to write; without it, the ending of the file says so."),
    )
    parser.add_argument(
        "--out", metavar="PATH", help=_("The file to write; without it, a table is printed.")
    )
    parser.add_argument(
        "--theme", choices=("light", "dark"), default="light", help=_("The colors of a picture.")
    )
    parser.add_argument(
        "--scale", type=float, default=2.0, help=_("Pixels per point of a PNG, 0.1 to 8.")
    )
    parser.add_argument(
        "--transparent", action="store_true", help=_("Leave the ground of a PNG clear.")
    )


def run(args: argparse.Namespace) -> int:
    """Write the picture or the table."""
    kind = args.format or _meant(args.out)
    report = analyze(project(args.file).graph)
    if kind not in PICTURES:
        text = FORMATS[kind].spell(summary(_title(args.file), report))
        if args.out is None:
            output.say(text.rstrip("\n"))
        else:
            write_bytes(Path(args.out), text.encode())
        return 0
    if args.out is None:
        raise StudioError(_("A picture needs a file."), _("Name one with --out."))
    if not 0.1 <= args.scale <= _MOST_SCALE:
        raise StudioError(
            _("The scale must be from 0.1 to 8, but {scale} was given.").format(scale=args.scale)
        )
    draw: Draw | None = getattr(args, "draw", None)
    if draw is None:
        raise StudioError(_("Pictures cannot be drawn here."), _("Start it as layerwise export."))
    note = draw(report, Path(args.out), kind, args.theme, args.scale, transparent=args.transparent)
    if note:
        output.note(note)
    return 0


def _meant(path: str | None) -> str:
    """Return the format that the ending of a file stands for; a table where nothing is said."""
    if path is None:
        return "markdown"
    ending = Path(path).suffix.lower().removeprefix(".")
    found = _SUFFIXES.get(ending, ending)
    if found not in (*PICTURES, *FORMATS):
        raise StudioError(
            _("The ending of {path} does not say which format is meant.").format(path=path),
            _("Name one with --format: {names}.").format(names=", ".join((*PICTURES, *FORMATS))),
        )
    return found


def _title(word: str) -> str:
    """Return the name of the network: that of its template or file."""
    return Path(word.partition("template:")[2] or word).stem
