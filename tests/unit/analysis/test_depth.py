"""The depth of what lies behind and inside blocks, and that folding a network changes no figure."""

import time
from collections.abc import Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from studio.analysis.analyze import analyze
from studio.analysis.as_json import as_json
from studio.analysis.report import Report
from studio.catalogue.dense.linear import Linear
from studio.catalogue.functions.activation import ReLU
from studio.catalogue.inputs import Input, Output
from studio.catalogue.layer import Layer
from studio.catalogue.meeting.merge import Add
from studio.gallery import load
from studio.graph import edits
from studio.graph.block import Block
from studio.graph.model import Graph, Node, Wire
from studio.graph.topology import ancestors, descendants
from tests.unit.analysis.networks import Spec, block, graph

X: Spec = {"type": "input", "shape": [4]}
FOUR: Spec = {"type": "linear", "out_features": 4}


def two_ways() -> Graph:
    """Return three layers and one beside them, which an addition joins."""
    return graph(x=X, a1=FOUR, a2=FOUR, a3=FOUR, b={**FOUR, "from": ["x"]},
                 add={"type": "add", "from": ["a3", "b"]}, y="output")  # fmt: skip


def test_a_block_lies_behind_its_deepest_way_not_behind_its_deepest_input():
    report = analyze(edits.group(two_ways(), ["b", "add"], "body"))
    assert analyze(two_ways()).depth == report.depth == 3
    assert report.nodes["body"].depth == 3
    assert report.nodes["body"].own_depth == 0


def test_each_output_of_a_block_has_the_depth_of_its_own_way():
    built = graph(x=X, a1=FOUR, a2=FOUR, a3=FOUR, y="output",
                  sink={"type": "output", "from": ["a1"]})  # fmt: skip
    report = analyze(edits.group(built, ["a1", "a2", "a3"], "body"))
    assert report.nodes["sink"].depth == 1
    assert report.nodes["y"].depth == report.nodes["body"].depth == 3
    assert report.nodes["body"].own_depth == 3


def test_what_is_inside_a_block_is_told_with_the_depth_of_its_own_way():
    for built in (
        edits.group(two_ways(), ["b", "add"], "body"),
        edits.at_location(
            edits.group(two_ways(), ["a3", "b", "add"], "body"),
            ("body",),
            lambda page: edits.group(page, ["b", "add"], "body"),
        ),
    ):
        told = as_json(analyze(built))["nodes"]
        depths = {node["path"].rpartition("/")[2]: node["depth"] for node in told}
        assert (depths["b"], depths["add"], depths["body"]) == (1, 3, 3)


def test_copies_that_pass_two_tensors_on_are_not_deeper_than_their_longest_way():
    # each copy hands the second input on to the first output: two copies go through each layer once
    inside = graph(x=X, z=X, short={**FOUR, "from": ["z"]}, long={**FOUR, "from": ["x"]},
                   longer=FOUR, y={"type": "output", "from": ["short"]},
                   w={"type": "output", "from": ["longer"]})  # fmt: skip
    for repeat, depths in ((1, (1, 2)), (2, (3, 3)), (3, (4, 5)), (9_999, (14_998, 14_999))):
        layer = Block(graph=inside, repeat=repeat)
        built = Graph(
            {
                "x": Node(Input(sample=(4,))),
                "body": Node(layer, (Wire("x"), Wire("x"))),
                "first": Node(Output(), (Wire("body", 0),)),
                "second": Node(Output(), (Wire("body", 1),)),
            }
        )
        facts = analyze(built).nodes
        assert (facts["first"].depth, facts["second"].depth) == depths


def test_a_memory_that_reaches_every_copy_counts_from_where_it_comes():
    inside = graph(x=X, memory=X, fc={**FOUR, "from": ["x"]}, read={**FOUR, "from": ["memory"]},
                   add={"type": "add", "from": ["fc", "read"]}, y="output")  # fmt: skip
    nodes = dict(graph(x=X, a1=FOUR, a2=FOUR, a3=FOUR).nodes)
    nodes["body"] = Node(Block(graph=inside, repeat=3), (Wire("x"), Wire("a3")))
    nodes["y"] = Node(Output(), (Wire("body"),))
    assert analyze(Graph(nodes)).depth == 3 + 3


def test_swapping_inputs_of_other_shapes_ten_thousand_times_is_not_written_out():
    inside = graph(x=X, z={"type": "input", "shape": [5]}, long={**FOUR, "from": ["x"]},
                   y={"type": "output", "from": ["z"]},
                   w={"type": "output", "from": ["long"]})  # fmt: skip
    nodes: dict[str, Node] = {
        "x": Node(Input(sample=(4,))),
        "body": Node(Block(graph=inside, repeat=10_000), (Wire("x"), Wire("x"))),
        "y": Node(Output(), (Wire("body", 1),)),
    }
    start = time.perf_counter()
    assert analyze(Graph(nodes)).depth == 5_000
    assert time.perf_counter() - start < 1


def test_the_small_residual_network_keeps_its_depth():
    assert analyze(load("small-resnet").graph).depth == 16


LAYERS: tuple[Layer, ...] = (
    Linear(out_features=4), Linear(out_features=4, bias=False), ReLU(), Add(),
)  # fmt: skip


@st.composite
def drawn(draw: st.DrawFn, inputs: int = 2, most: int = 9) -> Graph:
    """Draw a network with as many ends as inputs; any layer may be fed by any before it."""
    nodes: dict[str, Node] = {f"x{i}": Node(Input(sample=(4,))) for i in range(inputs)}
    for index in range(draw(st.integers(1, most))):
        layer = draw(st.sampled_from(LAYERS))
        before = st.sampled_from(tuple(nodes))
        count = 2 if isinstance(layer, Add) else 1
        nodes[f"n{index}"] = Node(layer, tuple(Wire(draw(before)) for _ in range(count)))
    for index in range(inputs):
        nodes[f"y{index}"] = Node(Output(), (Wire(draw(st.sampled_from(tuple(nodes)))),))
    return Graph(nodes)


def foldable(built: Graph, picked: frozenset[str]) -> frozenset[str]:
    """Return the layers of a selection and what lies between them, without ends of the network."""
    inner = {name for name in built if not isinstance(built[name].layer, Input | Output)}
    chosen = frozenset(picked & inner)
    return chosen | (descendants(built, chosen) & ancestors(built, chosen))


def said(report: Report) -> tuple[int, ...]:
    """Return every total of a report."""
    return (report.parameters, report.trainable, report.buffers, report.depth,
            report.multiply_adds, report.activation_bytes)  # fmt: skip


def depths(report: Report) -> Mapping[str, int]:
    return {name: facts.depth for name, facts in report.nodes.items()}


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_folding_and_unfolding_keep_every_total_and_every_depth(data: st.DataObject):
    built = data.draw(drawn())
    before = analyze(built)
    told = {node["path"]: node["depth"] for node in as_json(before)["nodes"]}
    folded, names = built, st.frozensets(st.sampled_from(tuple(built)), min_size=1)
    for index in range(data.draw(st.integers(1, 3))):
        chosen = foldable(folded, data.draw(names) & frozenset(folded))
        if chosen and not any(isinstance(folded[name].layer, Output) for name in chosen):
            folded = edits.group(folded, chosen, f"body_{index}")
    after = analyze(folded)
    assert said(after) == said(before)
    for node in as_json(after)["nodes"]:
        name = node["path"].rpartition("/")[2]
        assert node["depth"] == told.get(name, node["depth"])
    for name in [name for name in folded if name.startswith("body")]:
        folded = edits.ungroup(folded, name)
        assert said(analyze(folded)) == said(before)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_repeated_block_has_the_totals_and_depths_of_its_copies_written_out(data: st.DataObject):
    inputs = data.draw(st.integers(1, 3))
    layer = Block(graph=data.draw(drawn(inputs, 5)), repeat=data.draw(st.integers(1, 7)))
    nodes = dict(graph(x=X, a1=FOUR, a2=FOUR).nodes)
    feeds = st.sampled_from(tuple(nodes))
    nodes["body"] = Node(layer, tuple(Wire(data.draw(feeds)) for _ in range(inputs)))
    nodes |= {f"y{i}": Node(Output(), (Wire("body", i),)) for i in range(inputs)}
    report = analyze(Graph(nodes))
    written = analyze(edits.ungroup(Graph(nodes), "body"))
    assert said(report) == said(written)
    for name in ("a1", "a2", *(f"y{i}" for i in range(inputs))):
        assert depths(report)[name] == depths(written)[name]


def test_a_block_without_outputs_is_as_deep_as_what_it_holds():
    inside = block({"x": X, "fc": FOUR, "again": FOUR})
    report = analyze(graph(x=X, fc=FOUR, body=inside))
    assert report.nodes["body"].depth == 3
