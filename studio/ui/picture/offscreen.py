"""How a picture is drawn without a window, for the command line."""

import os
import sys
from functools import cache
from pathlib import Path

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from studio.analysis.report import Report
from studio.ui.picture.drawing import Drawing
from studio.ui.picture.formats import Choice, save
from studio.ui.tokens import DARK, LIGHT


def draw(
    report: Report, path: Path, kind: str, scheme: str, scale: float, *, transparent: bool
) -> str:
    """Write a picture of a network; returns a sentence about it, or "".

    `kind` is svg, png or pdf, `scheme` light or dark. Raises StudioError like `save`.
    """
    if QGuiApplication.instance() is None:
        _start()
    drawing = Drawing(report, DARK if scheme == "dark" else LIGHT)
    return save(drawing, path, Choice(kind, scale, transparent))


@cache
def _start() -> QApplication:
    """Give Qt its program; kept, because fonts need it as long as the process lives."""
    if sys.platform == "linux":  # elsewhere there is always a screen, and it knows more fonts
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    return QApplication([sys.argv[0]])
