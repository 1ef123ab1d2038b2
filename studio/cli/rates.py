"""`layerwise rates`: which learning rate suits a network and its data."""

import argparse
import importlib
from pathlib import Path
from typing import Any

from studio.cli import output
from studio.cli.overrides import overridden
from studio.cli.project import project
from studio.datasets.source import read_source
from studio.errors import SettingError, TrainingError
from studio.runs.request import RunRequest
from studio.training.plan import read_plan
from studio.wording import _

_ROWS = 20


def add(subparsers: Any) -> None:
    """Declare the command."""
    help_text = _("Try ever larger learning rates for a moment and suggest one.")
    parser = subparsers.add_parser("rates", help=help_text, description=help_text)
    add_argument = parser.add_argument
    add_argument("file", metavar="FILE", help=_("A project file, or template:NAME."))
    add_argument(
        "--set",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        dest="assignments",
        help=_("Change a setting: plan.optimizer=sgd, data=digits."),
    )
    add_argument("--low", type=float, default=1e-7, help=_("The first learning rate."))
    add_argument("--high", type=float, default=10.0, help=_("The last learning rate."))
    add_argument("--steps", type=int, default=100, help=_("How many rates are tried."))
    add_argument("--json", action="store_true", help=_("Answer with one JSON object."))


def run(args: argparse.Namespace) -> int:
    """Show how the loss follows the rate, and the rate that is suggested."""
    _require_sense(args)
    asked = _request(args)
    # torch takes seconds to load: only now, when it is certain that it is needed
    rates = importlib.import_module("studio.runs.rates")
    points = list(rates.tried(asked, args.low, args.high, args.steps))
    suggested = rates.suggested_rate(points)
    if args.json:
        output.emit(
            {
                "suggested": suggested,
                "rates": [point.rate for point in points],
                "losses": [point.loss for point in points],
                "smoothed": [point.smoothed for point in points],
            }
        )
        return 0
    head = (_("rate"), _("loss"))
    shown = points[:: max(1, len(points) // _ROWS)]
    rows = [(f"{point.rate:.2g}", f"{point.smoothed:.4g}") for point in shown]
    output.say(output.table(head, rows, (0, 1)))
    output.say(_sentence(suggested, asked.plan.optimizer.learning_rate))
    return 0


def _sentence(suggested: float | None, planned: float) -> str:
    if suggested is None:
        return _("The loss did not fall at any rate. Check the data, or try more steps.")
    return _("Suggested: {rate:.2g}. The plan has {planned:.2g}.").format(
        rate=suggested, planned=planned
    )


def _require_sense(args: argparse.Namespace) -> None:
    if not 0 < args.low < args.high < float("inf") or args.steps < 2:
        raise SettingError(
            _("Rates from {low} to {high} cannot be tried in {steps} steps.").format(
                low=args.low, high=args.high, steps=args.steps
            ),
            _("Give a positive rate, a larger one, and at least 2 steps."),
        )


def _request(args: argparse.Namespace) -> RunRequest:
    """Return what the command line asks for; raises StudioError if that is not possible."""
    base = Path(args.file).absolute().parent
    opened = overridden(project(args.file), args.assignments, base)
    if not opened.data:
        raise TrainingError(
            _("The project does not say which data to train on."),
            _("Add them: --set data=digits, or --set data.type=mnist --set data.folder=DIR."),
        )
    return RunRequest(opened.graph, read_source(opened.data), read_plan(opened.plan), base)
