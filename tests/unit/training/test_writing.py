"""Work that is done beside the caller ends when it says so, and its failures come back."""

import threading
from collections.abc import Callable

import pytest

from studio.training.checkpoints.writing import Writer


def waiting(go: threading.Event) -> Callable[[], None]:
    def work() -> None:
        assert go.wait(60)

    return work


def test_work_goes_on_beside_the_caller():
    writer, go = Writer("test"), threading.Event()
    writer.begin(waiting(go))
    states = [writer.is_busy, writer.finished()]
    go.set()
    states += [writer.finished(wait=True), writer.finished(), writer.is_busy]
    assert states == [True, False, True, False, False]
    assert writer.seconds > 0


def test_a_second_piece_of_work_has_to_wait():
    writer, go = Writer("test"), threading.Event()
    writer.begin(waiting(go))
    with pytest.raises(AssertionError):
        writer.begin(lambda: None)
    go.set()
    writer.close()
    writer.begin(lambda: None)
    writer.close()


@pytest.mark.parametrize("error", [OSError("full"), KeyboardInterrupt(), KeyError("ours")])
def test_what_goes_wrong_is_raised_where_it_is_asked_for(error):
    writer = Writer("test")

    def work() -> None:
        raise error

    writer.begin(work)
    with pytest.raises(type(error)):
        writer.finished(wait=True)
    writer.begin(lambda: None)
    assert writer.finished(wait=True)
