"""How long reading tells how far it is, and how it is cancelled."""

from studio.errors import StudioError
from studio.wording import _


class CancelledError(StudioError):
    """Whoever asked for samples wants them no longer."""


class Watch:
    """Looks on while samples are read; safe to be asked from any thread."""

    def __init__(self) -> None:
        self._done, self._total = 0, 0
        self._cancelled = False

    @property
    def progress(self) -> tuple[int, int]:
        """How many of how many samples or bytes are read; (0, 0) while that is not known."""
        return self._done, self._total

    def cancel(self) -> None:
        """Have the reader stop at its next look."""
        self._cancelled = True

    def tell(self, done: int, total: int) -> None:
        """Say how far reading is; raises CancelledError if it is wanted no longer."""
        self._done, self._total = done, total
        self.check()

    def check(self) -> None:
        """Raise CancelledError if the samples are wanted no longer; to be asked every few ms."""
        if self._cancelled:
            raise CancelledError(_("Reading was cancelled."))
