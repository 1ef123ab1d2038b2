"""How answers are listed for spreadsheets and scripts: one row for each sample."""

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from studio.runs.judging.answers import Answers
from studio.storage import write_bytes


def write_list(path: Path, answers: Answers, origins: Sequence[str] = ()) -> None:
    """Write answers as CSV with every digit, whole or not at all; raises FileError if that fails.

    `origins` say where each sample of the data set comes from.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows(_rows(answers, origins))
    write_bytes(path, text.getvalue().encode())


def _rows(answers: Answers, origins: Sequence[str]) -> Iterator[Sequence[Any]]:
    width = answers.scores.shape[1]
    if answers.classes:
        yield ("sample", "origin", "true", "answered", *map(_harmless, answers.classes))
    else:
        numbers = range(1, width + 1)
        yield (
            "sample",
            "origin",
            *(f"{kind} {n}" for kind in ("true", "answered") for n in numbers),
        )
    for place, sample in enumerate(answers.samples.tolist()):
        origin = _harmless(origins[sample]) if len(origins) else ""
        scores = answers.scores[place].tolist()
        if answers.classes:
            both = (answers.truth[place], answers.answered[place])
            yield (sample, origin, *(_harmless(answers.classes[n]) for n in both), *scores)
        else:
            yield (sample, origin, *answers.truth[place].tolist(), *scores)


def _harmless(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
