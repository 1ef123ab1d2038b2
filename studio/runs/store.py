"""Which runs lie in a folder, how each went, and how one is opened or removed."""

import contextlib
import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Literal

from studio.errors import FileError, StudioError
from studio.runs.history import History
from studio.runs.info import INFO, RunInfo, read_info, write_info
from studio.runs.lock import LOCK, holder
from studio.runs.log import LOG, each_piece, last_events
from studio.runs.notes import FILE as NOTES
from studio.runs.notes import Notes, read_notes
from studio.storage import make_durable, make_folder, unwritable
from studio.training.events import Metrics
from studio.wording import _

Status = Literal["finished", "finished early", "stopped", "failed", "interrupted", "broken"]
_NAME = re.compile(r"run-(\d{4,9})")
_DELETED = ".deleted-"


@dataclass(frozen=True)
class RunSummary:
    """One line of the table of runs."""

    name: str
    folder: Path
    status: Status
    """"interrupted" has no end: it is still under way, or its program was killed."""
    created: str = ""
    parent: str = ""
    steps: int = 0
    seconds: float = 0.0
    metrics: Mapping[str, Metrics] = field(default_factory=dict)
    """By split: of the end, else of the last epoch."""
    message: str = ""
    """Why it failed or cannot be read."""
    checkpoint: str = ""
    """The checkpoint of its parent it started from."""
    parent_step: int = 0
    """The steps its parent had made there."""
    notes: Notes = field(default_factory=Notes)

    @property
    def label(self) -> str:
        """What the run is called: the name somebody gave it, else that of its folder."""
        return self.notes.name or self.name


def list_runs(folder: Path) -> tuple[RunSummary, ...]:
    """Return the runs in a folder, the newest first; what is not a run is passed over."""
    try:
        found = [path for path in folder.iterdir() if _looks_like_run(path)]
    except OSError:
        return ()
    summaries = [summary(path) for path in found]
    return tuple(sorted(summaries, key=lambda run: (run.created, run.name), reverse=True))


def summary(folder: Path) -> RunSummary:
    """Return how a run went, from the end of its log; a broken one says what is wrong with it.

    A run whose files are as they were the last time is not read again.
    """
    return _summarized(folder, tuple(_state(folder / name) for name in (INFO, LOG, NOTES)))


def _state(path: Path) -> tuple[int, ...]:
    """Return what changes with a file, or nothing where there is none."""
    try:
        found = path.stat()
    except OSError:
        return ()
    return found.st_mtime_ns, found.st_size, found.st_ino


@lru_cache(maxsize=4096)
def _summarized(folder: Path, _states: tuple[tuple[int, ...], ...]) -> RunSummary:
    try:
        info = read_info(folder)
    except StudioError as error:
        return RunSummary(
            folder.name, folder, "broken", message=str(error), notes=read_notes(folder)
        )
    history = History().extend(last_events(folder))
    ended = history.ended
    return RunSummary(
        name=folder.name,
        folder=folder,
        status=ended.reason if ended else "interrupted",
        created=info.created,
        parent=info.parent,
        steps=max([history.step, *(done.step for done in history.epochs)]),
        seconds=ended.seconds if ended else _last_elapsed(history),
        metrics=history.metrics,
        message=ended.message if ended else "",
        checkpoint=info.checkpoint,
        parent_step=info.parent_step,
        notes=read_notes(folder),
    )


def open_run(folder: Path) -> tuple[RunInfo, History]:
    """Return what a run was about and what happened; raises FileError if it cannot be read."""
    info = read_info(folder)
    return info, History().extend(each_piece(folder))


def new_run(folder: Path) -> Path:
    """Make and return the folder of the next run: run-0001, run-0002 and so on.

    Two programs that ask at once get two folders. Raises FileError if none can be made.
    """
    try:
        make_folder(folder)
        number = max((_number(path) for path in folder.iterdir()), default=0)
        while True:
            number += 1
            path = folder / f"run-{number:04}"
            try:
                path.mkdir()
            except FileExistsError:
                continue
            _keep(path)
            return path
    except OSError as error:
        raise unwritable(folder, error) from error


def _keep(run: Path) -> None:
    """Have a new folder survive a power cut; without that it goes again."""
    try:
        make_durable(run.parent)
    except OSError:
        run.rmdir()
        raise


def delete_run(folder: Path) -> None:
    """Remove a run for good.

    Raises FileError if it is not a run, is under way, or cannot be removed.
    """
    if not _looks_like_run(folder):
        raise FileError(_("{folder} is not a run.").format(folder=folder))
    if process := holder(folder):
        raise FileError(
            _("The run {run} is being trained by process {process}.").format(
                run=folder, process=process
            ),
            _("Stop it first."),
        )
    aside = folder.with_name(f"{_DELETED}{folder.name}-{os.getpid()}")
    try:
        folder.rename(aside)  # a kill from here on leaves nothing that looks like half a run
    except OSError as error:
        raise unwritable(folder, error) from error
    for path in folder.parent.glob(f"{_DELETED}*"):
        shutil.rmtree(path, ignore_errors=True)


def _looks_like_run(path: Path) -> bool:
    """Whether a folder is a run; one that was killed before it began has at most a lock."""
    try:
        names = {item.name for item in path.iterdir()}
    except OSError:
        return False
    inside = {name for name in names if name != LOCK and not name.startswith(".")}
    named = _NAME.fullmatch(path.name) is not None
    return not path.name.startswith(".") and bool(inside & {"run.json", LOG} or (named and inside))


def _number(path: Path) -> int:
    match = _NAME.fullmatch(path.name)
    return int(match[1]) if match else 0


def _last_elapsed(history: History) -> float:
    points = [float(history.elapsed[-1])] if len(history.elapsed) else []
    return max([*points, *(done.elapsed_s for done in history.epochs)], default=0.0)


def move_runs(source: Path, target: Path) -> Mapping[str, str]:
    """Let the runs of an unsaved project follow it to where it was saved.

    Each gets the next free number among those that are there already; returned is the new name of
    each by its old one. One that another program is writing stays where it is. Raises FileError if
    one cannot be moved; it and those after it stay where they were then.
    """
    moved: dict[str, str] = {}
    try:
        ours = (0, os.getpid())
        found = sorted(p for p in source.iterdir() if _looks_like_run(p) and holder(p) in ours)
    except OSError:
        return moved
    for path in found:
        place = new_run(target)
        try:
            place.rmdir()
            shutil.move(path, place)
        except OSError as error:
            raise unwritable(target, error) from error
        moved[path.name] = place.name
        _rename_parent(place, moved)
    with contextlib.suppress(OSError):  # something else lies there too
        source.rmdir()
    return moved


def _rename_parent(run: Path, moved: Mapping[str, str]) -> None:
    """Let a run that was moved name its parent by the name that has now."""
    try:
        info = read_info(run)
    except StudioError:
        return
    if moved.get(info.parent, info.parent) != info.parent:
        write_info(run, replace(info, parent=moved[info.parent]))
