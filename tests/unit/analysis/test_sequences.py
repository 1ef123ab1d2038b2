"""Whole networks of attention and recurrent layers have the figures that are published."""

import torch

from studio.analysis.analyze import analyze
from studio.network.build import build
from tests.unit.analysis.networks import Spec, graph


def ids(steps: int) -> Spec:
    return {"type": "input", "shape": [steps], "dtype": "int64"}


def test_a_decoder_that_starts_from_the_encoders_state_lies_behind_it():
    network = graph(
        source=ids(10),
        words={"type": "embedding", "num_embeddings": 4601, "embedding_dim": 256},
        encoder={"type": "gru", "hidden_size": 256, "return_state": True},
        target=ids(10),
        others={
            "type": "embedding", "num_embeddings": 2991, "embedding_dim": 256, "from": ["target"]
        },
        relu="relu",
        decoder={"type": "gru", "hidden_size": 256, "from": ["relu", "encoder.1"]},
        linear={"type": "linear", "out_features": 2991},
        y="output",
    )  # fmt: skip
    report = analyze(network)

    assert report.findings == ()
    assert (report.depth, report.modules) == (3, 5)
    assert (report.parameters, report.multiply_adds) == (3_501_743, 15_521_280)

    built = build(network, report)
    words = torch.randint(0, 2991, (3, 10))
    first = built(words, words)["y"]
    assert first.shape == (3, 10, 2991)
    assert not torch.allclose(first, built(words.flip(1), words)["y"])


def test_a_block_of_attention_and_experts_is_five_deep_and_eight_modules_wide():
    network = graph(
        ids=ids(64),
        words={"type": "embedding", "num_embeddings": 100, "embedding_dim": 64},
        angles={"type": "rotary_positions", "dim": 16, "from": ["ids"]},
        norm={"type": "rms_norm", "from": ["words"]},
        attention={
            "type": "attention", "num_heads": 4, "num_kv_heads": 2, "projection": "separate",
            "bias": False, "causal": True, "rotary": "halves", "from": ["norm", "angles"],
        },
        add={"type": "add", "from": ["words", "attention"]},
        norm_2="rms_norm",
        experts={"type": "mixture_of_experts", "hidden": 32},
        add_2={"type": "add", "from": ["add", "experts"]},
        y="output",
    )  # fmt: skip
    report = analyze(network)

    assert report.findings == ()
    assert (report.depth, report.modules) == (5, 1 + 8)

    answers = build(network, report).eval()(torch.arange(64)[None])["y"]
    assert answers.shape == (1, 64, 64)
