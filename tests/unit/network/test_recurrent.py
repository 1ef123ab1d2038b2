"""Recurrent layers start from the state that arrives and hand on the one they end in."""

import copy

import pytest
import torch
from torch import nn

from studio.catalogue import CATALOGUE, Shape
from studio.errors import ShapeError
from studio.network.passing import make

KEYS = ["rnn", "gru", "lstm"]
KINDS = {"rnn": nn.RNN, "gru": nn.GRU, "lstm": nn.LSTM}


pytestmark = pytest.mark.filterwarnings("ignore:LSTM with projections is not supported with oneDNN")


def made(call):
    return make(call)


def tuple_of(state) -> tuple[torch.Tensor, ...]:
    return state if isinstance(state, tuple) else (state,)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("levels", [1, 2])
@pytest.mark.parametrize("both", [False, True])
def test_a_sequence_read_in_two_halves_ends_like_one_read_at_once(key, levels, both):
    settings = {"hidden_size": 4, "num_layers": levels, "bidirectional": both}
    layer = CATALOGUE[key]().changed(return_state=True, **settings)
    x = torch.randn(3, 6, 5)
    shapes = layer.shapes(Shape(6, 5))
    call = made(layer.recipe(Shape(6, 5), *shapes[1:]))
    torchs = KINDS[key](5, 4, levels, bidirectional=both, batch_first=True)
    torchs.load_state_dict(call.module.state_dict())
    early, state = torchs(x[:, :2])
    late, end = torchs(x[:, 2:], state)

    first, *mine = call.forward(x[:, :2])
    second, *ends = call.forward(x[:, 2:], *mine)

    assert torch.allclose(first, early)
    assert torch.allclose(second, late)
    rows = levels * (1 + both)
    for mine, theirs, shape in zip(ends, tuple_of(end), shapes[1:], strict=True):
        assert mine.shape == (3, *shape)
        assert torch.allclose(mine.reshape(3, rows, 4), theirs.transpose(0, 1))


@pytest.mark.parametrize("output", ["sequence", "last"])
def test_the_state_comes_beside_the_answer(output):
    layer = CATALOGUE["lstm"]().changed(hidden_size=4, proj_size=2, output=output)
    call = made(layer.changed(return_state=True).recipe(Shape(6, 5)))
    x = torch.randn(3, 6, 5)

    answer, hidden, cell = call.forward(x)

    assert torch.equal(hidden, answer if output == "last" else answer[:, -1])
    assert cell.shape == (3, 4)


def test_the_last_answer_of_both_directions_is_that_of_the_topmost_level():
    layer = CATALOGUE["gru"]().changed(hidden_size=4, num_layers=2, bidirectional=True)
    call = made(layer.changed(output="last").recipe(Shape(6, 5)))
    x = torch.randn(3, 6, 5)
    sequence = call.module(x)[0]

    expected = torch.cat([sequence[:, -1, :4], sequence[:, 0, 4:]], dim=-1)

    assert torch.equal(call.forward(x), expected)


def test_one_learned_start_serves_every_sample():
    layer = CATALOGUE["gru"]().changed(hidden_size=4)
    call = made(layer.recipe(Shape(6, 5), Shape(4)))
    x, start = torch.randn(3, 6, 5), torch.randn(1, 4)

    assert torch.allclose(call.forward(x, start), call.forward(x, start.expand(3, 4)))


@pytest.mark.parametrize("key", KEYS)
def test_one_vector_of_offsets_is_two_whose_second_is_zero(key):
    layer = CATALOGUE[key]().changed(hidden_size=4, num_layers=2, bidirectional=True)
    one = made(layer.changed(bias_vectors=1).recipe(Shape(6, 5))).module
    two = made(layer.recipe(Shape(6, 5))).module
    for name, weight in two.named_parameters():
        weight.data = one.state_dict()[name].clone() if "bias_hh" not in name else 0 * weight.data
    x = torch.randn(3, 6, 5)

    assert torch.allclose(one(x)[0], two(x)[0])
    assert not any("bias_hh" in name for name in one.state_dict())
    assert torch.allclose(copy.deepcopy(one).double()(x.double())[0].float(), two(x)[0], atol=1e-6)


def test_one_vector_of_offsets_trains():
    layer = CATALOGUE["lstm"]().changed(hidden_size=4, bias_vectors=1)
    module = made(layer.recipe(Shape(6, 5))).module

    module(torch.randn(3, 6, 5))[0].sum().backward()

    assert all(weight.grad.abs().sum() > 0 for weight in module.parameters())


def test_keras_bidirectional_text_classifier_has_its_published_parameters():
    lstm = {"hidden_size": 64, "bidirectional": True, "bias_vectors": 1}
    layer = CATALOGUE["lstm"]().changed(num_layers=2, **lstm)

    held = sum(shape.size for shape in layer.weights(Shape(200, 128)).values())

    assert 20_000 * 128 + held + 129 == 2_757_761


@pytest.mark.parametrize(
    ("key", "states", "problem"),
    [
        ("lstm", [(64,)], "It starts from 2 states, but 1 came in."),
        ("gru", [(32,)], "The state to start from has 32 numbers instead of 64."),
        ("gru", [(2, 64)], "The state to start from has 2 × 64 numbers instead of 64."),
    ],
)
def test_a_state_that_does_not_fit_is_refused(key, states, problem):
    with pytest.raises(ShapeError) as refusal:
        CATALOGUE[key]().shapes(Shape(6, 5), *(Shape(*state) for state in states))

    assert refusal.value.problem == problem
