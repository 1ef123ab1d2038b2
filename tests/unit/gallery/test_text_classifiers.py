"""Classifiers of texts are drawn so that a few thousand texts are enough to teach them."""

import pytest
import torch

from studio import gallery
from studio.analysis.analyze import analyze
from studio.network.build import build

SIZES = "vocabulary=500&length=12&width=16"
CLASSIFIERS = ("textcnn?" + SIZES, "bilstm-sentiment?outputs=2&" + SIZES)


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_words_begin_near_each_other(name: str) -> None:
    graph = gallery.load(name).graph
    network = build(graph, analyze(graph))

    words = dict(network.named_parameters())["embedding.weight"][1:].detach()

    assert float(words.std()) == pytest.approx(0.1, rel=0.1)


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_answers_vary_only_while_it_trains(name: str) -> None:
    graph = gallery.load(name).graph
    network = build(graph, analyze(graph))
    ids = torch.randint(1, 500, (4, 12))

    def answer() -> torch.Tensor:
        (scores,) = network(ids).values()
        assert isinstance(scores, torch.Tensor)
        return scores

    network.eval()
    assert torch.equal(answer(), answer())
    network.train()
    assert not torch.equal(answer(), answer())
