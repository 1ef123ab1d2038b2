"""What the command line may change in a run that goes on: its plan, and which layers are frozen."""

from collections.abc import Iterable

from studio.errors import SettingError
from studio.graph.model import Frozen, Graph
from studio.graph.walk import frozen_paths
from studio.wording import _


def require_resumable(file: str | None, assignments: Iterable[str]) -> None:
    """Raise SettingError for a project file, and for settings that would make it another run."""
    if file is not None:
        raise SettingError(
            _("--resume goes on with the project of the run, so that {file} has no use.").format(
                file=file
            ),
            _("Leave it out, or start a new run with --from."),
        )
    for assignment in assignments:
        if _part(assignment) in {"graph", "data"} and _frozen_path(assignment) is None:
            raise SettingError(
                _("--set {text}: a resumed run keeps its network and its data.").format(
                    text=assignment
                ),
                _("Change its plan or what is frozen, or start a new run with --from."),
            )


def frozen_marks(graph: Graph, assignments: Iterable[str]) -> dict[str, Frozen]:
    """Return the marks that "graph.conv2d_1.frozen=true" asks for; `graph` already has them."""
    marks = frozen_paths(graph)
    paths = (_frozen_path(assignment) for assignment in assignments)
    return {path: marks.get(path, False) for path in paths if path is not None}


def _names(assignment: str) -> list[str]:
    return assignment.partition("=")[0].strip().split(".")


def _part(assignment: str) -> str:
    return _names(assignment)[0]


def _frozen_path(assignment: str) -> str | None:
    """Return the path of the layer whose frozen state is set, None for any other setting."""
    part, *path = _names(assignment)
    return path[0] if part == "graph" and len(path) == 2 and path[1] == "frozen" else None
