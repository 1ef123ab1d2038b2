"""`layerwise evaluate`: how good a run is on one part of its data, or of other data."""

import argparse
import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from studio.cli import output
from studio.datasets.inspecting import source_of
from studio.runs.judging.judgment import Judgment
from studio.runs.judging.listing import write_list
from studio.runs.judging.report import write_judged
from studio.wording import _, marked

_PARTS = (marked("train"), marked("validation"), marked("test"))


def add(subparsers: Any) -> None:
    """Declare the command."""
    help_text = _("Measure a run on a part of its data, or of other data.")
    parser = subparsers.add_parser("evaluate", help=help_text, description=help_text)
    parser.add_argument("folder", metavar="RUN", type=Path, help=_("The folder of a run."))
    parser.add_argument("--split", choices=_PARTS, default="test", help=_("Which part."))
    parser.add_argument(
        "--data", metavar="PATH", type=Path, help=_("Judge it by these data instead of its own.")
    )
    parser.add_argument(
        "--answers", metavar="FILE", type=Path, help=_("Write the answer for each sample as CSV.")
    )
    parser.add_argument(
        "--report",
        metavar="FILE",
        type=Path,
        help=_("Write a report with plots, as a web page (.html) or as Markdown (.md)."),
    )
    parser.add_argument(
        "--device", choices=("auto", "cpu", "cuda"), default="", help=_("Where the network runs.")
    )
    parser.add_argument("--json", action="store_true", help=_("Answer with one JSON object."))


def run(args: argparse.Namespace) -> int:
    """Show the metrics."""
    # torch takes seconds to load: only now, when it is certain that it is needed
    source = None if args.data is None else source_of(args.data)
    examining = importlib.import_module("studio.runs.judging.examining")
    asked = examining.examined(args.folder, args.split, args.device, source)
    judged = importlib.import_module("studio.runs.evaluate").measured(asked)
    if args.answers is not None or args.report is not None:
        _write(importlib.import_module("studio.runs.judging.asking").judged(asked), args)
    if args.json:
        output.emit(_as_json(args.folder, judged))
        return 0
    output.say(
        _("{run}: {samples} samples of the {part} part").format(
            run=args.folder, samples=judged.samples, part=_(judged.part)
        )
    )
    metrics = judged.result.metrics.items()
    output.say(output.columns([(name, f"{value:.4g}") for name, value in metrics], (1,)))
    if judged.result.confusion:
        output.say()
        output.say(_confusion(judged.classes, judged.result.confusion))
    return 0


def _write(judgment: Judgment, args: argparse.Namespace) -> None:
    """Write the answers and the report that were asked for."""
    if args.answers is not None:
        write_list(args.answers, judgment.answers, judgment.dataset.origins)
    if args.report is not None:
        write_judged(args.report, judgment)


def _as_json(folder: Path, judged: Any) -> dict[str, Any]:
    result = judged.result
    return {
        "run": str(folder),
        "split": judged.part,
        "samples": judged.samples,
        "metrics": dict(result.metrics),
        "classes": list(judged.classes),
        "confusion": [list(row) for row in result.confusion],
        "per_class": [dict(row) for row in result.per_class],
    }


def _confusion(classes: Sequence[str], counts: Sequence[Sequence[int]]) -> str:
    head = (_("true ↓ answered →"), *classes)
    rows = [(name, *map(str, row)) for name, row in zip(classes, counts, strict=True)]
    return output.table(head, rows, right=range(1, len(head)))
