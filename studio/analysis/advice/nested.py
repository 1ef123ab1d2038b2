"""Remarks made inside blocks, carried to the page around them."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from studio.analysis.report import Finding, Fix
from studio.analysis.view import View
from studio.graph import edits
from studio.graph.model import Graph
from studio.wording import _


def from_inside(view: View) -> Iterator[Finding]:
    """Whatever is remarked in the first copy of a block, and what only later copies run into."""
    for name, _node in view.of("block"):
        said: set[str] = set()
        for number, report in enumerate(view.facts[name].copies, start=1):
            for finding in report.findings:
                is_news = finding.severity == "error" and finding.node not in said
                if number == 1 or is_news:
                    said.add(finding.node)
                    yield _carried(finding, name, number)


def _carried(finding: Finding, block: str, copy: int) -> Finding:
    problem = finding.problem
    if copy > 1:
        problem = _("In copy {copy} of {block}: {problem}").format(
            copy=copy, block=block, problem=problem
        )
    fix = finding.fix
    return replace(
        finding,
        node=f"{block}/{finding.node}" if finding.node else block,
        problem=problem,
        fix=Fix(fix.label, partial(_at, block=block, fix=fix)) if fix else None,
        nodes=tuple(f"{block}/{node}" for node in finding.nodes),
    )


def _at(graph: Graph, *, block: str, fix: Fix) -> Graph:
    return edits.at_location(graph, (block,), fix.apply)
