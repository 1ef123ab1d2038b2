"""The studio without a window: one module per command, each with `add(subparsers)` and `run(args)`.

Exit status: 0 done, 2 refused (one sentence on stderr), 3 ended early.
"""

import argparse
import importlib
import os
import re
import sys
import traceback
from collections.abc import Callable, Sequence
from typing import NoReturn

from studio import __version__
from studio.cli import output
from studio.errors import StudioError
from studio.setting import nearest
from studio.wording import _, system_language, use_language

COMMANDS = (
    *("analyze", "templates", "data", "rates", "train", "evaluate", "predict", "runs", "export"),
)
DONE, REFUSED, ENDED_EARLY = 0, 2, 3
_VERBS_OF_RUNS = (["list"], ["compare"], ["export"], ["mark"], ["-h"], ["--help"])


class _Parser(argparse.ArgumentParser):
    """Refuses a command line in one sentence instead of a page of usage."""

    def error(self, message: str) -> NoReturn:
        output.complain(f"{message[:1].upper()}{message[1:]}.", _("Ask for help with --help."))
        sys.exit(REFUSED)


def main(argv: Sequence[str], draw: Callable[..., str] | None = None) -> int:
    """Run one command and return its exit status; nothing a user does wrong shows a traceback.

    `draw` draws pictures for `export`; commands do not know Qt.
    """
    use_language(system_language())
    output.replace_unknown_letters()
    if argv and not argv[0].startswith("-") and argv[0] not in COMMANDS:
        output.complain(
            _("There is no command called {word}.").format(word=argv[0]),
            nearest(argv[0], COMMANDS) or _("Ask for help with --help."),
        )
        return REFUSED
    try:
        return _status(argv, draw)
    except SystemExit as stop:
        return int(stop.code or 0)
    except KeyboardInterrupt:
        return ENDED_EARLY
    except BrokenPipeError:
        return _leave_closed_pipe()
    except Exception as error:  # noqa: BLE001  the last line of defense before a user
        output.complain(*_refusal(error))
        return REFUSED


def _status(argv: Sequence[str], draw: Callable[..., str] | None) -> int:
    args = _parser(argv).parse_args(_shielded(argv), argparse.Namespace(draw=draw, words=argv))
    status: int = args.run(args)
    if sys.stdout is not None:
        sys.stdout.flush()  # here a full disk can still be told
    return status


def _parser(argv: Sequence[str]) -> argparse.ArgumentParser:
    parser = _Parser(
        prog="layerwise",
        description=_("Build, analyze, train and use neural networks without a window."),
        epilog=_("Without a command, layerwise opens the window: layerwise [FILE]."),
    )
    parser.add_argument("--version", action="version", version=f"layerwise {__version__}")
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    # only the asked command is loaded, so that one without torch does not wait for torch
    asked = [word for word in argv[:1] if word in COMMANDS] or COMMANDS
    for name in asked:
        module = importlib.import_module(f"studio.cli.{name}")
        module.add(subparsers)
        subparsers.choices[name].set_defaults(run=module.run)
    return parser


def _shielded(argv: Sequence[str]) -> list[str]:
    """Put a space before a row such as -5.1,3.5, which would be taken for an option.

    `runs` without a verb lists, which its parser is told here.
    """
    if argv[:1] == ["runs"] and argv[1:2] not in _VERBS_OF_RUNS:
        return ["runs", "list", *argv[1:]]
    rows = argv[:1] == ["predict"]
    return [f" {word}" if rows and re.match(r"-\.?\d", word) else word for word in argv]


def _leave_closed_pipe() -> int:
    """Keep Python from complaining when a reader such as `head` has gone."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return DONE


def _refusal(error: Exception) -> tuple[str, str]:
    """Return the problem and the remedy to tell, whatever went wrong."""
    if isinstance(error, StudioError):
        return error.problem, error.remedy
    if isinstance(error, MemoryError):
        return _("There was not enough memory."), ""
    if isinstance(error, OSError):
        return _system_refusal(error), ""
    if os.environ.get("LAYERWISE_DEBUG"):
        traceback.print_exc()
    return (
        _("Something went wrong inside the program: {reason}.").format(
            reason=f"{type(error).__name__}: {error}"
        ),
        _("Set LAYERWISE_DEBUG=1 to see where it happened, and report it."),
    )


def _system_refusal(error: OSError) -> str:
    reason = error.strerror or str(error)
    if error.filename is None:
        return _("The system refused: {reason}.").format(reason=reason)
    return _("Cannot use {path}: {reason}.").format(path=error.filename, reason=reason)
