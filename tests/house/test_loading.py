"""What each package really loads, seen from a fresh interpreter."""

import subprocess
import sys

import pytest

TORCH_FREE = [
    "studio.analysis.analyze",
    "studio.graph.file",
    "studio.datasets.source",
    "studio.training.plan",
    "studio.runs.history",
    "studio.workspace",
    "studio.cli",
]


def loaded_by(module: str) -> set[str]:
    """Return the top-level modules in memory after importing `module`."""
    code = f"import sys, {module}; print(*sorted({{m.split('.')[0] for m in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize("module", TORCH_FREE)
def test_the_editor_and_its_files_load_neither_torch_nor_qt(module):
    assert not loaded_by(module) & {"torch", "PySide6", "sklearn"}


def test_the_window_does_not_wait_for_torch():
    loaded = loaded_by("studio.ui.window")

    assert "PySide6" in loaded
    assert not loaded & {"torch", "sklearn"}


def test_the_core_trains_without_qt():
    assert not loaded_by("studio.runs.perform") & {"PySide6", "pyqtgraph"}
