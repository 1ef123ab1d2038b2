"""The faster order of a network computes what the plain one does, and leaves no trace."""

import contextlib
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional

from studio.catalogue import CATALOGUE
from studio.catalogue.dense.linear import Linear
from studio.catalogue.shaping.arrangement import Flatten
from studio.catalogue.windows.convolution import Conv2d
from studio.graph.model import Graph, Node, Wire
from studio.network.execution import streamlined
from studio.network.network import Network
from studio.network.passing import unwrapped
from tests.unit.training.toys import chain, cnn, made, mlp

BATCH = 32


def branched() -> Graph:
    """Return a ReLU that a pool and another layer read: it must stay where it is."""
    graph = chain(
        image=("input", {"sample": (2, 8, 8)}),
        conv=("conv2d", {"out_channels": 4, "kernel_size": 3, "padding": 1}),
        act=("relu", {}),
        pool=("max_pool2d", {"kernel_size": 2}),
        flat=("flatten", {}),
        last=("linear", {"out_features": 3}),
        scores=("output", {}),
    )
    side = Node(CATALOGUE["flatten"](), (Wire("act"),))
    head = Node(Linear(out_features=3), (Wire("side"),))
    total = Node(CATALOGUE["add"](), (Wire("last"), Wire("head")))
    nodes = {**graph.nodes, "side": side, "head": head, "total": total}
    nodes["scores"] = graph["scores"].changed(sources=(Wire("total"),))
    return Graph(nodes)


def nested() -> Graph:
    inner = chain(
        x=("input", {"sample": (4, 8, 8)}),
        conv=("conv2d", {"out_channels": 4, "kernel_size": 3, "padding": 1}),
        act=("relu", {}),
        pool=("max_pool2d", {"kernel_size": 3, "stride": 1, "padding": 1}),
        y=("output", {}),
    )
    return chain(
        image=("input", {"sample": (2, 8, 8)}),
        stem=("conv2d", {"out_channels": 4, "kernel_size": 1}),
        blocks=("block", {"graph": inner, "repeat": 2}),
        flat=("flatten", {}),
        last=("linear", {"out_features": 3}),
        scores=("output", {}),
    )


def drawn(data: st.DataObject) -> Graph:
    """Return a random stack of layers for pictures."""
    layers: dict[str, tuple[str, dict[str, Any]]] = {
        "image": ("input", {"sample": (data.draw(st.integers(1, 3)), 12, 12)})
    }
    kinds: list[tuple[str, dict[str, Any]]] = [
        ("conv2d", {"out_channels": 5, "kernel_size": 3, "padding": 1}),
        ("batch_norm2d", {}),
        ("relu", {}),
        ("max_pool2d", {"kernel_size": 2}),
        ("max_pool2d", {"kernel_size": 3, "stride": 1, "padding": 1}),
        ("tanh", {}),
    ]
    chosen = data.draw(st.lists(st.sampled_from(kinds), max_size=8))
    pools = 0
    for index, (key, settings) in enumerate(chosen):
        pools += settings.get("kernel_size") == 2
        if pools <= 2 or settings.get("kernel_size") != 2:
            layers[f"layer_{index}"] = (key, settings)
    layers["flat"] = ("flatten", {})
    layers["last"] = ("linear", {"out_features": data.draw(st.sampled_from([2, 40]))})
    layers["scores"] = ("output", {})
    return chain(**layers)


def trained(network: Network, steps: int, axes: tuple[int, ...]) -> list[float]:
    """Make some steps of SGD on random pictures; return the losses."""
    random = torch.Generator().manual_seed(0)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.02, momentum=0.9)
    losses = []
    for _step in range(steps):
        x = torch.rand(BATCH, *axes, generator=random)
        outputs = network(x)["scores"]
        y = torch.randint(0, outputs.shape[1], (BATCH,), generator=random)
        optimizer.zero_grad()
        loss = functional.cross_entropy(outputs, y)
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    return losses


@pytest.mark.parametrize(
    ("graph", "axes"),
    [(branched(), (2, 8, 8)), (nested(), (2, 8, 8)), (mlp(), (4,))],
    ids=["branched", "nested", "mlp"],
)
def test_thirty_steps_give_the_same_losses_and_weights(graph, axes):
    plain, fast = made(graph), made(graph)
    expected = trained(plain, 30, axes)
    with streamlined(fast, BATCH, channels_last=True):
        found = trained(fast, 30, axes)
    assert found == pytest.approx(expected, abs=1e-6)
    for name, value in plain.state_dict().items():
        assert torch.allclose(fast.state_dict()[name], value, atol=1e-5), name


@given(st.data())
def test_outputs_and_gradients_of_random_networks_are_the_same(data):
    graph = drawn(data)
    # in float64, so that rounding cannot hide or feign a difference
    plain, fast = made(graph).double(), made(graph).double()
    axes = graph["image"].layer.values()["sample"]
    x = torch.rand(BATCH, *axes, generator=torch.Generator().manual_seed(1)).double()
    expected = plain(x)["scores"]
    expected.square().sum().backward()
    with streamlined(fast, BATCH, channels_last=True):
        found = fast(x)["scores"]
        found.square().sum().backward()
        assert torch.allclose(found, expected)
        for name, parameter in fast.named_parameters():
            assert parameter.grad is not None
            assert torch.allclose(parameter.grad, plain.get_parameter(name).grad, atol=1e-7), name


def test_a_relu_moves_behind_the_pool_that_alone_reads_it():
    network = made(cnn())
    with streamlined(network, BATCH, channels_last=True):
        assert [step.key for step in network.steps][3:5] == ["max_pool2d", "relu"]
    assert [step.key for step in network.steps][3:5] == ["relu", "max_pool2d"]


def test_a_relu_that_others_read_stays():
    network = made(branched())
    with streamlined(network, BATCH, channels_last=True):
        assert [step.key for step in network.steps][2:4] == ["relu", "max_pool2d"]


def test_no_trace_is_left_even_after_an_error():
    network = made(nested())
    steps, weights = network.steps, {n: v.clone() for n, v in network.state_dict().items()}
    strides = {name: value.stride() for name, value in network.state_dict().items()}
    identities = [id(parameter) for parameter in network.parameters()]
    fast = streamlined(network, BATCH, channels_last=True)
    with contextlib.suppress(RuntimeError), fast:
        assert network.blocks[0].conv.weight.stride() != strides["blocks.0.conv.weight"]
        raise RuntimeError
    assert network.steps == steps
    assert identities == [id(parameter) for parameter in network.parameters()]
    for name, value in network.state_dict().items():
        assert torch.equal(value, weights[name])
        assert value.stride() == strides[name]


def test_a_wide_linear_layer_after_flatten_is_left_alone():
    """Reading its weights in another order would cost more than copying the pictures."""
    graph = cnn()
    wide = graph["last"].changed(layer=Linear(out_features=500))
    network = made(graph.with_node("last", wide).with_node("scores", graph["scores"]))
    plain = {step.name: step.call for step in network.steps}
    with streamlined(network, BATCH, channels_last=True):
        found = {step.name: step.call for step in network.steps}["flat"]
        assert found is unwrapped(plain["flat"])


def test_a_flatten_of_some_axes_of_a_volume_keeps_the_others():
    graph = chain(
        volume=("input", {"sample": (2, 3, 4, 5)}),
        side=("conv3d", {"out_channels": 2, "kernel_size": 1}),
        flat=("flatten", {"end_dim": 3}),
        last=("linear", {"out_features": 3}),
        scores=("output", {}),
    )
    # pictures beside it, without which nothing is laid out channels-last
    flat = Node(Flatten(start_dim=2, end_dim=3), (Wire("volume"),))
    look = Node(Conv2d(out_channels=1, kernel_size=1), (Wire("pictures"),))
    network = made(Graph({**graph.nodes, "pictures": flat, "look": look}))
    x = torch.rand(BATCH, 2, 3, 4, 5)
    expected = network(x)["scores"]
    with streamlined(network, BATCH, channels_last=True):
        assert torch.allclose(network(x)["scores"], expected, atol=1e-6)


def test_a_relu_stays_before_a_pool_with_windows_of_nothing_but_padding():
    graph = chain(
        image=("input", {"sample": (1, 4, 4)}),
        conv=("conv2d", {"out_channels": 2, "kernel_size": 1}),
        act=("relu", {}),
        pool=("max_pool2d", {"kernel_size": 2, "stride": 1, "padding": 1, "dilation": 5}),
        flat=("flatten", {}),
        scores=("output", {}),
    )
    network = made(graph)
    x = torch.rand(BATCH, 1, 4, 4)
    expected = network(x)["scores"]
    assert expected.isinf().any()
    with streamlined(network, BATCH, channels_last=True):
        assert torch.equal(network(x)["scores"], expected)


def test_a_group_norm_that_alone_learns_takes_pictures_in_any_layout():
    graph = chain(
        image=("input", {"sample": (4, 8, 8)}),
        norm=("group_norm", {"num_groups": 2}),
        flat=("flatten", {}),
        last=("linear", {"out_features": 3}),
        scores=("output", {}),
    )
    network = made(graph)
    x = torch.rand(BATCH, 4, 8, 8)
    network(x)["scores"].square().sum().backward()
    expected = network.norm.weight.grad.clone()
    network.norm.weight.grad = None
    with streamlined(network, BATCH, channels_last=True):
        (norm,) = (step for step in network.steps if step.name == "norm")
        found = norm.call(x.contiguous(memory_format=torch.channels_last))
        # else torch's kernel ends the process
        assert found.grad_fn._saved_input.is_contiguous()
        network(x)["scores"].square().sum().backward()
    assert torch.allclose(network.norm.weight.grad, expected, rtol=1e-5)
