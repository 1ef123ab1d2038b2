"""Whether the words after `layerwise` ask for the window or for a command."""

import importlib
import os
import sys
from collections.abc import Sequence

from studio import cli
from studio.cli import output
from studio.wording import _, system_language, use_language


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command, or open the window with the project named, if any; return the exit status."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words and (words[0] in cli.COMMANDS or words[0].startswith("-") or not _is_project(words)):
        return cli.main(words, _draw)
    if not _has_display():
        use_language(system_language())
        output.complain(
            _("There is no display to open the window on."),
            _("Start it on a desktop, or use a command: layerwise --help."),
        )
        return cli.REFUSED
    # the window is imported only when it is wanted: a server may have no Qt
    status: int = importlib.import_module("studio.app").main(words)
    return status


def _draw(*order: object, **options: object) -> str:
    """Draw a picture with Qt, which is imported only when one is wanted."""
    note: str = importlib.import_module("studio.ui.picture.offscreen").draw(*order, **options)
    return note


def _has_display() -> bool:
    """Whether Qt could open a window; without a display it would end the whole process."""
    places = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return sys.platform != "linux" or any(os.environ.get(name) for name in places)


def _is_project(words: Sequence[str]) -> bool:
    """Whether the single word given looks like a file rather than a misspelled command."""
    return len(words) == 1 and ("." in words[0] or ":" in words[0] or "/" in words[0])


if __name__ == "__main__":
    sys.exit(main())
