"""Small variants of the gallery answer with the numbers of their reference implementations.

answers.json was recorded from the references (torchvision, timm, transformers) with the weights
that `filling` gives to the network drawn here, in float64; transformers computes normalizations and
softmax in float32 even then.
"""

import json
from pathlib import Path

import pytest
import torch

from studio import gallery
from studio.analysis.analyze import analyze
from studio.network.build import build
from tests.contract.filling import filled, inputs

FILE = Path(__file__).resolve().parents[1] / "reference" / "answers.json"
ANSWERS = json.loads(FILE.read_text("utf-8"))["answers"]
WORDS = 58
"""Ids stay below this; the vocabularies are a little larger."""


@pytest.mark.parametrize("variant", ANSWERS)
def test_a_small_variant_answers_like_its_reference(variant):
    report = analyze(gallery.load(variant).graph)
    net = filled(build(report.graph, report))
    with torch.inference_mode():
        answers = net(*inputs(report, WORDS))
    for name, (step, wanted) in ANSWERS[variant].items():
        found = answers[name].flatten()[::step]
        expected = torch.tensor(wanted, dtype=torch.float64)
        limit = 1e-6 + 2e-5 * expected.abs().max().item()
        torch.testing.assert_close(found, expected, atol=limit, rtol=0)
