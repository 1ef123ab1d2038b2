import time

from studio.catalogue import CATALOGUE
from studio.graph import edits
from studio.graph.layout import CARD, layout, pinned, placed
from studio.graph.model import Graph, Node, Wire
from tests.laws.networks import assert_apart
from tests.toys.graphs import network, residual

JOIN = CATALOGUE["concat"]()


def chain(count: int) -> Graph:
    nodes = {"n0": Node(JOIN)}
    return Graph(nodes | {f"n{i}": Node(JOIN, (Wire(f"n{i - 1}"),)) for i in range(1, count)})


def blocks(count: int) -> Graph:
    """Return residual blocks of five layers, every third with a layer on its shortcut."""
    nodes = {"n0": Node(JOIN)}
    end = "n0"
    for block in range(count):
        start = end
        for step in range(4):
            nodes[f"b{block}_{step}"] = Node(JOIN, (Wire(end),))
            end = f"b{block}_{step}"
        around = start
        if block % 3 == 0:
            around = f"s{block}"
            nodes[around] = Node(JOIN, (Wire(start),))
        nodes[f"a{block}"] = Node(JOIN, (Wire(end), Wire(around)))
        end = f"a{block}"
    return Graph(nodes)


def test_a_short_chain_is_one_straight_line_downwards():
    places = layout(network("input 4 → linear → relu → output"))

    assert {x for x, _y in places.values()} == {0.0}
    assert [y for _x, y in places.values()] == [0.0, 122.0, 244.0, 366.0]


def test_a_branch_stands_beside_the_chain_half_way():
    graph = blocks(1)

    places = layout(graph, aspect=0.5)

    chain_x = {places[name][0] for name in graph if name != "s0"}
    assert chain_x == {0.0}
    assert places["s0"][0] > CARD[0]
    assert places["n0"][1] < places["s0"][1] < places["a0"][1]


def test_a_wire_that_goes_around_has_room_beside_the_chain():
    around = edits.insert_on_wire(residual(), JOIN, "add_1", 1)

    assert layout(around, aspect=0.5)["concat_1"][0] > CARD[0]
    assert {x for x, _y in layout(residual(), aspect=0.5).values()} == {0.0}


def test_a_long_chain_is_wrapped_into_columns_that_fit_the_aspect():
    for count in (30, 100, 300):
        places = layout(chain(count), aspect=1.6)
        width = max(x for x, _y in places.values()) + CARD[0]
        height = max(y for _x, y in places.values()) + CARD[1]

        assert 0.7 < width / height < 2.4
        assert_apart(places)


def test_a_chain_is_cut_where_the_window_can_show_it_largest():
    places = layout(network("input 1×8×8 → " + "relu → " * 7 + "output"), aspect=1.6)

    assert len({x for x, _y in places.values()}) == 3
    assert len({y for _x, y in places.values()}) == 3


def test_columns_break_between_blocks_rather_than_in_them():
    graph = blocks(6)

    places = layout(graph)

    tops = {name for name in graph if places[name][1] == 0.0}
    assert len(tops) > 1
    assert all(name == "n0" or name.endswith("_0") or name[0] == "a" for name in tops)


def test_sources_are_above_their_consumers_within_a_column():
    graph = blocks(4)
    places = layout(graph)

    for name, node in graph.nodes.items():
        for wire in filter(None, node.sources):
            if places[wire.node][0] == places[name][0]:
                assert places[wire.node][1] < places[name][1]


def test_loose_cards_stand_in_columns_beside_the_network():
    graph = edits.add(edits.add(residual(), JOIN), JOIN)

    places = layout(graph)

    assert places["concat_1"][0] == places["concat_2"][0] > CARD[0]
    assert_apart(places)


def test_cards_of_any_size_lie_apart():
    graph = blocks(3)
    sizes = {name: (100.0 + 40 * (i % 5), 50.0 + 30 * (i % 4)) for i, name in enumerate(graph)}

    corners = [(*place, *sizes[name]) for name, place in layout(graph, sizes).items()]

    for index, (x, y, width, height) in enumerate(corners):
        for other_x, other_y, other_width, other_height in corners[index + 1 :]:
            assert (
                x + width <= other_x
                or other_x + other_width <= x
                or y + height <= other_y
                or other_y + other_height <= y
            )


def test_a_graph_with_a_circle_is_drawn_too():
    graph = Graph({"a": Node(JOIN, (Wire("b"),)), "b": Node(JOIN, (Wire("a"),)), "c": Node(JOIN)})

    assert_apart(layout(graph))


def test_an_empty_page_has_no_places():
    assert layout(Graph()) == {}
    assert placed(Graph()) == {}


def test_the_same_graph_is_always_drawn_the_same():
    assert layout(blocks(20)) == layout(blocks(20))


def test_cards_put_by_hand_stay_and_others_find_room_under_their_sources():
    graph = edits.move(residual(), {"linear_1": (1_000, 500)})
    graph = edits.connect(edits.add(graph, JOIN), "linear_1", "concat_1")

    places = placed(graph)

    assert places["linear_1"] == (1_000.0, 500.0)
    assert places["concat_1"] == (1_000.0, 622.0)
    assert_apart(places)


def test_a_card_that_finds_its_place_taken_goes_to_the_right():
    nodes = {"a": Node(JOIN, at=(0.0, 0.0)), "b": Node(JOIN, at=(10.0, 122.0))}
    graph = Graph(nodes | {"c": Node(JOIN, (Wire("a"),)), "d": Node(JOIN, (Wire("a"),))})

    assert placed(graph) == {
        "a": (0.0, 0.0),
        "b": (10.0, 122.0),
        "c": (258.0, 122.0),
        "d": (506.0, 122.0),
    }


def test_pinning_changes_no_place():
    assert placed(pinned(residual())) == placed(residual())
    assert pinned(graph := pinned(residual())) is graph


def fastest(graph: Graph) -> float:
    times = []
    for _attempt in range(7):
        start = time.process_time()
        layout(graph)
        times.append(time.process_time() - start)
    return min(times)


def test_a_thousand_cards_are_placed_in_a_tenth_of_a_second():
    graph = blocks(187)

    assert len(graph) == 999
    assert fastest(graph) < 0.1


def test_a_chain_of_three_hundred_is_placed_in_a_fiftieth_of_a_second():
    assert fastest(chain(300)) < 0.02
