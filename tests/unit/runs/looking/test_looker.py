"""A run is looked into layer by layer: values, words, copies; and it stays as it was."""

import numpy as np
import pytest
import torch

from studio.errors import TrainingError
from studio.runs.looking.seen import Wish
from tests.unit.runs.looking.subjects import chain, looker, opened

LEARNED = {"tokens": "words", "vocabulary": ["<pad>", "<unk>", "a", "good", "film", "bad"]}
INSIDE = {
    "input_1": {"type": "input", "shape": [6, 8]},
    "look": {"type": "attention", "num_heads": 2, "from": ["input_1"]},
    "sum": {"type": "add", "from": ["input_1", "look"]},
    "norm": {"type": "layer_norm", "from": ["sum"]},
    "output_1": {"type": "output", "from": ["norm"]},
}
TEXT = {
    "ids": {"type": "input", "shape": [6], "dtype": "int64"},
    "words": {"type": "embedding", "num_embeddings": 6, "embedding_dim": 8, "from": ["ids"]},
    "layers": {"type": "block", "graph": INSIDE, "repeat": 3, "from": ["words"]},
    "mean": {"type": "reduce", "dim": [1], "from": ["layers"]},
    "linear": {"type": "linear", "out_features": 2, "from": ["mean"]},
    "scores": {"type": "output", "from": ["linear"]},
}
IDS = {"ids": np.array([2, 3, 4, 0, 0, 0])}


@pytest.fixture
def text():
    return looker(opened(TEXT, 2, learned=LEARNED))


def test_a_layer_in_each_copy_of_a_block_is_reached(text):
    outputs = [text.look(IDS, Wish("layers/norm", (number,))).activation for number in range(3)]
    assert all(one.kind == "sequence" and one.values.shape == (6, 8) for one in outputs)
    assert not np.allclose(outputs[0].values, outputs[1].values)
    whole = text.look(IDS, Wish("layers")).activation
    assert np.array_equal(whole.values, outputs[2].values)


def test_steps_and_looks_have_the_words_that_came_in(text):
    said = ("a", "good", "film", "", "", "")
    assert text.look(IDS, Wish("words")).activation.words == said
    found = text.look(IDS, Wish("layers/look", (2,)))
    assert found.activation.words == said
    assert found.attention is not None
    assert (found.attention.words, found.attention.seen_words) == (said, said)
    assert found.attention.weights.shape == (1, 2, 6, 6)
    assert text.look(IDS, Wish("layers/norm")).attention is None


def test_numbers_of_the_answer_are_called_by_their_classes(text):
    found = text.look(IDS, Wish("linear"))
    assert found.activation.words == ("class 0", "class 1")
    assert found.choices == ("class 0", "class 1")
    with torch.no_grad():
        scores = text.tryout.trained.network(torch.tensor([[2, 3, 4, 0, 0, 0]]))["scores"]
    assert np.array_equal(found.activation.values, scores[0].numpy())


def test_tokens_that_counted_are_named(text):
    found = text.look(IDS, Wish("linear", overlay="gradient"))
    assert found.relevance is not None
    assert found.relevance.words == ("a", "good", "film", "", "", "")
    assert (found.relevance.values > 0).any()


def test_why_nothing_counts_is_said_and_the_layer_is_shown_all_the_same(text):
    found = text.look(IDS, Wish("mean", overlay="grad_cam"))
    assert found.relevance is None
    assert "maps" in found.objection
    assert found.activation.kind == "vector"


def test_a_layer_that_does_not_run_is_refused():
    nodes = chain({"type": "linear", "out_features": 2}, shape=[3])
    nodes["aside"] = {"type": "relu", "from": ["x"]}
    subject = looker(opened(nodes, 2))
    with pytest.raises(TrainingError, match="aside does not run"):
        subject.look({"x": np.zeros(3, np.float32)}, Wish("aside"))


def test_channels_of_signals_lie_where_they_are():
    nodes = chain(
        {"type": "conv1d", "out_channels": 4, "kernel_size": 3},
        {"type": "relu"},
        {"type": "flatten"},
        {"type": "linear", "out_features": 2},
        shape=[2, 30],
    )
    subject = looker(opened(nodes, 2))
    sample = {"x": np.random.default_rng(0).normal(size=(2, 30)).astype(np.float32)}
    for name, channels, steps in (("x", 2, 30), ("layer_1", 4, 28), ("layer_2", 4, 28)):
        found = subject.look(sample, Wish(name)).activation
        assert (found.units, len(found.values)) == (channels, steps)
    cam = subject.look(sample, Wish("layer_1", overlay="grad_cam")).relevance
    assert cam is not None
    assert (cam.values.shape, cam.raised.shape) == ((28,), (30,))


def test_states_of_a_recurrent_layer_are_outputs_of_its_own():
    nodes = {
        "x": {"type": "input", "shape": [5, 3]},
        "lstm": {"type": "lstm", "hidden_size": 4, "return_state": True, "from": ["x"]},
        "last": {"type": "linear", "out_features": 2, "from": ["lstm.1"]},
        "scores": {"type": "output", "from": ["last"]},
    }
    subject = looker(opened(nodes, 2))
    sample = {"x": np.ones((5, 3), np.float32)}
    steps, state, cell = (
        subject.look(sample, Wish("lstm", output=number)).activation for number in range(3)
    )
    assert (steps.outputs, steps.kind, state.kind) == (3, "sequence", "vector")
    assert np.allclose(steps.values[-1], state.values)
    assert not np.allclose(state.values, cell.values)


def test_looking_changes_nothing_and_draws_nothing(text):
    network = text.tryout.trained.network
    before = {name: value.clone() for name, value in network.state_dict().items()}
    drawn = torch.random.get_rng_state()
    first = text.look(IDS, Wish("layers/look", (1,), overlay="product"))
    again = text.look(IDS, Wish("layers/look", (1,), overlay="product"))
    assert np.array_equal(first.activation.values, again.activation.values)
    assert all(torch.equal(before[name], value) for name, value in network.state_dict().items())
    assert torch.equal(drawn, torch.random.get_rng_state())
    assert not any(module.training for module in network.modules())
    assert all(parameter.requires_grad for parameter in network.parameters())
    assert all(parameter.grad is None for parameter in network.parameters())


def test_frozen_layers_are_looked_into_alike():
    nodes = chain(
        {"type": "conv2d", "out_channels": 3, "kernel_size": 3, "frozen": True},
        {"type": "batch_norm2d", "frozen": "statistics"},
        {"type": "flatten"},
        {"type": "linear", "out_features": 2},
        shape=[1, 6, 6],
    )
    trained = opened(nodes, 2)
    for parameter in trained.network.get_submodule("layer_1").parameters():
        parameter.requires_grad_(False)
    sample = {"x": np.random.default_rng(1).random((1, 6, 6)).astype(np.float32)}
    found = looker(trained).look(sample, Wish("layer_1", overlay="grad_cam"))
    assert found.relevance is not None
    assert found.activation.values.shape == (3, 4, 4)
