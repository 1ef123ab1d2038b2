"""Which runs wait for their turn: a list that outlives the program, one trained after the other."""

import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from studio.errors import FileError, StudioError, TrainingError
from studio.runs.lock import holder
from studio.runs.request import RunRequest
from studio.runs.request_json import read_request, request_json
from studio.runs.resuming import CHECKPOINTS, LAST
from studio.runs.store import summary
from studio.signals import Signal
from studio.storage import make_durable, read_sealed, unwritable, write_sealed
from studio.training.events import Ended, Event, Started
from studio.wording import _

FILE = "queue.json"
FORMAT = 1
State = Literal["waiting", "running", "done", "failed"]
_STATES = ("waiting", "running", "done", "failed")


@dataclass(frozen=True)
class Entry:
    """A run that was asked for: network, data and plan as they were when it was queued."""

    key: int
    """What it is called by in the verbs of the queue; never given twice."""
    name: str
    request: RunRequest
    state: State = "waiting"
    run: str = ""
    """The name of the folder of its run, once it has begun."""
    message: str = ""
    """Why it failed, or how it ended: "finished", "finished early", "stopped"."""


class RunQueue:
    """Runs of one project in the order in which they are trained; kept beside the runs.

    The verbs raise FileError when the list cannot be written, and nothing has changed then.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.changed: Signal[tuple[Entry, ...]] = Signal()
        self.entries: tuple[Entry, ...] = ()
        self.is_going = False
        """Whether the next run begins when one ends."""
        self._is_at_hand = False
        self._folder = folder
        if folder is not None:
            self.open(folder)

    @property
    def current(self) -> Entry | None:
        """The run that is being trained."""
        return next((entry for entry in self.entries if entry.state == "running"), None)

    @property
    def waiting(self) -> tuple[Entry, ...]:
        """The runs whose turn is still to come."""
        return tuple(entry for entry in self.entries if entry.state == "waiting")

    def open(self, folder: Path) -> None:
        """Show the queue of another folder of runs; raises FileError if it cannot be read.

        A run that broke off with its program goes on from its checkpoint when its turn comes.
        """
        self._folder, self.is_going, self.entries = folder, False, ()
        try:
            self.entries = tuple(_settled(entry, folder) for entry in _read(folder))
        finally:
            self.changed.emit(self.entries)

    def add(self, request: RunRequest, name: str) -> Entry:
        """Queue a run behind all others."""
        entry = Entry(self._next_key(), name, request)
        self._take((*self.entries, entry))
        return entry

    def duplicate(self, key: int) -> Entry:
        """Queue the same run once more, behind the one of that key."""
        place, entry = self._place(key), self[key]
        copy = Entry(self._next_key(), entry.name, entry.request)
        self._take((*self.entries[: place + 1], copy, *self.entries[place + 1 :]))
        return copy

    def remove(self, key: int) -> None:
        """Forget an entry; its run, if it has one, stays. Raises TrainingError while it trains."""
        if self[key].state == "running":
            raise TrainingError(_("This run is under way."), _("Stop it first."))
        self._take(tuple(entry for entry in self.entries if entry.key != key))

    def move(self, key: int, place: int) -> None:
        """Let an entry have another place, counted from 0."""
        entry = self[key]
        others = [other for other in self.entries if other.key != key]
        others.insert(max(0, place), entry)
        self._take(tuple(others))

    def rename(self, key: int, name: str) -> None:
        """Give an entry another name."""
        self._take(self._with(replace(self[key], name=name)))

    def again(self, key: int) -> None:
        """Let a run that failed wait for another turn; it goes on from its last checkpoint."""
        entry = self[key]
        if entry.state == "failed" and self._folder is not None:
            waiting = replace(entry, state="waiting", message="")
            again = _going_on(entry, self._folder / entry.run) if entry.run else waiting
            self._take(self._with(again))

    def clear_ended(self) -> None:
        """Forget all entries whose runs have ended."""
        self._take(tuple(e for e in self.entries if e.state in {"waiting", "running"}))

    def start(self) -> None:
        """From now on, begin the next run when one ends."""
        self.is_going = True
        self.changed.emit(self.entries)

    def hold(self) -> None:
        """Let the run at hand be the last for now."""
        self.is_going = False
        self.changed.emit(self.entries)

    def next(self) -> Entry | None:
        """Return the run to begin now, and note that it runs; None if there is none to begin.

        One that went on alone is over once nobody writes it any more.
        """
        current = self.current
        if current is not None and current.run and self._folder is not None:
            self._note(_settled(current, self._folder))
        if not self.is_going or self.current is not None:
            return None
        waiting = self.waiting
        if not waiting:
            self.hold()
            return None
        entry = replace(waiting[0], state="running", message="", run="")
        self._note(entry)
        return entry

    def follow(self, event: Event) -> None:
        """Take note of what happens in the run at hand, which may be none of the queue."""
        entry = self.current
        if entry is None:
            return
        if isinstance(event, Started):
            self._is_at_hand = entry.run in {"", event.run}
            if self._is_at_hand:
                self._note(replace(entry, run=event.run))
        elif isinstance(event, Ended) and (self._is_at_hand or not entry.run):
            failed = event.reason == "failed"
            message = event.message if failed else event.reason
            self._note(replace(entry, state="failed" if failed else "done", message=message))

    def move_to(self, folder: Path, renamed: Mapping[str, str]) -> None:
        """Go along with runs that were moved; `renamed` tells new names by old ones."""
        before, self._folder = self._folder, folder
        self._take(tuple(_moved(entry, before, folder, renamed) for entry in self.entries))
        if before is not None and before != folder:
            with contextlib.suppress(OSError):
                (before / FILE).unlink(missing_ok=True)

    def __getitem__(self, key: int) -> Entry:
        """Return the entry of that key; raises KeyError if there is none."""
        return self.entries[self._place(key)]

    def _place(self, key: int) -> int:
        for place, entry in enumerate(self.entries):
            if entry.key == key:
                return place
        raise KeyError(key)

    def _next_key(self) -> int:
        return max((entry.key for entry in self.entries), default=0) + 1

    def _with(self, changed: Entry) -> tuple[Entry, ...]:
        return tuple(changed if entry.key == changed.key else entry for entry in self.entries)

    def _note(self, changed: Entry) -> None:
        """Remember how a run went, be it only in memory while the disk is full."""
        self.entries = self._with(changed)
        with contextlib.suppress(FileError):
            self._write(self.entries)
        self.changed.emit(self.entries)

    def _take(self, entries: tuple[Entry, ...]) -> None:
        self._write(entries)
        self.entries = entries
        self.changed.emit(entries)

    def _write(self, entries: tuple[Entry, ...]) -> None:
        if self._folder is None:
            return
        path = self._folder / FILE
        if entries:
            write_sealed(path, {"queue": FORMAT, "entries": [*map(_entry_json, entries)]})
            return
        try:
            if path.exists():
                path.unlink()
                make_durable(self._folder)
        except OSError as error:
            raise unwritable(path, error) from error


def _entry_json(entry: Entry) -> dict[str, Any]:
    return {
        "key": entry.key,
        "name": entry.name,
        "state": entry.state,
        "run": entry.run,
        "message": entry.message,
        "request": request_json(entry.request),
    }


def _read(folder: Path) -> Iterable[Entry]:
    """Return the entries in the file of a folder."""
    path = folder / FILE
    if not path.is_file():
        return []
    values = read_sealed(path)
    try:
        return [_entry(value, folder) for value in values["entries"]]  # type: ignore[index]
    except (StudioError, LookupError, TypeError, ValueError, AttributeError) as error:
        raise FileError(
            _("{path} does not describe runs that wait.").format(path=path),
            _("Delete it to begin a new queue."),
        ) from error


def _entry(value: Any, folder: Path) -> Entry:
    state = value["state"]
    if state not in _STATES:
        raise ValueError(state)
    request = read_request(value["request"])
    named = Entry(int(value["key"]), str(value["name"]), request, state)
    here = _moved(named, request.folder, folder, {})  # a folder may be moved while nobody looks
    return replace(here, run=str(value["run"]), message=str(value["message"]))


def _moved(entry: Entry, before: Path | None, folder: Path, renamed: Mapping[str, str]) -> Entry:
    request = replace(entry.request, folder=folder)
    if request.parent is not None and request.parent.parent == before:
        name = request.parent.name
        request = replace(request, parent=folder / renamed.get(name, name))
    return replace(entry, request=request, run=renamed.get(entry.run, entry.run))


def _settled(entry: Entry, folder: Path) -> Entry:
    """Return what became of an entry while the program was away."""
    if entry.state != "running":
        return entry
    run = folder / entry.run
    if not entry.run or not run.is_dir():
        return replace(entry, state="waiting", run="")
    if holder(run):
        return entry
    found = summary(run)
    if found.status == "failed":
        return replace(entry, state="failed", message=found.message)
    if found.status in {"finished", "finished early", "stopped"}:
        return replace(entry, state="done", message=found.status)
    return _going_on(entry, run)


def _going_on(entry: Entry, run: Path) -> Entry:
    """Return the entry waiting again: from where its run broke off, or from its beginning."""
    if (run / CHECKPOINTS / f"{LAST}.json").is_file():
        entry = replace(entry, request=replace(entry.request, parent=run, resume=True))
    return replace(entry, state="waiting", message="")
