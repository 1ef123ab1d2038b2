"""What counted is what the published formulas say, written out by hand on real networks."""

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from studio.errors import TrainingError
from studio.runs.looking.relevance import Inputs, grad_cam, saliency
from studio.runs.looking.seen import Wish
from tests.unit.runs.looking.subjects import chain, opened

PICTURE = chain(
    {"type": "conv2d", "out_channels": 6, "kernel_size": 3, "padding": 1},
    {"type": "relu"},
    {"type": "max_pool2d", "kernel_size": 2},
    {"type": "conv2d", "out_channels": 5, "kernel_size": 3},
    {"type": "tanh"},
    {"type": "flatten"},
    {"type": "linear", "out_features": 4},
    shape=[2, 12, 12],
)


def given(trained, x) -> tuple[Inputs, tuple[Tensor]]:
    return {"x": x[0].numpy()}, (x,)


def by_hand(trained, x):
    """Return the picture network, layer after layer, as torch modules with the same weights."""
    modules = dict(trained.network.named_children())
    return nn.ModuleList(
        [
            modules["layer_1"],
            nn.ReLU(),
            nn.MaxPool2d(2),
            modules["layer_4"],
            nn.Tanh(),
            nn.Flatten(),
            modules["layer_7"],
        ]
    )


@pytest.mark.parametrize("layer", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("target", [None, 0, 3])
def test_grad_cam_is_that_of_the_paper(layer, target):
    trained = opened(PICTURE, 4)
    torch.manual_seed(1)
    x = torch.randn(1, 2, 12, 12)
    maps = x
    layers = by_hand(trained, x)
    for one in layers[:layer]:
        maps = one(maps)
    maps = maps.detach().requires_grad_()
    scores = maps
    for one in layers[layer:]:
        scores = one(scores)
    wanted = int(scores.argmax()) if target is None else target
    (slope,) = torch.autograd.grad(scores[0, wanted], maps)
    weighed = (slope.mean((2, 3), keepdim=True) * maps).sum(1)[0].detach()
    cam = torch.relu(weighed)

    wish = Wish(f"layer_{layer}", overlay="grad_cam", target=target)
    found = grad_cam(trained, *given(trained, x), wish)

    assert (found.target, found.label) == (wanted, f"class {wanted}")
    assert np.allclose(found.values, cam, rtol=1e-4, atol=1e-9)
    assert weighed.any()
    raised = functional.interpolate(cam[None, None], (12, 12), mode="bilinear")[0, 0]
    assert np.allclose(found.raised, raised, atol=1e-6)
    assert np.isclose(found.score, float(scores[0, wanted].detach()), atol=1e-6)


def test_saliency_and_the_product_with_the_input():
    trained = opened(PICTURE, 4)
    x = torch.randn(1, 2, 12, 12, requires_grad=True)
    scores = x
    for one in by_hand(trained, x):
        scores = one(scores)
    (slope,) = torch.autograd.grad(scores[0, 2], x)
    sample = given(trained, x.detach())

    plain = saliency(trained, *sample, Wish("layer_1", overlay="gradient", target=2))
    product = saliency(trained, *sample, Wish("layer_1", overlay="product", target=2))

    assert np.allclose(plain.values, slope[0].abs().amax(0), atol=1e-6)
    assert np.allclose(product.values, (slope * x)[0].sum(0).detach(), atol=1e-6)
    assert product.is_signed
    assert not plain.is_signed


TEXT = chain(
    {"type": "embedding", "num_embeddings": 11, "embedding_dim": 6},
    {"type": "gru", "hidden_size": 5, "output": "last"},
    {"type": "linear", "out_features": 3},
    shape=[7],
    dtype="int64",
)


def test_each_token_counts_by_the_gradient_of_its_vector():
    trained = opened(TEXT, 3)
    ids = torch.tensor([[1, 5, 2, 5, 9, 0, 0]])
    modules = dict(trained.network.named_children())
    vectors = modules["layer_1"](ids).detach().requires_grad_()
    state = modules["layer_2"](vectors)[1][-1]
    score = modules["layer_3"](state)[0, 1]
    (slope,) = torch.autograd.grad(score, vectors)
    sample = ({"x": ids[0].numpy()}, (ids,))

    plain = saliency(trained, *sample, Wish("layer_2", overlay="gradient", target=1))
    product = saliency(trained, *sample, Wish("layer_2", overlay="product", target=1))

    assert np.allclose(plain.values, slope[0].norm(dim=-1), atol=1e-7)
    assert np.allclose(product.values, (slope * vectors)[0].sum(-1).detach(), atol=1e-7)
    assert len(set(plain.values.round(6))) > 3  # the same token counts otherwise elsewhere


@pytest.mark.parametrize("mode", ["mean", "sum", "max"])
def test_tokens_in_a_bag_count_one_by_one(mode):
    nodes = chain(
        {
            "type": "embedding_bag",
            "num_embeddings": 11,
            "embedding_dim": 6,
            "mode": mode,
            "padding_idx": 0,
        },
        {"type": "linear", "out_features": 3},
        shape=[5],
        dtype="int64",
    )
    trained = opened(nodes, 3)
    with torch.no_grad():  # what only fills up does not count, whatever its vector
        trained.network.get_parameter("layer_1.weight")[0] = 3.0
    ids = torch.tensor([[4, 7, 4, 2, 0]])
    found = saliency(
        trained, {"x": ids[0].numpy()}, (ids,), Wish("layer_2", overlay="product", target=2)
    )
    bias = trained.network.get_parameter("layer_2.bias")
    score = float(trained.network(ids)["scores"][0, 2].detach())
    exact = score - float(bias[2].detach())
    assert np.isclose(found.values.sum(), exact, rtol=1e-5)  # linear: shares add up
    assert found.values[-1] == 0
    assert np.isclose(found.score, score, rtol=1e-5)


def test_of_numbers_the_gradient_of_the_output_is_told():
    nodes = chain({"type": "linear", "out_features": 2}, shape=[3])
    trained = opened(nodes, target_name="price")
    x = torch.tensor([[1.0, -2.0, 3.0]])
    wish = Wish("layer_1", overlay="product", target=1)
    found = saliency(trained, {"x": x[0].numpy()}, (x,), wish)
    weight = trained.network.get_parameter("layer_1.weight")[1]
    assert np.allclose(found.values, (weight * x[0]).detach())
    assert found.label == "price"


def test_one_score_of_two_classes_speaks_for_the_second():
    nodes = chain({"type": "linear", "out_features": 1}, shape=[3])
    trained = opened(nodes, 2)
    x = torch.randn(1, 3)
    weight = trained.network.get_parameter("layer_1.weight")[0].detach()
    for target, sign in ((0, -1), (1, 1)):
        wish = Wish("layer_1", overlay="product", target=target)
        found = saliency(trained, {"x": x[0].numpy()}, (x,), wish)
        assert np.allclose(found.values, sign * weight * x[0])


def test_a_layer_without_places_is_refused_with_a_sentence():
    trained = opened(PICTURE, 4)
    x = torch.randn(1, 2, 12, 12)
    with pytest.raises(TrainingError, match="maps"):
        grad_cam(trained, *given(trained, x), Wish("layer_6", overlay="grad_cam"))


def test_nothing_is_left_behind():
    trained = opened(TEXT, 3)
    ids = torch.tensor([[1, 5, 2, 5, 9, 0, 0]])
    state = {name: value.clone() for name, value in trained.network.state_dict().items()}
    drawn = torch.random.get_rng_state()
    saliency(trained, {"x": ids[0].numpy()}, (ids,), Wish("layer_2", overlay="gradient"))
    assert torch.equal(drawn, torch.random.get_rng_state())
    assert all(parameter.grad is None for parameter in trained.network.parameters())
    assert not trained.network.training
    for name, value in trained.network.state_dict().items():
        assert torch.equal(state[name], value)


def _of_pairs(mode: str):
    return opened(
        chain(
            {"type": "token_ngrams", "longest": 2, "vocabulary": 11, "buckets": 20},
            {
                "type": "embedding_bag",
                "num_embeddings": 31,
                "embedding_dim": 6,
                "mode": mode,
                "padding_idx": 0,
            },
            {"type": "linear", "out_features": 3},
            shape=[6],
            dtype="int64",
        ),
        3,
    )


@pytest.mark.parametrize("mode", ["mean", "sum", "max", "sqrtn"])
@pytest.mark.parametrize("overlay", ["product", "gradient"])
def test_tokens_looked_up_together_are_left_out_in_turn(mode, overlay):
    trained = _of_pairs(mode)
    ids = torch.tensor([[4, 7, 4, 2, 9, 0]])
    wish = Wish("layer_3", overlay=overlay, target=1)
    found = saliency(trained, {"x": ids[0].numpy()}, (ids,), wish)

    with torch.no_grad():
        score = trained.network(ids)["scores"][0, 1]
        for step in range(6):
            without = ids.clone()
            without[0, step] = 0
            falls = float(score - trained.network(without)["scores"][0, 1])
            expected = falls if overlay == "product" else abs(falls)
            assert np.isclose(found.values[step], expected, atol=1e-6)
    assert found.is_left_out
    assert found.values[-1] == 0
    assert np.isclose(found.score, float(score))
    assert len(set(found.values.round(5))) > 3


def test_tokens_looked_up_one_by_one_are_not_left_out():
    trained = opened(TEXT, 3)
    ids = torch.tensor([[1, 5, 2, 5, 9, 0, 0]])
    found = saliency(trained, {"x": ids[0].numpy()}, (ids,), Wish("layer_2", overlay="gradient"))
    assert not found.is_left_out


def test_a_network_that_reads_words_and_pairs_is_not_judged_by_its_words_alone():
    bag = {"type": "embedding_bag", "embedding_dim": 4, "mode": "sum", "padding_idx": 0}
    trained = opened(
        {
            "x": {"type": "input", "shape": [6], "dtype": "int64"},
            "words": {**bag, "num_embeddings": 11, "from": ["x"]},
            "runs": {
                "type": "token_ngrams", "longest": 2, "vocabulary": 11, "buckets": 20, "from": ["x"]
            },
            "pairs": {**bag, "num_embeddings": 31, "from": ["runs"]},
            "both": {"type": "add", "from": ["words", "pairs"]},
            "linear": {"type": "linear", "out_features": 3, "from": ["both"]},
            "scores": {"type": "output", "from": ["linear"]},
        },
        3,
    )  # fmt: skip
    ids = torch.tensor([[4, 7, 4, 2, 9, 0]])
    found = saliency(trained, {"x": ids[0].numpy()}, (ids,), Wish("linear", overlay="product"))
    assert found.is_left_out


def test_many_tokens_are_left_out_some_at_a_time():
    trained = _of_pairs("sum")
    ids = torch.randint(1, 11, (1, 150), generator=torch.Generator().manual_seed(2))
    found = saliency(trained, {"x": ids[0].numpy()}, (ids,), Wish("layer_3", overlay="product"))
    without = ids.clone()
    without[0, 130] = 0
    with torch.no_grad():
        falls = trained.network(ids)["scores"][0] - trained.network(without)["scores"][0]
    assert np.isclose(found.values[130], float(falls[found.target]), atol=1e-5)
    assert found.values.all()
