"""`layerwise runs compare`: in what runs differ, and which did best."""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from studio.analysis.analyze import analyze
from studio.analysis.compare import Match, diagram
from studio.cli import output
from studio.errors import EditError
from studio.runs.overview.comparing import (
    MISSING,
    Compared,
    Difference,
    data_differ,
    marks,
    plans_differ,
)
from studio.runs.overview.spelling import layer_text, value_text
from studio.wording import _

_BEST = " *"


def add(verbs: Any) -> None:
    """Declare the verb."""
    help_text = _("Show in what runs differ: results, settings, data and layers.")
    parser = verbs.add_parser("compare", help=help_text, description=help_text)
    parser.add_argument("runs", metavar="RUN", nargs="+", help=_("Folders of two or more runs."))
    parser.add_argument("--json", action="store_true", help=_("Answer with one JSON object."))
    parser.set_defaults(follow=follow)


def follow(args: argparse.Namespace) -> int:
    """Show what differs, the first run being what the others are measured against."""
    if len(args.runs) < 2:
        raise EditError(_("One run cannot be compared."), _("Name two or more folders of runs."))
    runs = [Compared.opened(Path(folder)) for folder in args.runs]
    if args.json:
        output.emit(_as_json(runs))
    else:
        output.say("\n\n".join(_parts(runs)))
    return 0


def _parts(runs: Sequence[Compared]) -> Iterator[str]:
    names = [one.label for one in runs]
    rows = [
        [f"{row.part} {row.metric}"]
        + [
            _number(value) + (_BEST if at in row.best else "  ")
            for at, value in enumerate(row.values)
        ]
        for row in marks(runs)
    ]
    yield output.table([_("Result (* best)"), *names], rows, right=range(1, len(names) + 1))
    for title, found in ((_("Plan"), plans_differ(runs)), (_("Data"), data_differ(runs))):
        if found:
            lines = [[row.path, *map(value_text, row.values)] for row in found]
            yield output.table([title, *names], lines)
        else:
            yield _("{part}: no difference.").format(part=title)
    for other in runs[1:]:
        title = _("Layers, {left} → {right}").format(left=names[0], right=other.label)
        layers = [layer_text(row) for row in _layers(runs[0], other)]
        yield "\n".join([f"{title}:", *(f"  {line}" for line in layers or [_("no difference")])])


def _layers(one: Compared, other: Compared) -> list[Match]:
    rows = diagram(analyze(one.info.graph), analyze(other.info.graph))
    return [row for row in rows if row.kind != "same"]


def _as_json(runs: Sequence[Compared]) -> dict[str, Any]:
    names = [str(one.folder) for one in runs]
    return {
        "runs": [
            {"folder": str(one.folder), "name": one.folder.name, "title": one.notes.name}
            for one in runs
        ],
        "metrics": [
            {
                "part": row.part,
                "metric": row.metric,
                "values": list(row.values),
                "best": [names[place] for place in sorted(row.best)],
            }
            for row in marks(runs)
        ],
        "plan": [_difference(row) for row in plans_differ(runs)],
        "data": [_difference(row) for row in data_differ(runs)],
        "layers": {
            str(other.folder): [
                {"kind": row.kind, "left": row.left, "right": row.right, "changes": row.changes}
                for row in _layers(runs[0], other)
            ]
            for other in runs[1:]
        },
    }


def _difference(row: Difference) -> dict[str, Any]:
    values = [None if value is MISSING else value for value in row.values]
    return {"path": row.path, "values": values}


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.6g}"
