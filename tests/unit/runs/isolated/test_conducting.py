"""Whatever the process of a run says, or leaves unsaid, the events are whole and have an end."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from studio.errors import DataError, TrainingError
from studio.runs.event_json import to_json, to_line
from studio.runs.isolated import isolated, process
from studio.runs.log import LOG
from studio.training.control import Control
from studio.training.events import Ended, Event
from tests.unit.runs.events import started, step
from tests.unit.runs.projects import request

ENDED = Ended("finished", 9, 1.0, 10.0)
Play = Callable[..., list[Event]]


@pytest.fixture
def play(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Play:
    """Have a process play a script, and return the events that it makes."""
    monkeypatch.setattr(process, "CHILD", "tests.unit.runs.isolated.scripted")
    monkeypatch.setenv("LAYERWISE_TEST_SCRIPT", str(tmp_path / "script.json"))
    process.cool()

    def played(*script: tuple[str, Any], **options: Any) -> list[Event]:
        (tmp_path / "script.json").write_text(json.dumps(script))
        return list(isolated(request(tmp_path), options.pop("control", Control()), **options))

    return played


def say(event: Event) -> tuple[str, Any]:
    return "say", to_json(event)


def begun(folder: Path) -> tuple[str, Any]:
    return "say", {"begun": str(folder)}


def logged(folder: Path, *events: Event) -> tuple[str, Any]:
    return "append", [str(folder / LOG), "".join(to_line(event) + "\n" for event in events)]


def test_who_reads_too_slowly_catches_up_from_the_log(play: Play, tmp_path: Path) -> None:
    past = logged(tmp_path, started(), step(1), Ended("stopped", 1, 1.0, 1.0))
    whole: list[Event] = [started(first_step=1), step(2), step(3), step(4), step(5), ENDED]

    events = play(
        past,
        begun(tmp_path),
        logged(tmp_path, *whole[:4]),
        *map(say, whole[:2]),
        ("say", {"dropped": True}),
        ("wait", 0.6),
        logged(tmp_path, whole[4]),
        ("wait", 0.6),
        logged(tmp_path, whole[5]),
    )

    assert events == whole


def test_what_was_not_told_before_a_death_is_read_from_the_log(play: Play, tmp_path: Path) -> None:
    events = play(
        begun(tmp_path), say(started()), logged(tmp_path, started(), step(1), step(2)), ("exit", 5)
    )

    assert events[:-1] == [started(), step(1), step(2)]
    assert isinstance(events[-1], Ended)
    assert (events[-1].reason, events[-1].step) == ("failed", 2)
    assert "status 5" in events[-1].message


def test_a_run_that_ended_just_before_its_process_died_has_ended(
    play: Play, tmp_path: Path
) -> None:
    whole: list[Event] = [started(), ENDED]

    assert play(begun(tmp_path), logged(tmp_path, *whole), ("exit", 5)) == whole


def test_a_process_that_cannot_even_begin_is_a_refusal(play: Play) -> None:
    with pytest.raises(TrainingError, match=r"status 3: No module named torch\. Start it again"):
        play(("complain", "Traceback\nNo module named torch\n\n"), ("exit", 3))


def test_a_refusal_keeps_its_kind_and_its_remedy(play: Play) -> None:
    refused = {"kind": "DataError", "problem": "No rows.", "remedy": "Add some."}
    with pytest.raises(DataError, match="No rows") as caught:
        play(("say", {"refused": refused}))

    assert caught.value.remedy == "Add some."


def test_a_defect_is_raised_once_the_end_is_told(play: Play, tmp_path: Path) -> None:
    told: list[Event] = []
    with pytest.raises(RuntimeError, match="KeyError") as caught:
        told += play(
            begun(tmp_path),
            say(started()),
            say(ENDED),
            ("say", {"defect": {"error": "KeyError('x')", "trace": "in line 3"}}),
        )

    assert caught.value.__notes__ == ["in line 3"]


def test_a_process_that_hangs_is_ended_and_told(play: Play, tmp_path: Path) -> None:
    events = play(
        begun(tmp_path), say(started()), say(step(1)), say(step(1)), ("wait", 600),
        patience_s=0.5,
    )  # fmt: skip

    assert isinstance(events[-1], Ended)
    assert "no sign of life for" in events[-1].message


def test_what_a_newer_version_says_is_passed_over(play: Play, tmp_path: Path) -> None:
    events = play(
        begun(tmp_path), ("say", {"weather": 3}), ("say", {"event": "Rain"}),
        say(started()),
            say(ENDED),
    )  # fmt: skip

    assert events == [started(), ENDED]
