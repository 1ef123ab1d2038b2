"""Which layers, graphs and broken files the laws are tried on."""

from collections.abc import Iterator

from hypothesis import strategies as st

from studio.catalogue.layer import Layer
from studio.catalogue.unknown import Unknown
from studio.errors import StudioError
from studio.graph.block import Block, inlets, outlets
from studio.graph.layout import CARD
from studio.graph.model import Graph, Node, Wire
from studio.graph.names import objection
from studio.graph.topology import cycles
from tests.toys.graphs import layer

LAYERS: tuple[Layer, ...] = (
    layer("linear"),
    layer("linear", out_features=7, bias=False),
    layer("conv2d", out_channels=4, kernel_size=(3, 5)),
    layer("relu"),
    layer("dropout"),
    layer("batch_norm2d"),
    layer("add"),
    layer("concat"),
    layer("input"),
    layer("output"),
    Block(),
    Unknown(type="hologram", settings={"depth_of_field": [1, None, "é"], "x": {"y": 1.5}}),
)


@st.composite
def tangles(draw) -> Graph:
    """Draw a network in which any layer may be fed by any that come before it."""
    join = layer("concat")
    nodes: dict[str, Node] = {}
    for index in range(draw(st.integers(1, 25))):
        sources = draw(st.lists(st.sampled_from(tuple(nodes) or ("",)), max_size=3, unique=True))
        nodes[f"n{index}"] = Node(join, tuple(Wire(name) for name in sources if name))
    return Graph(nodes)


finite = st.floats(allow_nan=False, allow_infinity=False)
whole = st.integers(-(2**63), 2**64)
json_values = st.recursive(
    st.none() | st.booleans() | whole | finite | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=8,
)


def pages(graph: Graph, location: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Graph]]:
    """Yield every page of a network with the blocks that lead to it."""
    yield location, graph
    for name, node in graph.nodes.items():
        if isinstance(node.layer, Block):
            yield from pages(node.layer.graph, (*location, name))


def assert_sound(graph: Graph) -> None:
    """Check that names are names, wires lead somewhere, and nothing feeds itself."""
    for _location, page in pages(graph):
        assert not cycles(page)
        for name, node in page.nodes.items():
            assert not objection(name)
            assert not node.sources or node.sources[-1] is not None
            most = inlets(node.layer)[1]
            assert most is None or len(node.sources) <= most
            for wire in filter(None, node.sources):
                count = outlets(page[wire.node].layer)
                assert count is None or wire.output < count
            for owner in node.tied.values():
                lender, _dot, weight = owner.partition(".")
                assert lender != name
                assert weight not in page[lender].tied


def assert_sentence(refusal: StudioError) -> None:
    """Check that a refusal says what is wrong, as a sentence and whole."""
    assert refusal.problem.endswith((".", "?", "!"))


def assert_apart(places: dict[str, tuple[float, float]]) -> None:
    """Check that no two cards lie on each other."""
    corners = sorted(places.values())
    for index, (x, y) in enumerate(corners):
        for other_x, other_y in corners[index + 1 :]:
            if other_x - x >= CARD[0]:
                break
            assert abs(other_y - y) >= CARD[1]
