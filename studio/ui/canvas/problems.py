"""Which findings belong to the cards and wires of a page."""

from collections.abc import Mapping, Sequence

from studio.analysis.report import Finding


def findings_on(
    findings: Sequence[Finding], location: tuple[str, ...]
) -> Mapping[str, tuple[Finding, ...]]:
    """Return the findings of the page at `location` by node; those inside a block count at it."""
    prefix = "".join(f"{name}/" for name in location)
    found: dict[str, tuple[Finding, ...]] = {}
    for finding in findings:
        if finding.node.startswith(prefix) and finding.node:
            name = finding.node[len(prefix) :].split("/")[0]
            found[name] = (*found.get(name, ()), finding)
    return found


def problem_of(findings: Sequence[Finding], source: str) -> str:
    """Return what is wrong with a wire from the path `source`, given the findings at its end."""
    wrong = (one for one in findings if one.severity == "error" and source in one.nodes)
    return next((f"{one.problem} {one.remedy}".strip() for one in wrong), "")
