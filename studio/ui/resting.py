"""How a view that costs time follows the work: only while it is seen, and when the hand rests."""

import time

from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

REST_MS = 60
"""Changes closer together than this are shown once, so that a drag is not slowed down."""

_PATIENCE = 8
"""A refresh waits this many times as long as the last one took, so that work goes first."""


class Resting(QWidget):
    """A view that brings itself up to date at leisure; subclasses say how in `refresh`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stale = True
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._refresh_if_seen)

    def refresh(self) -> None:
        """Show the present state of the work."""
        raise NotImplementedError

    def outdate(self) -> None:
        """Have the view refreshed soon, or as soon as it is seen."""
        self._stale = True
        if self.isVisible():
            self._rest.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._refresh_if_seen()

    def _refresh_if_seen(self) -> None:
        if self._stale and self.isVisible():
            self._stale = False
            begun = time.perf_counter()
            self.refresh()
            spent = 1000 * (time.perf_counter() - begun)
            self._rest.setInterval(max(REST_MS, round(_PATIENCE * spent)))
