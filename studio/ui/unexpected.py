"""What becomes of an error that nobody foresaw: a sentence, and a traceback in a file."""

import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from studio.errors import StudioError
from studio.paths import home
from studio.training.events import Ended, Event, StepDone
from studio.wording import _


def complete(
    pull: Callable[[], Iterator[Event]], is_left: Callable[[], bool] = lambda: False
) -> Iterator[Event]:
    """Yield the events of a run; whatever breaks it becomes its last event, never silence.

    Only one that goes on by itself, as `is_left` says, has no last event.
    """
    step, ended = 0, False
    try:
        for event in pull():
            step = event.step if isinstance(event, StepDone) else step
            ended = isinstance(event, Ended)
            yield event
    except StudioError as error:
        yield _failure(step, error)
    except Exception as error:  # noqa: BLE001  whatever it is, the run has ended
        yield _failure(step, recorded(error))
    else:
        if not ended and not is_left():
            yield _failure(step, StudioError(_("The run broke off without saying why.")))


def _failure(step: int, error: StudioError) -> Ended:
    return Ended("failed", step, seconds=0.0, samples_per_second=0.0, message=str(error))


def recorded(error: Exception) -> StudioError:
    """Write the traceback of an unexpected error to the failure log; return it as a sentence."""
    path = home() / "failures.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = logging.FileHandler(path, encoding="utf-8")
    record = logging.getLogger(__name__).makeRecord(
        __name__,
        logging.ERROR,
        __file__,
        0,
        datetime.now(UTC).isoformat(timespec="seconds"),
        (),
        (type(error), error, error.__traceback__),
    )
    handler.emit(record)
    handler.close()
    return StudioError(
        _("Something unexpected happened: {error}.").format(
            error=(str(error) or type(error).__name__).rstrip(".")
        ),
        _("The details are in {path}.").format(path=path),
    )
