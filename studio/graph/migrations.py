"""How a project file of an earlier version becomes one of the present version, step by step."""

from collections.abc import Callable, Sequence
from typing import Any

from studio.errors import FileError
from studio.wording import _

Step = Callable[[dict[str, Any]], dict[str, Any]]

STEPS: Sequence[Step] = ()
"""The step at index n takes a file of version n + 1 to version n + 2; append, never change."""

VERSION = len(STEPS) + 1


def migrated(project: dict[str, Any], steps: Sequence[Step] = STEPS) -> dict[str, Any]:
    """Return the JSON of a project as the present version would have written it.

    Raises FileError for a file without a version or of a newer one.
    """
    present = len(steps) + 1
    version = project.get("layerwise")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise FileError(
            _("This is no Layerwise project: it does not say “layerwise”: {version}.").format(
                version=present
            )
        )
    if version > present:
        raise FileError(
            _("The project has version {version}, but this program knows up to {present}.").format(
                version=version, present=present
            ),
            _("Open it with a newer Layerwise."),
        )
    for step in steps[version - 1 :]:
        project = step(project)
    return project | {"layerwise": present}
