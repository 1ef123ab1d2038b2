"""How a process that does not lead takes part in the runs of the one that does."""

from typing import Any

from studio.runs.prepare import prepared
from studio.runs.request import RunRequest
from studio.runs.request_json import read_request, request_json
from studio.training.checkpoints.checkpoint import Checkpoint
from studio.training.control import Control
from studio.training.events import Ended
from studio.training.sharing.alone import Sharing
from studio.training.trainer import train


def order(request: RunRequest, start: Checkpoint | None) -> tuple[dict[str, Any], Any]:
    """Return what the leading process tells the others of a run and of where it goes on."""
    return request_json(request), start


def help_out(sharing: Sharing, control: Control) -> str:
    """Train what the leading process trains, until it says None; return how the last run ended.

    Nothing is recorded or written here. Raises StudioError as the leading process does.
    """
    reason = ""
    while (ordered := sharing.told()) is not None:
        request, start = read_request(ordered[0]), ordered[1]
        with sharing.preparing():
            ready = prepared(request)
        events = train(
            *(ready.network, ready.data, request.plan, control), start=start, sharing=sharing
        )
        for event in events:
            reason = event.reason if isinstance(event, Ended) else reason
    return reason
