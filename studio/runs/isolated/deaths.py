"""Why the process of a run is gone, in a sentence, and from where the run goes on."""

import signal
from pathlib import Path

from studio.errors import FileError, TrainingError
from studio.runs.resuming import CHECKPOINTS, LAST
from studio.storage import read_json
from studio.training.events import Ended, StepDone
from studio.wording import _

CRASH = "crash.log"
"""Where the process of a run writes what it dies of."""
_WINDOWS_FAULT = 0xC000_0005
_FAULTS = {
    "Aborted": "SIGABRT",
    "Bus error": "SIGBUS",
    "Floating": "SIGFPE",
    "Illegal instruction": "SIGILL",
    "Segmentation fault": "SIGSEGV",
}
"""How the words of a process about a fault begin, and the signal of each."""


def ended_by_death(run: Path | None, problem: str, last: StepDone | None) -> Ended:
    """Return the end of a run whose process ended without telling one."""
    told = str(TrainingError(problem, way_on(run)))
    if last is None:
        return Ended("failed", 0, 0.0, 0.0, message=told)
    return Ended("failed", last.step, last.elapsed_s, last.samples_per_second, message=told)


def way_on(run: Path | None) -> str:
    """Return what can be done with a run that broke off."""
    step = resumable_step(run) if run is not None else None
    if step is None:
        return _("It had no checkpoint yet; start it again.")
    return _("Resume the run: it goes on from step {step}.").format(step=step)


def resumable_step(run: Path) -> int | None:
    """Return how many steps the last checkpoint of a run has behind it; None without one."""
    try:
        manifest = read_json(run / CHECKPOINTS / f"{LAST}.json")
    except FileError:
        return None
    step = manifest.get("step") if isinstance(manifest, dict) else None
    return step if isinstance(step, int) else None


def cause(status: int | None, *, killed_for_memory: bool = False, complaint: str = "") -> str:
    """Return why a process ended with an exit status, negative for a signal.

    `status` is None where nobody could see it, `complaint` the last that was heard of it.
    """
    if status is None and complaint:
        return _("The process of the run is gone: {complaint}.").format(
            complaint=complaint.rstrip(".")
        )
    if status is None:
        return _("The process of the run is gone.")
    if status < 0:
        return _signalled(-status, killed_for_memory=killed_for_memory)
    if status & 0xFFFF_FFFF == _WINDOWS_FAULT:
        return _("The process of the run used memory that is not its own (access violation).")
    if complaint:
        return _("The process of the run ended with status {status}: {complaint}.").format(
            status=status, complaint=complaint.rstrip(".")
        )
    return _("The process of the run ended with status {status} without saying why.").format(
        status=status
    )


def last_words(run: Path) -> str:
    """Return what a process wrote about the fault it died of, or nothing."""
    try:
        words = (run / CRASH).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    fatal = (line.strip() for line in words.splitlines() if line.startswith("Fatal "))
    return next(fatal, "")


def struck_first(run: Path, status: int | None) -> int | None:
    """Return the exit status that the first fault of a process gives, if it wrote of one.

    While a process writes where each of its threads stood, others go on, and reading what they
    change may strike it again: the signal it ends with is then not the one it died of.
    """
    known = {words: getattr(signal, name, 0) for words, name in _FAULTS.items()}
    if not status or -status not in known.values():
        return status
    said = last_words(run).partition(": ")[2]
    first = next((number for words, number in known.items() if said.startswith(words)), -status)
    return -first


def silence(seconds: float) -> str:
    """Return what is said of a process that was ended because it did not answer."""
    return _(
        "The process of the run gave no sign of life for {seconds:.0f} s and was ended."
    ).format(seconds=seconds)


def memory_kills() -> int:
    """Return how many processes the system has killed since its start because memory ran out.

    Only Linux counts them; elsewhere 0.
    """
    try:
        lines = Path("/proc/vmstat").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    counts = dict(line.split() for line in lines)
    return int(counts.get("oom_kill", 0))


def _signalled(number: int, *, killed_for_memory: bool) -> str:
    if number == getattr(signal, "SIGKILL", None):
        if killed_for_memory:
            return _("The system killed the process of the run because memory ran out.")
        return _("The process of the run was killed from outside (SIGKILL).")
    told = {
        "SIGSEGV": _("The process of the run broke off with a segmentation fault (SIGSEGV)."),
        "SIGBUS": _("The process of the run lost memory it was using (bus error, SIGBUS)."),
        "SIGABRT": _("A library gave up and ended the process of the run (SIGABRT)."),
        "SIGILL": _("The process of the run met an instruction this processor lacks (SIGILL)."),
        "SIGFPE": _("The process of the run broke off in a calculation (SIGFPE)."),
        "SIGTERM": _("The process of the run was asked to end from outside (SIGTERM)."),
    }
    try:
        name = signal.Signals(number).name
    except ValueError:
        name = str(number)
    unknown = _("The process of the run was ended by the signal {name}.").format(name=name)
    return told.get(name, unknown)
