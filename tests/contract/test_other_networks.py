"""Networks outside the gallery, and other sizes of its families, have the counts they should."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from studio import gallery
from studio.analysis.analyze import analyze
from studio.analysis.as_json import as_json
from studio.analysis.tensors import parameters
from studio.graph.model import Graph
from studio.network.build import build
from tests.contract.others import pictures, sequences  # noqa: F401  files the drawings
from tests.contract.others.drawn import DRAWN
from tests.contract.running import samples

FILE = Path(__file__).resolve().parents[1] / "reference" / "others.json"
NETWORKS = json.loads(FILE.read_text("utf-8"))["networks"]
FACTS = ("buffers", "layers_with_weights", "depth", "multiply_adds", "output_shapes")


def _graph(network: dict[str, Any]) -> Graph:
    variant = network.get("variant")
    return gallery.load(variant).graph if variant else DRAWN[network["id"]]()


def test_every_drawing_has_its_counts():
    assert {n["id"] for n in NETWORKS if "variant" not in n} == set(DRAWN)


@pytest.mark.parametrize("network", NETWORKS, ids=lambda network: network["id"])
def test_another_network_has_the_counts_of_its_reference(network):
    said = as_json(analyze(_graph(network)))
    found = {key: said[key] for key in FACTS} | {"parameters": said["parameters"]["total"]}
    assert found == {key: network[key] for key in found}


@pytest.mark.parametrize("name", DRAWN)
def test_the_module_of_a_drawn_network_has_the_tensors_analysis_names_and_runs(name):
    report = analyze(DRAWN[name]())
    with torch.device("meta"):
        net = build(report.graph, report, seed=None).eval()
        answers = net(*samples(report, "meta"))
    held = {one.name: tuple(one.shape) for one in parameters(report)}
    assert held == {n: tuple(p.shape) for n, p in net.named_parameters(remove_duplicate=False)}
    assert sum(b.numel() for b in net.buffers()) == report.buffers
    for output, answer in answers.items():
        axes = [2 if str(axis) == "N" else axis for axis in report.nodes[output].outputs[0]]
        assert list(answer.shape[1:]) == axes
    assert [finding.problem for finding in report.findings if finding.severity != "hint"] == []
