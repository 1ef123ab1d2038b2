"""A network that is heard answers as it always does, and every layer of it is heard once."""

import torch

from studio.network.bypassing import bypass
from studio.runs.looking.listening import heard
from tests.unit.runs.looking.subjects import chain, opened

INSIDE = chain({"type": "linear", "out_features": 6}, {"type": "tanh"}, shape=[6])


def repeated(**settings):
    return chain(
        {"type": "block", "graph": INSIDE, **settings},
        {"type": "linear", "out_features": 3},
        shape=[6],
    )


def spots_of(network, x):
    found = []

    def ear(spot, call, inputs):
        result = call(*inputs)
        value = result[0] if isinstance(result, tuple) else result
        found.append((spot.path, spot.copies, value.clone()))
        return result

    return heard(network, ear)(x)["scores"], found


def steps_of(network):
    return [(id(page), page.steps) for page in network.modules() if hasattr(page, "steps")]


def test_what_is_heard_is_the_same_to_the_last_bit():
    network = opened(repeated(repeat=3)).network
    x = torch.randn(1, 6)
    answer, spots = spots_of(network, x)
    assert torch.equal(answer, network(x)["scores"])
    inner = [(path, copies) for path, copies, _value in spots if path == "layer_1/layer_2"]
    assert inner == [("layer_1/layer_2", (number,)) for number in range(3)]


def test_each_copy_says_what_it_computes_itself():
    network = opened(repeated(repeat=3)).network
    x = torch.randn(1, 6)
    _answer, spots = spots_of(network, x)
    told = {copies: value for path, copies, value in spots if path == "layer_1/layer_2"}
    for number in range(3):
        weights = dict(network.named_parameters())
        x = torch.tanh(
            torch.nn.functional.linear(
                x,
                weights[f"layer_1.{number}.layer_1.weight"],
                weights[f"layer_1.{number}.layer_1.bias"],
            )
        )
        assert torch.equal(told[number,], x)


def test_passes_over_shared_weights_are_told_apart():
    network = opened(repeated(repeat=3, shared=True)).network
    x = torch.randn(1, 6)
    answer, spots = spots_of(network, x)
    told = [(copies, value) for path, copies, value in spots if path == "layer_1/layer_2"]
    assert [copies for copies, _value in told] == [(0,), (1,), (2,)]
    assert torch.equal(answer, network(x)["scores"])
    assert not torch.equal(told[0][1], told[1][1])


def test_the_network_itself_is_not_touched():
    network = opened(repeated(repeat=2)).network
    before = steps_of(network)
    state = {name: value.clone() for name, value in network.state_dict().items()}
    spots_of(network, torch.randn(1, 6))
    assert before == steps_of(network)
    assert all(torch.equal(state[name], value) for name, value in network.state_dict().items())


def test_a_layer_that_is_left_out_hands_on_and_is_said_to():
    network = opened(repeated(repeat=2)).network
    bypass(network, {"layer_1/layer_2"})
    x = torch.randn(1, 6)
    said = {}

    def ear(spot, call, inputs):
        said[spot.path] = spot.bypassed
        return call(*inputs)

    assert torch.equal(heard(network, ear)(x)["scores"], network(x)["scores"])
    assert said["layer_1/layer_2"]
    assert not said["layer_1/layer_1"]
