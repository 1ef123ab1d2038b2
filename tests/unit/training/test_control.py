"""The reins of a run: what was asked is told once, from whichever thread."""

import threading

from studio.training.control import Control


def test_nothing_was_asked_at_first():
    control = Control()
    assert not control.has_news
    requests = control.take()
    assert (requests.ending, requests.frozen, requests.scale) == ("", None, 1.0)


def test_requests_gather_until_they_are_taken_and_are_told_once():
    control = Control()
    control.set_frozen({"a": True})
    control.set_frozen({"b": "statistics", "a": False})
    control.scale_rate(0.5)
    control.scale_rate(0.5)
    assert control.has_news
    first, second = control.take(), control.take()
    assert first.frozen == {"a": False, "b": "statistics"}
    assert first.scale == 0.25
    assert second.frozen is None
    assert second.scale == 1.0


def test_an_ending_stays_asked():
    control = Control()
    control.finish_early()
    assert control.take().ending == "finished early"
    assert control.take().ending == "finished early"
    assert control.has_news


def test_resuming_wakes_whoever_waits():
    control = Control()
    control.pause()
    waited: list[float] = []
    worker = threading.Thread(target=lambda: waited.append(control.wait_while_paused()))
    worker.start()
    worker.join(0.1)
    assert worker.is_alive()
    control.resume()
    worker.join(10)
    assert waited[0] >= 0.05
    assert not control.is_paused


def test_waiting_without_a_pause_takes_no_time():
    assert Control().wait_while_paused() < 0.1
