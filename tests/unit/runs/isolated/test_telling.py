"""The parts of an isolated run that need no second process: orders, news, patience, deaths."""

import errno
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from studio.errors import TrainingError
from studio.runs.isolated import news
from studio.runs.isolated.attaching import attached
from studio.runs.isolated.catching_up import LogTail, without_old_ends
from studio.runs.isolated.deaths import cause, ended_by_death, last_words, struck_first, way_on
from studio.runs.isolated.life import FILE, Sign, birth, living, running
from studio.runs.isolated.news import DROPPED, Teller
from studio.runs.isolated.orders import FILE as ORDERS
from studio.runs.isolated.orders import Lines, Reins, append_order, obey
from studio.runs.isolated.patience import Patience
from studio.runs.isolated.process import taken, warm
from studio.runs.log import LOG
from studio.runs.request_json import read_request, request_json
from studio.training.control import Control
from studio.training.events import Ended, EpochDone
from studio.training.ticks.actions import Stop
from studio.training.ticks.moments import AtEpoch
from studio.training.ticks.tick import Tick
from tests.unit.runs.events import started, step
from tests.unit.runs.projects import flowers, request

ENDED = Ended("stopped", 7, 1.0, 10.0)


def log_line(event: object) -> bytes:
    from studio.runs.event_json import to_line

    return to_line(event).encode() + b"\n"  # type: ignore[arg-type]


def test_a_request_comes_back_from_json_as_it_was(tmp_path: Path) -> None:
    asked = request(tmp_path, flowers(5, frozen=True), parent=tmp_path / "run-0001", resume=True)

    assert read_request(json.loads(json.dumps(request_json(asked)))) == asked


def test_every_verb_of_a_control_reaches_another_one() -> None:
    here, there = Control(), Control()
    reins = Reins(here)
    ticks = (Tick(at=AtEpoch(at=2.0), actions=(Stop(),)),)

    def passed_on() -> None:
        for order in reins.orders():
            obey(json.loads(json.dumps(order)), there)

    here.pause()
    here.set_frozen({"linear_1": True, "linear_2": "statistics"})
    here.scale_rate(0.5)
    here.set_ticks(ticks)
    passed_on()
    assert there.is_paused
    taken = there.take()
    assert (taken.frozen, taken.scale) == ({"linear_1": True, "linear_2": "statistics"}, 0.5)
    assert taken.ticks == ticks

    here.resume()
    here.finish_early()
    passed_on()
    assert (there.is_paused, there.ending) == (False, "finished early")
    here.stop()
    passed_on()
    assert there.ending == "stopped"
    assert list(reins.orders()) == []


@pytest.mark.parametrize("order", [None, 3, {}, {"do": "dance"}, {"do": "rate", "factor": "x"}])
def test_an_order_without_sense_is_passed_over(order: object) -> None:
    control = Control()

    obey(order, control)

    assert not control.has_news


def test_orders_left_in_a_folder_are_read_once_and_only_whole(tmp_path: Path) -> None:
    lines = Lines(tmp_path / "orders.jsonl")
    assert lines.new() == []
    append_order(tmp_path, {"do": "pause"})
    with (tmp_path / "orders.jsonl").open("ab") as stream:
        stream.write(b'{"do":"res')

    assert [json.loads(line) for line in lines.new()] == [{"do": "pause"}]
    assert lines.new() == []
    with (tmp_path / "orders.jsonl").open("ab") as stream:
        stream.write(b'ume"}\n')
    assert lines.new() == [b'{"do":"resume"}']


def test_who_tells_never_waits_for_a_reader_who_is_slow() -> None:
    reader, writer = os.pipe()
    teller = Teller(writer, largest=1 << 16)
    began = time.monotonic()
    for number in range(20_000):
        teller.event(json.dumps({"number": number}))
        teller.tell("beat", number)
    assert time.monotonic() - began < 5.0

    teller.close(0.0)
    told = [json.loads(line) for line in _all(reader).splitlines()]

    numbers = [line["number"] for line in told if "number" in line]
    assert numbers == list(range(len(numbers)))
    assert 0 < len(numbers) < 20_000
    assert DROPPED in told
    assert told[-1] == {"beat": 19_999}


def _all(pipe: int) -> bytes:
    with open(pipe, "rb") as stream:
        return stream.read()


def test_news_come_together_and_the_last_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(news, "_APART_S", 60.0)
    reader, writer = os.pipe()
    teller = Teller(writer)
    teller.event('{"first": 1}')
    first = os.read(reader, 1 << 16)
    for number in range(40):
        teller.event(json.dumps({"number": number}))
    assert select.select([reader], [], [], 0.2)[0] == []
    teller.close(30.0)
    assert first == b'{"first": 1}\n'
    assert os.read(reader, 1 << 16).count(b"\n") == 40
    assert os.read(reader, 1) == b""
    os.close(reader)


def test_who_tells_does_not_mind_that_nobody_reads() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    teller = Teller(writer)
    teller.event("{}")
    teller.event("{}")
    teller.close()

    assert not any(thread.name == "news" and thread.is_alive() for thread in threading.enumerate())


def test_silence_is_borne_for_twenty_steps_but_not_while_we_slept_ourselves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 0.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    patience = Patience(30.0)
    assert patience.limit_s == 120.0  # the engine is being loaded
    patience.follow(step(1))
    for number in range(2, 9):
        patience.follow(step(number))
    assert patience.limit_s == 30.0
    patience.heard()
    now = 5000.0
    assert not patience.wait()
    for _second in range(28):
        now += 1.0
        assert not patience.wait()
    now += 1.0
    assert not patience.wait()
    now += 1.0
    assert patience.wait()
    slow = Patience(1.0)
    slow.follow(step(10))
    slow.follow(step(20))
    assert slow.limit_s == 20 * 0.5


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (-signal.SIGSEGV, "segmentation fault"),
        (-signal.SIGBUS, "bus error"),
        (-signal.SIGABRT, "gave up"),
        (-signal.SIGKILL, "killed from outside"),
        (-signal.SIGUSR2, "SIGUSR2"),
        (9, "status 9 without saying why"),
        (0xC000_0005, "access violation"),
        (None, "is gone"),
    ],
)
def test_each_death_has_its_sentence(status: int | None, words: str) -> None:
    assert words in cause(status)


@pytest.mark.parametrize(
    ("first", "died_of", "told"),
    [
        ("Aborted", signal.SIGSEGV, signal.SIGABRT),
        ("Bus error", signal.SIGSEGV, signal.SIGBUS),
        ("Segmentation fault", signal.SIGSEGV, signal.SIGSEGV),
        ("Aborted", signal.SIGKILL, signal.SIGKILL),
        ("", signal.SIGSEGV, signal.SIGSEGV),
    ],
)
def test_the_fault_that_struck_first_is_told(
    tmp_path: Path, first: str, died_of: int, told: int
) -> None:
    words = f"Fatal Python error: {first}\n\nThread 0x1\n" if first else "Thread 0x1\n"
    (tmp_path / "crash.log").write_text(words + "Fatal Python error: Segmentation fault\n")
    if not first:
        (tmp_path / "crash.log").unlink()
    assert struck_first(tmp_path, -died_of) == -told
    assert struck_first(tmp_path, 9) == 9
    assert struck_first(tmp_path, None) is None


@pytest.mark.skipif(sys.platform == "win32", reason="signals end processes elsewhere")
def test_python_says_the_words_by_which_faults_are_known(tmp_path: Path) -> None:
    for name in ("SIGABRT", "SIGBUS", "SIGFPE", "SIGILL", "SIGSEGV"):
        code = (
            "import faulthandler, os, signal, sys\n"
            "faulthandler.enable(open(sys.argv[1], 'w'))\n"
            f"os.kill(os.getpid(), signal.{name})"
        )
        subprocess.run([sys.executable, "-c", code, tmp_path / "crash.log"], check=False)
        assert struck_first(tmp_path, -signal.SIGSEGV) == -getattr(signal, name)


def test_the_killer_for_memory_is_named() -> None:
    assert "memory ran out" in cause(-signal.SIGKILL, killed_for_memory=True)


def test_a_death_says_from_which_step_the_run_goes_on(tmp_path: Path) -> None:
    (tmp_path / "checkpoints").mkdir()
    assert "start it again" in way_on(tmp_path)
    (tmp_path / "checkpoints" / "last.json").write_text('{"step": 41}')
    (tmp_path / "crash.log").write_text("warning\nFatal Python error: Aborted\nThread 1\n")

    ended = ended_by_death(tmp_path, cause(None, complaint=last_words(tmp_path)), step(50))

    assert (ended.reason, ended.step) == ("failed", 50)
    assert "Fatal Python error: Aborted." in ended.message
    assert "goes on from step 41" in ended.message


def test_the_log_tells_what_was_not_told_since_the_run_went_on(tmp_path: Path) -> None:
    log = tmp_path / LOG
    first = [started(), step(1), ENDED]
    second = [started(first_step=1), step(2), step(3)]
    log.write_bytes(b"".join(map(log_line, [*first, *second])) + b'{"torn')

    tail = LogTail(tmp_path)
    assert tail.since_start(2) == [step(3)]
    with log.open("ab") as stream:
        stream.write(b'"}\n' + log_line(step(4)))
    assert tail.new() == [step(4)]
    assert list(without_old_ends(LogTail(tmp_path).new())) == [*first[:2], *second, step(4)]
    assert list(without_old_ends([step(1), ENDED])) == [step(1), ENDED]


def test_only_runs_whose_process_lives_are_running(tmp_path: Path) -> None:
    run = tmp_path / "run-0001"
    run.mkdir()
    sign = Sign(run)
    sign.give(paused=True, refusal="No.")
    (found,) = running(tmp_path)
    assert (found.folder, found.pid, found.paused, found.refusal) == (run, os.getpid(), True, "No.")

    values = json.loads((run / FILE).read_text())
    (run / FILE).write_text(json.dumps(values | {"born": "1"}))  # the number was given away again
    assert bool(birth(os.getpid())) is not bool(running(tmp_path))
    (run / FILE).write_text(json.dumps(values | {"pid": 2**22 + 1}))
    assert running(tmp_path) == ()
    sign.take_away()
    assert living(run) is None


def test_an_order_for_which_there_is_no_room_is_given_once_there_is(tmp_path: Path) -> None:
    Sign(tmp_path).give(paused=False, refusal="")
    (tmp_path / LOG).write_bytes(log_line(step(1)))
    (tmp_path / ORDERS).mkdir()  # cannot be written
    control = Control()
    control.stop()
    events = attached(tmp_path, control)
    assert next(events) == step(1)
    (tmp_path / LOG).write_bytes(log_line(step(1)) + log_line(step(2)))
    assert next(events) == step(2)
    assert str(tmp_path / ORDERS) in control.refusal
    (tmp_path / ORDERS).rmdir()
    (tmp_path / LOG).write_bytes(b"".join(map(log_line, [step(1), step(2), ENDED])))
    (tmp_path / FILE).unlink()
    assert list(events)[-1] == ENDED
    assert json.loads((tmp_path / ORDERS).read_text()) == {"do": "stop"}


@pytest.mark.parametrize("name", ["subprocess.Popen", "tempfile.TemporaryFile"])
def test_a_process_that_the_system_does_not_give_is_a_refusal(name: str, monkeypatch) -> None:
    def refuse(*_order: object, **_options: object) -> None:
        raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    monkeypatch.setattr(name, refuse)
    with pytest.raises(TrainingError, match=os.strerror(errno.EAGAIN)):
        taken()
    warm()  # ahead of time it is no matter


def test_an_event_is_known_whatever_else_stands_in_its_line(tmp_path: Path) -> None:
    done = EpochDone(1, 7, {"loss": 1.0}, {})
    (tmp_path / LOG).write_bytes(b"\n[]\nnonsense\n" + log_line(done))

    assert LogTail(tmp_path).new() == [done]
