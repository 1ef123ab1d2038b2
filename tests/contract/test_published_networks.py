"""Every published network of the gallery has the counts that its reference implementation has."""

import pytest
import torch

from studio import gallery
from studio.analysis.analyze import analyze
from studio.analysis.tensors import parameters
from studio.network.build import build
from tests.contract.published import NETWORKS, counted, known
from tests.contract.running import samples

SMALL = 1_000_000_000
"""Multiply-adds up to which a network is also run for real."""
OTHERS = [
    name
    for name in gallery.names()
    if gallery.entry(name).reference not in {network["id"] for network in NETWORKS}
]


@pytest.mark.parametrize("network", NETWORKS, ids=lambda network: network["id"])
def test_a_published_network_has_its_exact_counts(network):
    assert counted(network["id"]) == known(network)


@pytest.mark.parametrize("name", [*(network["id"] for network in NETWORKS), *OTHERS])
def test_the_module_of_a_network_has_the_tensors_analysis_names_and_runs(name):
    report = analyze(gallery.load(name).graph)
    with torch.device("meta"):
        net = build(report.graph, report, seed=None).eval()
        answers = net(*samples(report, "meta"))
    held = {one.name: tuple(one.shape) for one in parameters(report)}
    assert held == {n: tuple(p.shape) for n, p in net.named_parameters(remove_duplicate=False)}
    assert sum(p.numel() for p in net.parameters()) == report.parameters
    assert sum(b.numel() for b in net.buffers()) == report.buffers
    for output, answer in answers.items():
        # scores of every sample against every other have the batch as their last axis
        axes = [2 if str(axis) == "N" else axis for axis in report.nodes[output].outputs[0]]
        assert list(answer.shape[1:]) == axes
    assert [finding.problem for finding in report.findings if finding.severity != "hint"] == []


@pytest.mark.parametrize(
    "name", [n["id"] for n in NETWORKS if n["multiply_adds"] < SMALL and n["parameters"] < 1e8]
)
def test_a_small_network_answers_with_finite_numbers(name):
    report = analyze(gallery.load(name).graph)
    net = build(report.graph, report).eval()
    with torch.inference_mode():
        for answer in net(*samples(report, "cpu")).values():
            assert answer.isfinite().all()
