"""How several projects are trained one after the other, and what is answered then."""

import argparse
from collections.abc import Callable
from typing import Any, NamedTuple

from studio.cli import output
from studio.errors import StudioError

DONE, ENDED_EARLY = 0, 3


class Trained(NamedTuple):
    """How one run went."""

    answer: dict[str, Any]
    """What is answered in JSON."""
    status: int


def one_after_another(
    args: argparse.Namespace, train: Callable[[argparse.Namespace], Trained]
) -> int:
    """Train every file of the command line; one that fails does not keep the others waiting.

    Ctrl+C ends the run at hand and leaves out those after it. Returns 3 if any run did not come to
    its end.
    """
    answers: list[dict[str, Any]] = []
    status = DONE
    for file in (args.file, *args.more):
        output.note(file)
        try:
            answer, ended = train(argparse.Namespace(**{**vars(args), "file": file}))
        except StudioError as error:
            output.complain(error.problem, error.remedy)
            answer, ended = _refused(file, error), ENDED_EARLY
        answers.append(answer)
        status = max(status, ended)
        if answer["reason"] == "stopped":
            break
    if args.json:
        output.emit(answers)
    return status


def _refused(file: str, error: StudioError) -> dict[str, Any]:
    return {"file": file, "reason": "refused", "message": str(error)}
