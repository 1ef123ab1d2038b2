"""`layerwise data inspect`: what a file or folder holds, and what is wrong with it."""

import argparse
import json
import shlex
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from studio.cli import output
from studio.datasets.inspecting import Inspection, inspect, inspection_json, source_of
from studio.datasets.problems import Problem, graded
from studio.datasets.source import SOURCES, Source, read_source, source_json
from studio.errors import SettingError
from studio.graph.file import read_project
from studio.paths import SUFFIX
from studio.wording import _, full

_NAMED = 5
"""Places of a problem that are shown; --json has all that are known."""
_WIDEST_OPTION = 200
"""Characters of options that settle a problem; longer ones nobody types."""


def add(subparsers: Any) -> None:
    """Declare the command and its verb."""
    help_text = _("Look at data before they are trained on.")
    parser = subparsers.add_parser("data", help=help_text, description=help_text)
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    help_text = _("Say what a file or folder holds: samples, shapes, classes and problems.")
    verb = verbs.add_parser("inspect", help=help_text, description=help_text)
    verb.add_argument("path", metavar="PATH", type=Path, help=_("A file, a folder or a project."))
    verb.add_argument("--as", dest="kind", help=_("Read it as data of this kind."))
    verb.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help=_("Change a setting.")
    )
    verb.add_argument("--json", action="store_true", help=_("Answer with one JSON object."))


def run(args: argparse.Namespace) -> int:
    """Show what was found."""
    source = _changed(_source(args.path, args.kind), args.set)
    found = inspect(source)
    if args.json:
        output.emit({"path": str(args.path), **inspection_json(found)})
    else:
        _show(found)
    return 0


def _source(path: Path, kind: str | None) -> Source:
    if path.suffix == SUFFIX:
        return read_source(read_project(path).data).resolved(path.parent)
    if kind is None:
        return source_of(path)
    cls = SOURCES[kind]
    answer = cls.found(path)
    if answer is not None:
        return answer[1]
    for name in ("path", "folder", "file"):
        if name in cls.declared:
            return read_source({"type": kind, name: str(path)})
    raise SettingError(_("{data} is built in and is not read from a path.").format(data=kind))


def _changed(source: Source, assignments: Iterable[str]) -> Source:
    """Return the source with "name=value" applied; a value is JSON where it can be, else text."""
    for assignment in assignments:
        name, equals, text = assignment.partition("=")
        if not equals:
            raise SettingError(
                _("--set needs something like {example}, but {text} was given.").format(
                    example="test=0.2", text=assignment
                )
            )
        try:
            value = json.loads(text)
        except ValueError:
            value = text
        source = read_source({**source_json(source), name.strip(): value})
    return source


def _show(found: Inspection) -> None:
    value = inspection_json(found)
    shape = " × ".join(map(str, value["shape"])) or "1"
    rows = [
        (_("kind"), _(found.source.title)),
        (_("samples"), full(value["samples"])),
        (_("shape"), f"{shape} {value['dtype']}"),
        (_("parts"), ", ".join(f"{_(name)} {full(n)}" for name, n in value["parts"].items())),
    ]
    if value["classes"]:
        rows.append((_("classes"), _classes(value["classes"])))
    else:
        rows.append((_("numbers to predict"), full(value["outputs"])))
    output.say(output.columns(rows))
    for text in found.dataset.notes:
        output.say(text)
    for problem in graded(found.dataset.problems):
        output.say()
        output.say("\n".join(_told(problem)))


def _classes(counts: dict[str, int]) -> str:
    shown = [f"{name} {full(count)}" for name, count in list(counts.items())[:20]]
    return ", ".join(shown) + (" …" if len(counts) > len(shown) else "")


def _told(problem: Problem) -> Sequence[str]:
    gravity = {"error": _("Error"), "warning": _("Warning"), "note": _("Note")}[problem.gravity]
    lines = [f"{gravity}: {problem.sentence}"]
    lines += [f"  {place}" for place in problem.places[:_NAMED]]
    if problem.count > _NAMED:
        lines.append("  " + _("and {count} more").format(count=full(problem.count - _NAMED)))
    lines += [f"  {problem.remedy}"] if problem.remedy else []
    options = " ".join(_option(name, value) for name, value in problem.change.items())
    if 0 < len(options) <= _WIDEST_OPTION:
        lines.append("  " + _("To settle it: {options}").format(options=options))
    return lines


def _option(name: str, value: Any) -> str:
    """Return the option of the command line that gives a setting this value."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"--set {shlex.quote(f'{name}={text}')}"
