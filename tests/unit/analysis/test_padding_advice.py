"""Layers that take padding for words are told apart from those that pass over it, and changed."""

from typing import Any

import pytest

from studio.analysis.analyze import analyze
from studio.analysis.report import Task
from studio.catalogue.shape import Shape
from studio.graph.model import Graph
from tests.unit.analysis.networks import graph, problems

LENGTH = 12
TEXTS = Task(Shape(LENGTH, dtype="int64"), 2, loss="cross_entropy")
WORDS = {"type": "input", "shape": [LENGTH], "dtype": "int64"}
TABLE = {"type": "embedding", "num_embeddings": 50, "embedding_dim": 8}
END: dict[str, Any] = {"linear": {"type": "linear", "out_features": 2}, "scores": "output"}
CHANNELS = {"type": "permute", "dims": [0, 2, 1]}


def text(**layers: Any) -> Graph:
    return graph(words=WORDS, vectors=TABLE, **layers, **END)


READING = {
    "gru": text(reader={"type": "gru", "output": "last"}),
    "both ways": text(
        reader={"type": "lstm", "bidirectional": True},
        pool={"type": "pool_tokens", "from": ["reader", "words"]},
    ),
    "behind dropout": text(drop="dropout", reader={"type": "rnn", "output": "last"}),
    "bag": graph(words=WORDS, bag={**TABLE, "type": "embedding_bag"}, **END),
    "mean": text(mean={"type": "reduce", "dim": [1]}),
    "mean from the end": text(mean={"type": "reduce", "dim": [-2]}),
    "largest of filters": text(
        channels=CHANNELS,
        conv={"type": "conv1d", "out_channels": 4, "kernel_size": 3},
        relu="relu",
        largest={"type": "reduce", "operation": "max", "dim": [-1]},
    ),
    "attention": text(
        look={"type": "attention", "num_heads": 2},
        pool={"type": "pool_tokens", "from": ["look", "words"]},
    ),
    "filters on filters": text(
        channels=CHANNELS,
        one={"type": "conv1d", "out_channels": 4, "kernel_size": 3},
        relu="relu",
        two={"type": "conv1d", "out_channels": 4, "kernel_size": 3, "padding": 1},
        pool={"type": "pool_tokens", "dim": 2, "from": ["two", "words"]},
    ),
    "filters beyond the end": text(
        channels=CHANNELS,
        conv={"type": "conv1d", "out_channels": 4, "kernel_size": 3, "padding": "same"},
        pool={"type": "pool_tokens", "dim": 2, "from": ["conv", "words"]},
    ),
    "last step": text(reader="gru", last={"type": "select", "dim": 1, "index": -1}),
}
PASSING = {
    "state": text(
        reader={"type": "gru", "output": "last", "padding_idx": 0, "from": ["vectors", "words"]}
    ),
    "end": text(
        reader="gru",
        end={"type": "select_token", "mode": "last_other", "from": ["reader", "words"]},
    ),
    "first step": text(reader="gru", first={"type": "select", "dim": 1, "index": 0}),
    "filters beyond zeros": graph(
        words=WORDS,
        vectors={**TABLE, "padding_idx": 0},
        channels=CHANNELS,
        conv={"type": "conv1d", "out_channels": 4, "kernel_size": 3, "padding": "same"},
        pool={"type": "pool_tokens", "dim": 2, "from": ["conv", "words"]},
        **END,
    ),
    "features": text(mean={"type": "reduce", "dim": [-1]}),
    "strided": text(
        channels=CHANNELS,
        conv={"type": "conv1d", "out_channels": 4, "kernel_size": 3, "stride": 2},
        largest={"type": "reduce", "operation": "max", "dim": [-1]},
    ),
}


@pytest.mark.parametrize("case", READING)
def test_what_reads_padding_is_named_and_can_be_changed(case):
    built = READING[case]
    (finding,) = analyze(built, TEXTS).findings

    assert finding.severity == "hint"
    assert finding.problem == f"{finding.node} takes what only fills up short texts for words."
    assert finding.remedy == "Let it pass over the id 0, which words brings."
    assert finding.fix is not None
    fixed = finding.fix.apply(built)
    assert problems(fixed, TEXTS) == []
    assert analyze(fixed).depth == analyze(built).depth
    assert analyze(fixed).parameters == analyze(built).parameters


@pytest.mark.parametrize("case", PASSING)
def test_what_passes_over_padding_gets_no_remark(case):
    assert problems(PASSING[case], TEXTS) == []


def test_attention_shares_the_mask_that_is_there():
    look = {"type": "attention", "num_heads": 2}
    built = text(
        one=look,
        norm="layer_norm",
        two=look,
        pool={"type": "pool_tokens", "from": ["two", "words"]},
    )
    for _time in range(2):
        fix = analyze(built, TEXTS).findings[0].fix
        assert fix is not None
        built = fix.apply(built)

    assert problems(built, TEXTS) == []
    assert [node.layer.key for node in built.nodes.values()].count("padding_mask") == 1


def test_nothing_is_said_of_other_data_or_of_an_answer_for_each_word():
    built = READING["gru"]
    each = Task(Shape(LENGTH, dtype="int64"), 2, places=(LENGTH,))
    assert problems(built) == []
    assert not any("fills up" in problem for problem in problems(built, each))


def test_the_padding_of_the_table_is_taken_over():
    built = graph(
        words=WORDS, vectors={**TABLE, "padding_idx": 7}, reader={"type": "gru", "output": "last"},
        **END,
    )  # fmt: skip
    (finding,) = analyze(built, TEXTS).findings
    assert finding.fix is not None
    assert finding.fix.apply(built)["reader"].layer.values()["padding_idx"] == 7


@pytest.mark.parametrize(
    "layer",
    [
        {"type": "gru", "output": "last", "padding_idx": 0},
        {"type": "lstm", "output": "last", "padding_idx": 0, "bidirectional": True},
        {"type": "pool_tokens"},
        {"type": "select_token", "mode": "last_other"},
    ],
)
def test_a_layer_that_waits_for_the_ids_can_be_wired(layer):
    built = text(drop="dropout", gather={**layer, "from": ["drop"]})
    finding = analyze(built).findings[0]

    assert (finding.severity, finding.node) == ("error", "gather")
    assert finding.fix is not None
    assert finding.fix.label == "Wire words to gather"
    assert problems(finding.fix.apply(built)) == []
