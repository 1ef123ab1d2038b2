"""Where a network's numbers are: rows that add up to the whole."""

from collections.abc import Callable

import pytest

from studio.analysis.analyze import analyze
from studio.analysis.report import Report
from studio.analysis.shares import Measure, Row, arranged, by_block, by_layer, by_type
from tests.unit.analysis.networks import block, graph, mnist_cnn, residual

MEASURES: tuple[Measure, ...] = ("parameters", "trainable", "multiply_adds", "activation_bytes")


def nested() -> Report:
    """Two stages around residual blocks, the second frozen."""
    stage = {
        "x": {"type": "input", "shape": [4, 8, 8]},
        "twice": residual(4, 2),
        "relu": "relu",
        "y": "output",
    }
    return analyze(
        graph(
            x={"type": "input", "shape": [3, 8, 8]},
            stem={"type": "conv2d", "out_channels": 4, "kernel_size": 3, "padding": 1},
            one=block(stage, repeat=3),
            two=block(stage, frozen=True),
            y="output",
        )
    )


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("rows", [by_layer, by_type])
def test_rows_add_up_to_the_whole(rows: Callable[[Report], tuple[Row, ...]], measure: Measure):
    report = nested()

    assert sum(row.value(measure) for row in rows(report)) == getattr(report, measure)


@pytest.mark.parametrize("measure", MEASURES)
def test_blocks_of_the_first_level_and_the_rest_add_up(measure: Measure):
    report = nested()

    outermost = [row for row in by_block(report) if row.level == 0]

    assert [row.name for row in outermost] == ["one", "two", ""]
    assert sum(row.value(measure) for row in outermost) == getattr(report, measure)


def test_a_layer_inside_repeated_blocks_counts_all_its_copies():
    rows = {row.path: row for row in by_layer(nested())}

    conv = rows["one/twice/conv"]

    assert (conv.copies, conv.parameters) == (6, 6 * (4 * 4 * 9 + 4))
    assert (rows["two/twice/conv"].trainable, rows["two/twice/conv"].frozen) == (0, 2 * 148)


def test_blocks_inside_blocks_have_rows_of_their_own():
    rows = {row.path: row for row in by_block(nested())}

    assert (rows["one/twice"].level, rows["one/twice"].copies) == (1, 6)
    assert (rows["one"].level, rows["one"].copies) == (0, 3)


def test_copies_that_share_their_weights_own_them_once():
    inside = {"x": {"type": "input", "shape": [8]}, "linear": {"type": "linear", "out_features": 8}}
    shared = block(inside | {"y": "output"}, repeat=12, shared=True)
    report = analyze(graph(x={"type": "input", "shape": [8]}, body=shared, y="output"))

    (linear,) = (row for row in by_layer(report) if row.path == "body/linear")

    assert (linear.copies, linear.parameters) == (12, 72)
    assert linear.multiply_adds == 12 * 64
    assert sum(row.parameters for row in by_type(report)) == report.parameters


def test_types_are_counted():
    report = analyze(graph(x={"type": "input", "shape": [1, 8, 8]}, a="relu", b="relu", y="output"))

    assert {row.name: row.copies for row in by_type(report)}["ReLU"] == 2


def test_rows_can_be_arranged():
    rows = by_layer(analyze(mnist_cnn()))

    assert [row.path for row in arranged(rows, "parameters")] == ["linear", "conv"]
    assert [row.path for row in arranged(rows, "parameters", "network")] == ["conv", "linear"]
    named = [row.name for row in arranged(rows, "activation_bytes", "name")]
    assert named == sorted(named)
