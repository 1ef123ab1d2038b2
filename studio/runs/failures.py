"""How it is said that memory ran out, or that what lies in the folder of a run cannot be used."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from studio.errors import FileError, TrainingError
from studio.training.guarding.memory import is_memory
from studio.wording import _

_DAMAGE = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RuntimeError)


def memory_sentence() -> str:
    """Return what is said when memory runs out."""
    return _("There was not enough memory. Use smaller batches or a smaller network.")


@contextlib.contextmanager
def memory_told() -> Iterator[None]:
    """Raise TrainingError with a sentence if memory runs out inside the `with` block."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if not is_memory(error):
            raise
        raise TrainingError(memory_sentence()) from error


@contextlib.contextmanager
def damage_told(run: Path) -> Iterator[None]:
    """Raise FileError if what is read from a run inside the `with` block does not fit together.

    Files of a run can be edited or cut by hand in more ways than their readers can foresee.
    """
    try:
        with memory_told():
            yield
    except _DAMAGE as error:
        reason = f"{type(error).__name__}: {error}".split("\n")[0].rstrip(".")
        raise FileError(
            _("The run {path} is damaged: {reason}.").format(path=run, reason=reason),
            _("Use another run; nothing was changed."),
        ) from error
