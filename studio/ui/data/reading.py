"""What is shown while samples are read: how far it is, and a way to stop."""

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QProgressBar, QWidget

from studio.ui.kit import Button, Caption, EmptyState
from studio.ui.loading import DatasetLoader
from studio.wording import _, full

_LOOK_MS = 100


class Reading(EmptyState):
    """Looks at the loader ten times a second while it is seen."""

    def __init__(self, loader: DatasetLoader, parent: QWidget | None = None) -> None:
        sentence = _("You can go on with the network meanwhile.")
        super().__init__("clock", _("Reading the samples…"), sentence, parent)
        self._loader = loader
        self.bar = QProgressBar()
        self.bar.setFixedWidth(220)
        self.bar.setTextVisible(False)
        self.count = Caption()
        self.cancel = Button(_("Cancel"), "close")
        self.cancel.clicked.connect(loader.cancel)
        for widget in (self.bar, self.count, self.cancel):
            self.add(widget)
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self.look)

    def look(self) -> None:
        """Show how far reading is now."""
        done, total = self._loader.progress
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        text = _("{done} of {total}") if total else ""
        self.count.setText(text.format(done=full(done), total=full(total)))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.look()
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()
