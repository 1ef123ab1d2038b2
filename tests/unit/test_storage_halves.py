"""What a power cut leaves beside a project goes when that is opened or saved; nothing else does."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from studio.graph.file import ProjectFile, write_project
from studio.storage import replacing, sweep_halves
from studio.workspace import Workspace

_OLD = 3600


def left(file: Path, age: float = _OLD) -> Path:
    """Return a file that somebody touched so many seconds ago."""
    file.write_bytes(b"half")
    before = time.time() - age
    os.utime(file, (before, before))
    return file


def dead() -> int:
    """Return the number of a process that is gone."""
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return child.pid


@pytest.fixture
def project(tmp_path: Path) -> Path:
    path = tmp_path / "a[1].layerwise"
    write_project(path, ProjectFile())
    return path


def halves(project: Path) -> tuple[Path, Path]:
    """Return what a killed writer of this version and one of an earlier version left."""
    return (
        left(project.with_name(f".{project.name}.{dead()}-abcd_123.part")),
        left(project.with_name(f".{project.name}.abcd_123.part")),
    )


def test_halves_go_when_a_project_is_opened(project: Path) -> None:
    found = halves(project)
    assert Workspace().open(project)
    assert not any(half.exists() for half in found)
    assert project.exists()


def test_halves_go_when_a_project_is_saved(project: Path) -> None:
    found = halves(project)
    write_project(project, ProjectFile())
    assert not any(half.exists() for half in found)


def test_nothing_else_goes(project: Path) -> None:
    name = project.name
    others = [
        left(project.with_name(f".{name}.{os.getpid()}-abcd_123.part")),
        left(project.with_name(f".{name}.{dead()}-abcd_124.part"), age=60),
        left(project.with_name(f"{name}.abcd_123.part")),
        left(project.with_name(f".{name}.part")),
        left(project.with_name(".b.layerwise.abcd_123.part")),
        left(project.with_name(".a1.layerwise.abcd_123.part")),
        left(project.with_name(f".{name}.abcd_123.part.txt")),
    ]
    folder = project.with_name(f".{name}.abcd_125.part")
    folder.mkdir()
    sweep_halves(project)
    assert [other for other in (*others, folder, project) if not other.exists()] == []


def test_a_half_names_its_process(project: Path) -> None:
    with replacing(project) as stream:
        stream.write(b"{}")
        (half,) = project.parent.glob(".*.part")
        assert half.name.startswith(f".{project.name}.{os.getpid()}-")
        os.utime(half, (0, 0))
        sweep_halves(project)
        assert half.exists()
