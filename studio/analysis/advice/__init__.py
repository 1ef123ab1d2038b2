"""What the program remarks on a network: one small function per remark, each yielding findings."""

from collections.abc import Callable, Iterator

from studio.analysis.advice import (
    answers,
    data,
    freezing,
    masking,
    nested,
    padding,
    shapes,
    style,
    weights,
    wiring,
)
from studio.analysis.report import Finding
from studio.analysis.view import View

Rule = Callable[[View], Iterator[Finding]]

RULES: tuple[Rule, ...] = (
    wiring.empty_page,
    wiring.circles,
    wiring.missing_wires,
    wiring.surplus_wires,
    wiring.wires_from_nowhere,
    wiring.missing_ends,
    wiring.dead_ends,
    shapes.refused,
    shapes.linear_on_picture,
    weights.bad_ties,
    nested.from_inside,
    data.sample_shape,
    data.words_without_vectors,
    answers.softmax_before_loss,
    answers.missing_logarithm,
    answers.clipped_answers,
    answers.dropped_answers,
    answers.number_of_answers,
    weights.nothing_to_train,
    freezing.everything_frozen,
    freezing.moving_statistics,
    padding.other_padding,
    padding.padding_read,
    masking.padding_seen,
    style.unknown_settings,
    style.linear_pairs,
    style.bias_before_norm,
)
"""In the order in which they are shown: what keeps the network from running comes first."""

_RANK = {"error": 0, "warning": 1, "hint": 2}


def advise(view: View) -> list[Finding]:
    """Return every remark on a page, errors first."""
    found = [finding for rule in RULES for finding in rule(view)]
    return sorted(found, key=lambda finding: _RANK[finding.severity])
