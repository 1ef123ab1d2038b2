"""What a frozen layer that borrows a weight holds still, inside blocks too."""

from typing import Any

import pytest
import torch

from studio.analysis.analyze import analyze
from studio.graph import edits
from studio.graph.model import Graph
from studio.graph.walk import frozen_paths
from studio.network.build import build
from studio.training.freezing import Freezing
from tests.unit.analysis.networks import Spec, block, graph

X: Spec = {"type": "input", "shape": [4]}
FOUR: Spec = {"type": "linear", "out_features": 4}
INSIDE: dict[str, Any] = {"x": X, "fc": FOUR, "y": "output"}


def borrowing(lender: Spec, *owners: str) -> Graph:
    """Return a lender and a frozen layer behind it for each weight that one of them borrows."""
    nodes: dict[str, Spec] = {"x": X, "body": lender}
    for index, owner in enumerate(owners):
        nodes[f"tied_{index}"] = {**FOUR, "tied": {"weight": owner}, "frozen": True}
    return graph(**nodes, last={"type": "linear", "out_features": 3}, y="output")


def torch_trains(built: Graph) -> int:
    """Return how many numbers torch trains in this network."""
    network = build(built, analyze(built))
    freezing = Freezing(network, torch.optim.SGD(network.parameters()))
    return freezing.trainable_under(frozen_paths(built))


@pytest.mark.parametrize(
    ("lender", "owners", "held"),
    [
        (block(INSIDE), ["body.fc.weight"], 16),
        (block(INSIDE), ["body.fc.weight", "body.fc.weight"], 16),
        (block({"x": X, "inner": block(INSIDE), "y": "output"}), ["body.inner.fc.weight"], 16),
        (block(INSIDE, repeat=3), ["body.1.fc.weight"], 16),
        (block(INSIDE, repeat=3), ["body.0.fc.weight", "body.2.fc.weight"], 32),
        (block(INSIDE, repeat=3), ["body.2.fc.weight", "body.2.fc.weight"], 16),
        (block({**INSIDE, "fc": {**FOUR, "frozen": True}}), ["body.fc.weight"], 0),
        (block(INSIDE, frozen=True), ["body.fc.weight"], 0),
    ],
)
def test_a_frozen_layer_holds_the_weight_still_that_it_borrows_from_inside_a_block(
    lender, owners, held
):
    built = borrowing(lender, *owners)
    report = analyze(built)
    assert report.trainable == torch_trains(built)
    thawed = edits.set_frozen(built, [n for n in built if n.startswith("tied")], False)
    biases = 4 * len(owners)
    assert analyze(thawed).trainable - report.trainable == held + biases


def test_the_page_of_the_block_says_that_the_weight_is_held_still():
    report = analyze(borrowing(block(INSIDE), "body.fc.weight"))
    inner = report.nodes["body"].copies[0].nodes["fc"]
    assert (inner.parameters, inner.trainable) == (20, 4)


def test_the_weight_of_a_block_trains_again_once_its_borrower_does():
    built = borrowing(
        block({"x": X, "still": {**FOUR, "frozen": True}, **INSIDE}), "body.fc.weight"
    )
    before = report = analyze(built)
    for frozen in (False, True, False):
        built = edits.set_frozen(built, ["tied_0"], frozen)
        report = analyze(built, None, report)
        assert report.trainable == analyze(built).trainable
        assert (report.trainable == before.trainable) == frozen


def test_what_a_borrower_borrows_from_a_borrower_is_held_still_at_its_owner():
    built = graph(x=X, one=FOUR, two={**FOUR, "tied": {"weight": "one.weight"}}, three=FOUR,
                  y="output")  # fmt: skip
    chained = built["three"].changed(tied={"weight": "two.weight"}, frozen=True)
    built = built.with_node("three", chained)
    assert analyze(built).trainable == torch_trains(built) == 4 + 4
