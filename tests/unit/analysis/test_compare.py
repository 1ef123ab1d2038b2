"""Networks beside each other: totals, types, and which layers correspond."""

from studio.analysis.analyze import analyze
from studio.analysis.compare import Match, diagram, totals, types
from studio.graph import edits
from studio.graph.model import Graph
from tests.unit.analysis.networks import IMAGE, graph, mnist_cnn, residual


def compared(left: Graph, right: Graph) -> list[tuple[str, str, str]]:
    """Return (kind, left path, right path) of every row."""
    return [(row.kind, row.left, row.right) for row in diagram(analyze(left), analyze(right))]


def changed(left: Graph, right: Graph) -> list[Match]:
    """Return the rows that are not the same."""
    return [row for row in diagram(analyze(left), analyze(right)) if row.kind != "same"]


def stages(**repeats: int) -> Graph:
    """A stem, residual stages of these lengths, and a head."""
    nodes = {name: residual(4, count) for name, count in repeats.items()}
    conv = {"type": "conv2d", "out_channels": 4, "kernel_size": 3, "padding": 1}
    return graph(x={"type": "input", "shape": [3, 8, 8]}, stem=conv, **nodes, flat="flatten",
                 head={"type": "linear", "out_features": 10}, y="output")  # fmt: skip


def test_a_network_is_the_same_as_itself_under_other_names_and_places():
    left = mnist_cnn()
    right = edits.move(edits.rename(left, "conv", "first"), {"relu": (300.0, 40.0)})

    assert {kind for kind, _left, _right in compared(left, right)} == {"same"}


def test_settings_that_differ_are_named_with_both_values():
    right = mnist_cnn(conv={"type": "conv2d", "out_channels": 64, "kernel_size": 3})

    (row,) = changed(mnist_cnn(), right)

    assert (row.kind, row.left, row.right) == ("changed", "conv", "conv")
    assert row.changes == (("out_channels", 32, 64),)
    assert row.parameters == (320, 640)


def test_freezing_is_a_difference():
    right = edits.set_frozen(mnist_cnn(), ("conv",), True)

    (row,) = changed(mnist_cnn(), right)

    assert row.changes == (("frozen", False, True),)


def test_layers_that_only_one_has_stand_alone_and_the_rest_still_corresponds():
    right = graph(
        image=IMAGE,
        conv={"type": "conv2d", "out_channels": 32, "kernel_size": 3},
        norm="batch_norm2d",
        relu="relu",
        flatten="flatten",
        linear={"type": "linear", "out_features": 10},
        scores="output",
    )

    rows = compared(mnist_cnn(), right)

    assert ("right", "", "norm") in rows
    assert ("left", "pool", "") in rows
    assert ("same", "linear", "linear") in rows


def test_a_longer_block_is_a_change_of_its_count_alone():
    (row,) = changed(stages(one=2), stages(one=6))

    assert row.changes == (("repeat", 2, 6),)


def test_blocks_that_differ_inside_are_opened():
    left, right = stages(one=2), stages(one=2)
    right = edits.at_location(
        right, ("one",), lambda page: edits.configure(page, "conv", kernel_size=5, padding=2)
    )

    block, conv = changed(left, right)

    assert (block.left, block.level, block.changes) == ("one", 0, ())
    assert (conv.left, conv.right, conv.level) == ("one/conv", "one/conv", 1)
    assert conv.changes == (("kernel_size", 3, 5), ("padding", 1, 2))


def test_a_further_stage_stands_alone():
    rows = compared(stages(one=2, two=3), stages(one=2))

    assert ("left", "two", "") in rows
    assert ("same", "one", "one") in rows


def test_very_long_networks_are_still_aligned():
    first = {f"a{i}": "relu" for i in range(600)}
    second = {f"b{i}": "tanh" for i in range(600)}
    x = {"type": "input", "shape": [8]}
    left = graph(x=x, **first, m="sigmoid", **second, y="output")
    right = graph(x=x, z="elu", **first, **second, w="elu", y="output")

    rows = compared(left, right)

    alone = {(kind, one or other) for kind, one, other in rows if kind in {"left", "right"}}
    assert alone == {("left", "m"), ("right", "z"), ("right", "w")}


def test_totals_and_types_stand_side_by_side():
    reports = [analyze(mnist_cnn()), analyze(stages(one=2)), analyze(stages(one=3))]

    table = {total.key: total for total in totals(reports)}
    conv = next(row for row in types(reports) if row.name == "Conv 2D")

    assert table["parameters"].values == tuple(report.parameters for report in reports)
    assert table["parameters"].differs
    assert not table["buffers"].differs
    assert [row.copies for row in conv.rows if row] == [1, 3, 4]
    assert next(row for row in types(reports) if row.name == "Max Pool 2D").rows[1] is None
