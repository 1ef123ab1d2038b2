"""Where things lie: what the program ships, and where runs and settings go."""

import os
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent

SUFFIX = ".layerwise"
"""What the name of a project file ends with."""


def resources() -> Path:
    """Return the folder of shipped icons, templates and translations."""
    beside = _PACKAGE.parent / "resources"  # a checkout; an installed wheel carries them inside
    return beside if beside.is_dir() else _PACKAGE / "resources"


def runs_of(project: Path) -> Path:
    """Return the folder beside a project file in which its runs lie."""
    return project.with_name(project.stem + ".runs")


def home() -> Path:
    """Return the folder for projects nobody has saved yet and for the studio's own settings."""
    base = os.environ.get("LAYERWISE_HOME")
    return Path(base) if base else Path.home() / ".layerwise"
