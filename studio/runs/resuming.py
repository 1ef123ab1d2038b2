"""With which plan a run would go on: what its last checkpoint says, read without torch."""

from dataclasses import replace
from pathlib import Path

from studio.errors import FileError
from studio.graph.file import ProjectFile
from studio.runs.info import read_info
from studio.storage import read_json
from studio.training.checkpoints import past

CHECKPOINTS = "checkpoints"
LAST = past.LAST


def resumable(run: Path) -> ProjectFile:
    """Return the project of a run with the plan it went by last.

    Raises FileError if that is not a run; one without a checkpoint has the plan of its start.
    """
    project = read_info(run).project
    try:
        manifest = read_json(run / CHECKPOINTS / f"{LAST}.json")
    except FileError:
        return project
    plan = manifest.get("plan") if isinstance(manifest, dict) else None
    return replace(project, plan=plan) if isinstance(plan, dict) else project
