"""Which formats a summary is written in, and how a file gets it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from studio.export.csv import csv_text
from studio.export.latex import latex
from studio.export.markdown import markdown
from studio.export.summary import Summary
from studio.storage import write_bytes
from studio.wording import marked


@dataclass(frozen=True)
class Format:
    """One way to write a summary down; the title is untranslated."""

    title: str
    suffix: str
    spell: Callable[[Summary], str]


FORMATS: Mapping[str, Format] = {
    "markdown": Format(marked("Markdown table"), ".md", markdown),
    "csv": Format(marked("Comma-separated values"), ".csv", csv_text),
    "latex": Format(marked("LaTeX table"), ".tex", latex),
}


def write(summary: Summary, path: Path, name: str) -> None:
    """Write a summary in the format of that name; raises FileError if the place refuses."""
    write_bytes(path, FORMATS[name].spell(summary).encode())
