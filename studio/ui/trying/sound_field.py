"""How a sound is given: a WAV file that is dropped or chosen, or what a microphone records."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from studio.datasets.dataset import Array, Dataset
from studio.errors import StudioError
from studio.ui.bridge import Task
from studio.ui.kit import Button, Elided, Note
from studio.ui.trying import recording
from studio.ui.trying.field import Field, Reading
from studio.wording import _

if TYPE_CHECKING:
    from studio.runs.trying import Tryout


class SoundField(Field):
    """Takes a sound of the length that the network hears."""

    takes_files = True

    def __init__(self, name: str, seconds: float, rate: int, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._seconds, self._rate = seconds, rate
        self._sound: recording.Sounding | None = None
        self._recording: Task | None = None
        self.told = Elided(_("Drop a WAV file here, or choose one"))
        self.note = Note(
            _("The network hears {seconds} s at {rate} Hz.").format(
                seconds=f"{seconds:.3g}", rate=rate
            )
        )
        self.choose = Button(_("Choose a sound…"), "folder")
        self.record = Button(_("Record"), "play")
        buttons = QHBoxLayout()
        buttons.addWidget(self.choose, 1)
        buttons.addWidget(self.record, 1)
        for widget in (self.told, self.note):
            self.body.addWidget(widget)
        self.body.addLayout(buttons)
        self.choose.clicked.connect(self._ask_for_file)
        self.record.clicked.connect(self._record)
        if not recording.is_possible():
            self.record.setToolTip(recording.remedy())

    @property
    def called(self) -> str:
        return self.told.text()

    def bring(self, what: Path | QImage) -> None:
        """Take a file; a picture is no sound."""
        if isinstance(what, Path):
            self._take(recording.Filed(what), what.name)

    def _take(self, sound: recording.Sounding, name: str) -> None:
        self._sound = sound
        self.told.setText(name)
        self.told.setToolTip(name)
        self._touched()

    def _ask_for_file(self) -> None:
        found, _kind = QFileDialog.getOpenFileName(
            self, _("Choose a sound"), "", f"{_('WAV files')} (*.wav *.wave);;{_('All files')} (*)"
        )
        if found:
            self.bring(Path(found))

    def _record(self) -> None:
        if not recording.is_possible():
            self.refused.emit(recording.remedy())
            return
        if self._recording is not None:
            return
        self.record.setEnabled(False)
        self.record.setText(_("Speak now…"))
        seconds, rate = self._seconds, self._rate
        self._recording = Task(
            lambda: recording.recorded(seconds, rate), self._hear, self._decline, self
        )
        self._recording.start()

    def _hear(self, sound: recording.Recorded) -> None:
        self._rest()
        self._take(sound, _("recording"))

    def _decline(self, refusal: StudioError) -> None:
        self._rest()
        self.refused.emit(str(refusal))

    def _rest(self) -> None:
        self._recording = None
        self.record.setEnabled(True)
        self.record.setText(_("Record"))

    def _reading(self) -> Reading | None:
        name, sound = self.name, self._sound
        if sound is None:
            return None

        def read(tryout: "Tryout") -> Array:
            with sound.file() as path:
                return tryout.typed(name, str(path))

        return read

    def _show(self, dataset: Dataset, index: int, _sample: Array) -> None:
        name = dataset.origins[index] if len(dataset.origins) else _("a test sample")
        self._sound = None
        self.told.setText(name)
        self.told.setToolTip(name)

    def _wipe(self) -> None:
        self._sound = None
        self.told.setText(_("Drop a WAV file here, or choose one"))
        self.told.setToolTip("")
