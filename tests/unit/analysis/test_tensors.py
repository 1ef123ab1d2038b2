"""Which tensors there are, also when copies of copies hold more than anyone could list."""

from itertools import islice
from typing import Any

from studio.analysis.analyze import analyze
from studio.analysis.as_json import as_json
from studio.analysis.tensors import MOST_TIES, borrowed, parameters, tied
from tests.unit.analysis.networks import Spec, block, graph

X: Spec = {"type": "input", "shape": [4]}
FOUR: Spec = {"type": "linear", "out_features": 4}
PAIR: dict[str, Any] = {
    "x": X,
    "one": FOUR,
    "two": {**FOUR, "tied": {"weight": "one.weight"}},
    "y": "output",
}


def nested(levels, inside, repeat):
    """Return a network of blocks in blocks, each of so many copies."""
    for _level in range(levels):
        inside = {"x": X, "body": block(inside, repeat=repeat), "y": "output"}
    return analyze(graph(**inside))


def test_every_copy_of_a_tie_counts_and_is_told():
    report = nested(2, PAIR, 3)
    assert report.ties == len(tied(report)) == len(list(borrowed(report))) == 9
    assert tied(report)[1] == ("body.0.body.1.one.weight", "body.0.body.1.two.weight")


def test_shared_copies_are_tied_once():
    shared: dict[str, Any] = {
        "x": X,
        "body": {**block(PAIR, repeat=5), "shared": True},
        "y": "output",
    }
    report = analyze(graph(**shared))
    assert report.ties == len(tied(report)) == 1


def test_more_ties_than_can_be_listed_are_counted():
    report = nested(3, PAIR, 10_000)
    assert report.ties == 10_000**3
    assert len(tied(report)) == MOST_TIES


def test_copies_without_ties_are_not_written_out():
    said = as_json(nested(20, {"x": X, "fc": FOUR, "y": "output"}, 10_000))
    assert said["ties"] == 0
    assert said["tied"] == []
    assert said["parameters"]["total"] == 20 * 10_000**20


def test_only_some_copies_of_each_block_are_written_out_on_request():
    report = nested(2, PAIR, 10_000)
    names = [held.name for held in islice(parameters(report, copies=2), 100)]
    assert len(names) == 16
    assert names[-1] == "body.1.body.1.two.bias"
