"""How a microphone is listened to, where the optional library `sounddevice` is installed."""

import importlib
import importlib.util
import tempfile
import wave
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from studio.errors import FileError
from studio.wording import _

_LIBRARY = "sounddevice"
_LOUDEST = 32767


class Sounding(Protocol):
    """A sound that can be read as a WAV file."""

    def file(self) -> AbstractContextManager[Path]:
        """Give the file as long as it is needed."""


@dataclass(frozen=True)
class Filed:
    """A sound on the disk."""

    path: Path

    @contextmanager
    def file(self) -> Iterator[Path]:
        """Give the file."""
        yield self.path


@dataclass(frozen=True, eq=False)
class Recorded:
    """What was recorded: samples of 16 bits."""

    content: bytes
    rate: int

    @contextmanager
    def file(self) -> Iterator[Path]:
        """Give a file that holds it as long as it is needed."""
        with tempfile.TemporaryDirectory(prefix="layerwise-") as folder:
            path = Path(folder) / "recording.wav"
            with wave.open(str(path), "wb") as sound:
                sound.setparams((1, 2, self.rate, 0, "NONE", ""))
                sound.writeframes(self.content)
            yield path


def is_possible() -> bool:
    """Return whether the library is installed."""
    return importlib.util.find_spec(_LIBRARY) is not None


def remedy() -> str:
    """Return what is to be done so that sounds can be recorded."""
    return _("Recording needs the library sounddevice: pip install sounddevice.")


def recorded(seconds: float, rate: int) -> Recorded:
    """Return what the microphone hears from now on; raises FileError if it cannot be listened to.

    Waits until it is over.
    """
    try:
        device: Any = importlib.import_module(_LIBRARY)
        heard = device.rec(max(1, round(seconds * rate)), samplerate=rate, channels=1)
        device.wait()
    except Exception as error:  # the library's own errors are no subclasses of one another
        raise FileError(
            _("The microphone cannot be listened to: {reason}.").format(
                reason=str(error).split("\n")[0].rstrip(".")
            ),
            _("Choose a WAV file instead."),
        ) from error
    values = np.clip(np.nan_to_num(np.asarray(heard, np.float32)[:, 0]), -1, 1)
    return Recorded((values * _LOUDEST).astype("<i2").tobytes(), rate)
