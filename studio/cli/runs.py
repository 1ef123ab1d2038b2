"""`layerwise runs`: which runs lie in a folder, how they went, how they differ, their numbers."""

import argparse
from typing import Any

from studio.cli import run_comparison, run_export, run_list, run_marks
from studio.wording import _


def add(subparsers: Any) -> None:
    """Declare the command; without a verb it lists."""
    help_text = _("List, compare, name and export runs.")
    parser = subparsers.add_parser("runs", help=help_text, description=help_text)
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    for module in (run_list, run_comparison, run_export, run_marks):
        module.add(verbs)


def run(args: argparse.Namespace) -> int:
    """Do what the verb says."""
    status: int = args.follow(args)
    return status
