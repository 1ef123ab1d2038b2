"""How a report is laid out on paper: as one HTML page, or as Markdown with its plots beside."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from studio.errors import FileError
from studio.storage import write_bytes
from studio.wording import _

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; color: #1d2230; background: #fff;
       max-width: 960px; margin: 40px auto; padding: 0 20px; }
h1 { font-size: 24px; } h2 { font-size: 18px; margin-top: 36px; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 5px 14px 5px 0; text-align: left; border-bottom: 1px solid #e4e7ee;
         overflow-wrap: anywhere; }
th { color: #6b7280; font-weight: 500; }
svg { max-width: 100%; height: auto; }
"""


@dataclass(frozen=True)
class Text:
    """A paragraph."""

    words: str


@dataclass(frozen=True)
class Table:
    """Rows under a head."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Plot:
    """A picture as SVG, and what it is called."""

    name: str
    title: str
    svg: str


Block = Text | Table | Plot


@dataclass(frozen=True)
class Section:
    """A heading with what belongs to it."""

    title: str
    blocks: Sequence[Block]


@dataclass(frozen=True)
class Paper:
    """A whole report."""

    title: str
    sections: Sequence[Section]


def write_paper(path: Path, paper: Paper) -> None:
    """Write a report as its ending says, .html or .md; plots of Markdown lie in a folder beside.

    Raises FileError for another ending, or if writing fails.
    """
    ending = path.suffix.lower()
    if ending in {".html", ".htm"}:
        write_bytes(path, html_of(paper).encode())
        return
    if ending not in {".md", ".markdown"}:
        raise FileError(
            _("{path} is neither a web page nor Markdown.").format(path=path),
            _("Let its name end in .html or .md."),
        )
    beside = path.with_name(f"{path.stem}.plots")
    for plot in _plots(paper):
        write_bytes(beside / f"{plot.name}.svg", plot.svg.encode())
    write_bytes(path, markdown_of(paper, beside.name).encode())


def html_of(paper: Paper) -> str:
    """Return a report as one page that needs nothing else."""
    body = "\n".join(_html(block) for block in _flat(paper))
    title = escape(paper.title)
    return (
        f'<!DOCTYPE html>\n<html>\n<head>\n<meta charset="utf-8">\n<title>{title}</title>\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n{body}\n</body>\n</html>\n"
    )


def markdown_of(paper: Paper, folder: str) -> str:
    """Return a report as Markdown whose plots lie in `folder` beside it."""
    blocks = "\n\n".join(_markdown(block, folder) for block in _flat(paper))
    return f"# {_plain(paper.title)}\n\n{blocks}\n"


def _flat(paper: Paper) -> Iterator[Block | str]:
    """Go through a report: the titles of its sections as words, each before its blocks."""
    for section in paper.sections:
        yield section.title
        yield from section.blocks


def _plots(paper: Paper) -> Iterator[Plot]:
    return (block for block in _flat(paper) if isinstance(block, Plot))


def _html(block: Block | str) -> str:
    match block:
        case str():
            return f"<h2>{escape(block)}</h2>"
        case Text():
            return f"<p>{escape(block.words)}</p>"
        case Table():
            head = "".join(f"<th>{escape(name)}</th>" for name in block.head)
            rows = "\n".join(
                "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>"
                for row in block.rows
            )
            return f"<table>\n<tr>{head}</tr>\n{rows}\n</table>"
        case Plot():
            return f"<figure>\n{block.svg}<figcaption>{escape(block.title)}</figcaption>\n</figure>"


def _markdown(block: Block | str, folder: str) -> str:
    match block:
        case str():
            return f"## {_plain(block)}"
        case Text():
            return _plain(block.words)
        case Table():
            rows = (
                block.head,
                ["---"] * len(block.head),
                *(map(_plain, row) for row in block.rows),
            )
            return "\n".join(f"| {' | '.join(row)} |" for row in rows)
        case Plot():
            place = f"{folder}/{block.name}.svg".replace(" ", "%20")
            return f"![{_plain(block.title)}]({place})"


def _plain(text: str) -> str:
    """Return text that Markdown, and HTML within it, takes for nothing but text."""
    joined = escape(" ".join(text.split()), quote=False)
    return "".join(f"\\{sign}" if sign in "\\`*_[]#|!~" else sign for sign in joined)
