from studio.catalogue import CATALOGUE
from studio.graph.model import Graph, Node, Wire
from studio.graph.topology import ancestors, cycles, descendants, order, would_cycle
from tests.toys.graphs import residual


def wired(**sources: str) -> Graph:
    layer = CATALOGUE["concat"]()
    return Graph(
        {name: Node(layer, tuple(map(Wire, text.split()))) for name, text in sources.items()}
    )


def test_sources_come_before_their_consumers_and_ties_keep_the_order_of_adding():
    graph = wired(last="b a", b="start", a="start", start="", alone="")

    assert order(graph) == ("start", "b", "a", "last", "alone")


def test_nodes_on_a_circle_and_those_behind_it_come_last():
    graph = wired(behind="y", x="y", y="x", free="")

    assert order(graph) == ("free", "behind", "x", "y")


def test_each_knot_of_circles_is_told_once_in_the_order_of_its_wires():
    graph = wired(start="", a="start c", b="a", c="b", d="c", me="me", end="me d")

    assert cycles(graph) == (("b", "c", "a"), ("me",))
    assert cycles(residual()) == ()


def test_a_long_chain_needs_no_recursion():
    graph = wired(n0="", **{f"n{i}": f"n{i - 1}" for i in range(1, 5_000)})

    assert len(ancestors(graph, ["n4999"])) == 4_999
    assert cycles(graph.with_node("n0", Node(graph["n0"].layer, (Wire("n4999"),))))


def test_ancestors_and_descendants_leave_out_the_node_itself_unless_it_feeds_itself():
    graph = residual()

    assert ancestors(graph, ["relu_1"]) == {"linear_1", "input_1"}
    assert descendants(graph, ["relu_1"]) == {"add_1", "output_1"}
    assert ancestors(wired(a="b", b="a"), ["a"]) == {"a", "b"}


def test_only_a_wire_back_would_close_a_circle():
    graph = residual()

    assert would_cycle(graph, "add_1", "linear_1")
    assert would_cycle(graph, "add_1", "add_1")
    assert not would_cycle(graph, "input_1", "output_1")
