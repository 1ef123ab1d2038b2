"""Long work takes no more memory, threads, files or objects than short work."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

Census = dict[str, int]
MB = 1_000_000
CHILD = "tests.reliability.memory_child"


def worked(folder: Path, *arguments: object) -> list[Census]:
    """Return what a studio held at some moments while it worked in a process of its own."""
    run = subprocess.run(
        [sys.executable, "-W", "error", "-m", CHILD, *map(str, arguments)],
        capture_output=True, text=True, check=False,
        cwd=Path(__file__).resolve().parents[2],
        env={**os.environ, "LAYERWISE_HOME": str(folder), "QT_QPA_PLATFORM": "offscreen"},
    )  # fmt: skip
    assert run.returncode == 0, run.stderr[-3000:]
    found: list[Census] = json.loads(run.stdout.splitlines()[-1])
    assert len(found) >= 5
    return found


def grown(census: list[Census], megabytes: float) -> list[str]:
    """Return what became more after the first look, which comes when all is warm."""
    first, *others = census
    most = {what: max(look[what] for look in others) for what in first}
    room = {
        "bytes": megabytes * MB,
        "threads": 1,  # data are read and files are written by threads that come and go
        "files": 3,
        "objects": 150,  # what panels show depends on what is there to be shown
        "widgets": 60,
    }
    return [what for what, more in room.items() if most[what] - first[what] > more]


def test_steps_with_metrics_and_curves_take_no_memory(tmp_path):
    assert grown(worked(tmp_path, "steps", 20_000), 5) == []


def test_edits_and_undo_take_no_memory(tmp_path):
    assert grown(worked(tmp_path, "edits", 3_000, "--bare"), 10) == []


def test_opening_projects_takes_no_memory(tmp_path):
    assert grown(worked(tmp_path, "projects", 150), 10) == []


@pytest.mark.slow
def test_a_million_steps_take_no_memory(tmp_path):
    census = worked(tmp_path, "steps", 1_000_000, "--per-epoch", 5_000)
    assert census[-1]["done"] > 900_000
    assert grown(census, 5) == []


@pytest.mark.slow
def test_a_hundred_thousand_edits_take_no_memory(tmp_path):
    assert grown(worked(tmp_path, "edits", 100_000, "--bare"), 10) == []


@pytest.mark.slow
def test_edits_that_are_seen_take_no_memory(tmp_path):
    assert grown(worked(tmp_path, "edits", 12_000), 10) == []


@pytest.mark.slow
def test_opening_a_thousand_projects_takes_no_memory(tmp_path):
    assert grown(worked(tmp_path, "projects", 1_000), 10) == []


def test_a_leak_of_each_kind_is_seen(tmp_path):
    """Power of the tests above."""
    census = worked(tmp_path, "edits", 1_200, "--bare", "--leak")
    assert grown(census, 10) == ["bytes", "threads", "files", "objects"]
