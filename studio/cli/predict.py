"""`layerwise predict`: what a run answers for files, folders, rows of numbers or texts."""

import argparse
import importlib
from pathlib import Path
from typing import Any

from studio.cli import output
from studio.wording import _


def add(subparsers: Any) -> None:
    """Declare the command."""
    help_text = _("Ask a run about files, folders, rows of numbers or texts.")
    parser = subparsers.add_parser("predict", help=help_text, description=help_text)
    parser.add_argument("folder", metavar="RUN", type=Path, help=_("The folder of a run."))
    parser.add_argument(
        "inputs",
        metavar="INPUT",
        nargs="+",
        help=_(
            "A file, a folder of them, a row such as 5.1,3.5,1.4,0.2, or a text. "
            "Of several inputs, each is named: image=cat.png row=1,2; "
            "or a table has a column for each."
        ),
    )
    parser.add_argument(
        "--device", choices=("auto", "cpu", "cuda"), default="", help=_("Where the network runs.")
    )
    parser.add_argument("--json", action="store_true", help=_("Answer with one JSON object."))


def run(args: argparse.Namespace) -> int:
    """Show one answer for each input."""
    # torch takes seconds to load: only now, when it is certain that it is needed
    answers = importlib.import_module("studio.runs.predict").predict(
        args.folder, [_row(word) for word in args.inputs], args.device
    )
    if args.json:
        output.emit(
            {"run": str(args.folder), "predictions": [_as_json(answer) for answer in answers]}
        )
        return 0
    rows = [(answer.input, _text(answer)) for answer in answers]
    output.say(output.columns(rows))
    return 0


def _row(word: str) -> str:
    """Return an input as it was typed: a row that begins with a minus came behind a space."""
    return word.removeprefix(" ") if word.startswith(" -") else word


def _as_json(answer: Any) -> dict[str, Any]:
    found = {"input": answer.input} | _said(answer)
    if answer.further:
        found["further"] = {name: _said(one) for name, one in answer.further.items()}
    return found


def _said(answer: Any) -> dict[str, Any]:
    if answer.values:
        return {"values": list(answer.values)}
    return {
        "class": answer.label,
        "probability": answer.probability,
        "probabilities": dict(answer.probabilities),
    }


def _text(answer: Any) -> str:
    further = (f"{name}: {_one_text(one)}" for name, one in answer.further.items())
    return "  ·  ".join((_one_text(answer), *further))


def _one_text(answer: Any) -> str:
    if answer.values:
        return ", ".join(f"{value:.6g}" for value in answer.values)
    further = ", ".join(
        f"{name} {share:.1%}" for name, share in list(answer.probabilities.items())[1:3]
    )
    return f"{answer.label}  {answer.probability:.1%}  ({further})"
