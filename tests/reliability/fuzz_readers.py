"""Whether a reader of files meets any mutant of a file with an answer or a refusal, at once.

`python -m tests.reliability.fuzz_readers [kind …] --mutants N --seed S --keep FOLDER`
"""

import argparse
import random
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.errors import StudioError
from tests.reliability.mutants import mutated
from tests.reliability.readers import READERS

_CHUNK = 10_000
"""Mutants between two words on how far it is."""
LONGEST = 1.0
"""Seconds of processor time that one file may take."""


class HangError(BaseException):
    """A reader took longer than `LONGEST`; no reader catches it."""


@dataclass(frozen=True)
class Finding:
    """A mutant that a reader met with neither an answer nor a refusal."""

    kind: str
    number: int
    what: str
    """The error and the line it was raised in."""
    content: bytes


def findings(kind: str, mutants: int, seed: int, start: int = 0) -> Iterator[Finding]:
    """Yield what goes wrong with the mutants of one kind, each kind of error once."""
    reader = READERS[kind]
    seeds = reader.seeds()
    known: set[str] = set()
    with tempfile.TemporaryDirectory() as name, _strict():
        folder = Path(name)
        reader.beside(folder)
        path = folder / reader.file
        for number in range(start, start + mutants):
            content = mutated(seeds, random.Random(f"{seed} {kind} {number}"))
            path.write_bytes(content)
            what = _wrong(reader.read, path)
            error = what.split(":")[0]
            if error and error not in known:
                known.add(error)
                yield Finding(kind, number, what, content)


def _wrong(read: Any, path: Path) -> str:
    """Return what went wrong while a file was read, or nothing."""
    signal.setitimer(signal.ITIMER_PROF, LONGEST)
    try:
        read(path)
    except StudioError:
        return ""
    except (Exception, HangError) as error:  # noqa: BLE001 - anything else is a finding
        frames = traceback.extract_tb(error.__traceback__)
        ours = [frame for frame in frames if "/studio/" in frame.filename] or frames
        at = f"line {ours[-1].lineno} of {Path(ours[-1].filename).name}"
        return f"{type(error).__name__} at {at}: {str(error)[:100]}"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return ""


@contextmanager
def _strict() -> Iterator[None]:
    """Make a warning an error, and too much time as well."""

    def stop(_signal: int, _frame: Any) -> None:
        raise HangError

    before = signal.signal(signal.SIGPROF, stop)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            yield
    finally:
        signal.signal(signal.SIGPROF, before)


def main() -> int:
    """Try the kinds that the command line names, all if none; 1 if anything was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kinds", nargs="*", metavar="kind", help=", ".join(READERS))
    parser.add_argument("--mutants", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="a folder for the mutants that go wrong")
    asked = parser.parse_args()
    count = 0
    for kind in asked.kinds or READERS:
        begun = time.monotonic()
        for start in range(0, asked.mutants, _CHUNK):
            some = min(_CHUNK, asked.mutants - start)
            for found in findings(kind, some, asked.seed, start):
                count += 1
                _tell(found, asked.keep)
            took = time.monotonic() - begun
            sys.stdout.write(f"{kind}: {start + some} mutants in {took:.0f} s\n")
            sys.stdout.flush()
    return 1 if count else 0


def _tell(found: Finding, folder: Path | None) -> None:
    sys.stdout.write(f"{found.kind} {found.number}: {found.what}\n")
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{found.kind}-{found.number}").write_bytes(found.content)


if __name__ == "__main__":
    raise SystemExit(main())
