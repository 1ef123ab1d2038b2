"""The line at the foot: what happened last, and what the engine is."""

import os
import platform
import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.ui.binding import follow
from studio.ui.kit import Caption
from studio.ui.services import Services
from studio.ui.toast import reading_ms
from studio.wording import _, byte_size
from studio.workspace import Notice

HEIGHT = 27
_REFRESH_MS = 3000


class StatusLine(QWidget):
    """The last notice on the left; engine, Python and memory on the right."""

    def __init__(self, services: Services, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedHeight(HEIGHT)
        self._said = Caption("")
        self._engine = Caption(engine_text())
        self._memory = Caption("")
        self._memory.setToolTip(_("Memory this program holds"))
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(16)
        row.addWidget(self._said, 1)
        row.addWidget(self._engine)
        row.addWidget(Caption(f"Python {platform.python_version()}"))
        row.addWidget(self._memory)
        follow(self, services.workspace.notice, self._say)
        services.engine.ready.connect(self._show_engine)
        timer = QTimer(self)
        timer.timeout.connect(self._measure)
        timer.start(_REFRESH_MS)
        self._clock = QTimer(self)
        self._clock.setSingleShot(True)
        self._clock.timeout.connect(self._fall_silent)
        self._measure()

    def _say(self, notice: Notice) -> None:
        self._said.setText(notice.text)
        self._said.setToolTip(notice.text)
        self._clock.start(reading_ms(notice.text))

    def _fall_silent(self) -> None:
        self._said.setText("")
        self._said.setToolTip("")

    def _show_engine(self, _version: str) -> None:
        self._engine.setText(engine_text())

    def _measure(self) -> None:
        held = resident_bytes()
        self._memory.setText(byte_size(held) if held else "")


def engine_text() -> str:
    """Return which engine is loaded, or that it is on its way."""
    torch = sys.modules.get("torch")
    version = getattr(torch, "__version__", "")
    return f"PyTorch {version}" if version else _("Loading the engine…")


def resident_bytes() -> int:
    """Return the memory this process holds, or 0 where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")
