"""How a summary is spelled as a LaTeX table."""

import re
from collections.abc import Iterable

from studio.export.summary import HEAD, NUMBERS, Row, Summary
from studio.wording import _, full

_SPELLED = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "_": r"\_",
    "%": r"\%",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "×": r"$\times$",
    "·": r"$\cdot$",
    "→": r"$\rightarrow$",
    "⇄": r"$\leftrightarrow$",
    "↔": r"$\leftrightarrow$",
    "≥": r"$\geq$",
    "≤": r"$\leq$",
    "±": r"$\pm$",
    "²": r"$^2$",
    "∞": r"$\infty$",
    "–": "--",
    "…": r"\ldots{}",
}
_SPECIAL = re.compile("|".join(map(re.escape, _SPELLED)))


def latex(summary: Summary) -> str:
    """Return a table that runs over pages, with the rules of booktabs and a caption."""
    columns = "".join("r" if column in NUMBERS else "l" for column in range(len(HEAD)))
    head = _line(_(title) for title in HEAD)
    total = (summary.total.title, "", "", "", *(full(n) for n in summary.total.numbers()))
    lines = (
        r"% needs \usepackage{booktabs} and \usepackage{longtable}",
        rf"\begin{{longtable}}{{{columns}}}",
        rf"\caption{{{escaped(summary.name)}}} \\",
        r"\toprule",
        head,
        r"\midrule",
        r"\endfirsthead",
        r"\toprule",
        head,
        r"\midrule",
        r"\endhead",
        *(_row(row) for row in summary.rows),
        r"\midrule",
        _line(total),
        r"\bottomrule",
        r"\end{longtable}",
    )
    return "\n".join(lines) + "\n"


def escaped(text: str) -> str:
    """Return text that LaTeX sets as it is."""
    return _SPECIAL.sub(lambda found: _SPELLED[found[0]], " ".join(text.split()))


def _row(row: Row) -> str:
    return rf"\hspace*{{{row.level}em}}{_line(row.cells())}" if row.level else _line(row.cells())


def _line(cells: Iterable[str]) -> str:
    return " & ".join(escaped(cell) for cell in cells) + r" \\"
