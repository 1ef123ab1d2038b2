"""How a summary is spelled as a Markdown table."""

import re
from collections.abc import Iterable

from studio.export.summary import HEAD, NUMBERS, Row, Summary
from studio.wording import _, full

_SPECIAL = re.compile(r"([\\`*_\[\]<>|#~&])")
_INDENT = "&nbsp;&nbsp;&nbsp;"


def markdown(summary: Summary) -> str:
    """Return a heading, the table, and the totals; what a block holds is indented below it."""
    head = _line(_(title) for title in HEAD)
    rule = _line("---:" if column in NUMBERS else "---" for column in range(len(HEAD)))
    body = [_row(row) for row in summary.rows]
    total = [f"**{escaped(summary.total.title)}**", "", "", ""]
    bold = [f"**{full(number)}**" for number in summary.total.numbers()]
    ends = [f"- {escaped(label)}: {escaped(value)}" for label, value in summary.totals]
    parts = [f"# {escaped(summary.name)}", "", head, rule, *body, _line((*total, *bold)), "", *ends]
    return "\n".join(parts) + "\n"


def escaped(text: str) -> str:
    """Return text that Markdown shows as it is, on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _row(row: Row) -> str:
    name, *others = (escaped(cell) for cell in row.cells())
    return _line((_INDENT * row.level + name, *others))


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
