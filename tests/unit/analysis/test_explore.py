"""Curves of a network's cost against its depth."""

import time

import pytest

from studio.analysis.analyze import analyze
from studio.analysis.explore import Knob, curve, knobs, unit_of, values_between
from studio.analysis.memory import Terms, training_memory
from studio.graph.model import Graph
from tests.unit.analysis.networks import block, graph, mnist_cnn, residual


def knob(built: Graph, path: str, setting: str) -> Knob:
    """Return one knob of a network."""
    return next(k for k in knobs(built) if (k.path, k.setting.name) == (path, setting))


def transformer(copies: int) -> Graph:
    """A network of the size of GPT-2, drawn by hand."""
    inside = {
        "x": {"type": "input", "shape": [1024, 768]},
        "norm1": "layer_norm",
        "attention": {"type": "attention", "num_heads": 12, "causal": True},
        "add1": {"type": "add", "from": ["x", "attention"]},
        "norm2": "layer_norm",
        "up": {"type": "linear", "out_features": 3072},
        "gelu": "gelu",
        "down": {"type": "linear", "out_features": 768},
        "add2": {"type": "add", "from": ["add1", "down"]},
        "y": "output",
    }
    return graph(
        x={"type": "input", "shape": [1024], "dtype": "int64"},
        words={"type": "embedding", "num_embeddings": 50257, "embedding_dim": 768},
        body=block(inside, repeat=copies),
        norm="layer_norm",
        head={"type": "linear", "out_features": 50257, "bias": False},
        y="output",
    )


def test_repeat_counts_come_first_and_axes_are_left_out():
    built = graph(
        x={"type": "input", "shape": [4, 8, 8]}, body=residual(4, 3), flatten="flatten", y="output"
    )

    found = [(one.path, one.setting.name, one.value) for one in knobs(built)]

    assert found[0] == ("body", "repeat", 3)
    assert ("body/conv", "out_channels", 4) in found
    assert not any(path == "flatten" for path, _name, _value in found)


def test_every_point_is_what_analysis_says_of_that_network():
    built = transformer(3)
    turned = knob(built, "body", "repeat")

    found = curve(analyze(built), turned.turned, (1, 2, 12), Terms(batch_size=4))

    for point in found.points:
        report = analyze(transformer(point.value))
        assert point.depth == report.depth == 4 * point.value + 1
        assert point.parameters == report.parameters
        assert point.multiply_adds == report.multiply_adds
        assert point.activation_bytes == report.activation_bytes
        assert point.training_bytes == training_memory(report, Terms(batch_size=4)).total
    assert found.at(12) == found.points[2]
    assert found.at(5) is None


def test_a_setting_inside_a_block_can_be_turned():
    built = transformer(3)
    turned = knob(built, "body/up", "out_features")

    found = curve(analyze(built), turned.turned, (768, 3072))

    assert [point.depth for point in found.points] == [13, 13]
    assert found.points[1].parameters == analyze(built).parameters
    assert found.points[0].parameters < found.points[1].parameters


def test_values_with_which_the_network_does_not_run_are_skipped_and_say_why():
    built = mnist_cnn()
    turned = knob(built, "conv", "kernel_size")

    found = curve(analyze(built), turned.turned, (0, 3, 40))

    assert [point.value for point in found.points] == [3]
    assert [one.value for one in found.skipped] == [0, 40]
    assert "from 1 to 1000" in found.skipped[0].reason.replace(",", "")
    assert "40" in found.skipped[1].reason


def test_sixty_points_of_a_large_transformer_take_a_blink():
    built = transformer(12)
    report, turned = analyze(built), knob(built, "body", "repeat")
    curve(report, turned.turned, range(1, 3))

    begun = time.process_time()
    found = curve(report, turned.turned, values_between(1, 96, 60), Terms(batch_size=8))
    spent = time.process_time() - begun

    assert len(found.points) == 60
    assert spent < 0.4  # 0.08 on a quiet machine


def test_values_are_multiples_of_the_usual_step():
    assert unit_of(768) == 64
    assert unit_of(1000) == 8
    assert unit_of(12) == 1
    assert values_between(25, 400, 10, 100, 64) == (64, 100, 128, 192, 256, 320, 384)
    assert values_between(3, 9, 10, 5, 64) == (3, 5, 9)


@pytest.mark.parametrize(
    ("low", "high", "most", "always", "expected"),
    [
        (1, 5, 10, None, (1, 2, 3, 4, 5)),
        (1, 100, 3, None, (1, 50, 100)),
        (1, 100, 3, 48, (1, 48, 100)),
        (1, 100, 3, 500, (1, 50, 100)),
        (7, 7, 5, 7, (7,)),
    ],
)
def test_values_are_spread_evenly(low, high, most, always, expected):
    assert values_between(low, high, most, always) == expected
