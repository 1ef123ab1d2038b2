"""How a request is written as JSON, to be handed to another process or kept for later."""

from pathlib import Path
from typing import Any

from studio.datasets.source import read_source, source_json
from studio.errors import FileError, StudioError
from studio.graph.file import ProjectFile, project_from_json, project_to_json
from studio.runs.request import RunRequest
from studio.runs.resuming import LAST
from studio.training.plan import plan_json, read_plan
from studio.wording import _


def request_json(request: RunRequest) -> dict[str, Any]:
    """Return a request as plain JSON values; paths become absolute."""
    project = ProjectFile(request.graph, source_json(request.source), plan_json(request.plan))
    return {
        "project": project_to_json(project),
        "folder": str(request.folder.absolute()),
        "parent": str(request.parent.absolute()) if request.parent is not None else "",
        "resume": request.resume,
        "checkpoint": request.checkpoint,
        "isolated": request.isolated,
    }


def read_request(value: Any) -> RunRequest:
    """Return the request that a JSON value spells; raises StudioError for anything else."""
    try:
        project = project_from_json(value["project"])
        return RunRequest(
            graph=project.graph,
            source=read_source(project.data),
            plan=read_plan(project.plan),
            folder=Path(str(value["folder"])),
            parent=Path(str(value["parent"])) if value.get("parent") else None,
            resume=value.get("resume") is True,
            checkpoint=str(value.get("checkpoint") or LAST),
            isolated=value.get("isolated") is True,
        )
    except StudioError:
        raise
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise FileError(_("This does not describe a run that was asked for.")) from error
