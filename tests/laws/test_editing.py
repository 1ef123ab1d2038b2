"""Whatever is edited, the document stays sound, views can follow it, and all can be undone."""

from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from studio.errors import StudioError
from studio.graph import edits
from studio.graph.block import Block
from studio.graph.change import Change
from studio.graph.document import Document
from studio.graph.file import ProjectFile, project_from_json, project_to_json
from studio.graph.layout import layout, placed
from studio.graph.model import Graph, Node, Wire
from studio.graph.text import json_text, json_value
from studio.graph.walk import walk
from tests.laws.networks import LAYERS, assert_apart, assert_sentence, assert_sound, pages, tangles
from tests.toys.graphs import network, residual

_MOST_NODES = 60

layers = st.sampled_from(LAYERS)
picks = st.integers(0, 1_000)
many_picks = st.lists(picks, max_size=4)
coordinates = st.integers(-1_000, 1_000).map(lambda x: x / 2)
places = st.tuples(coordinates, coordinates)
maybe_places = st.none() | places


def branching() -> Graph:
    """Return a network that goes two ways and comes together again."""
    graph = network("input 4 → linear 4 → relu → concat → linear 3 → output")
    graph = edits.add(edits.add(graph, LAYERS[0]), LAYERS[1])
    graph = edits.connect(edits.connect(graph, "input_1", "linear_3"), "linear_3", "linear_4")
    return edits.connect(edits.connect(graph, "linear_4", "concat_1"), "linear_1", "concat_1")


def nested() -> Graph:
    """Return a network with a block of two inlets and two outlets, and a block inside it."""
    graph = edits.group(branching(), ["relu_1", "concat_1", "linear_4"], "body")
    return edits.at_location(graph, ("body",), lambda page: edits.group(page, ["relu_1"]))


class Editing(RuleBasedStateMachine):
    """A user who does anything, anywhere; each number picks one of what is there."""

    @initialize(start=st.sampled_from([Graph(), residual(), branching(), nested()]))
    def begin(self, start) -> None:
        self.start: Graph = start
        self.document = Document(self.start)
        self.mirror: dict[str, Node] = dict(start.nodes)
        self.past: list[Graph] = []
        self.gesture: object = None
        self.document.changed.connect(self.follow)
        self.location: tuple[str, ...] = ()

    def follow(self, change: Change) -> None:
        assert change.before.nodes == self.mirror
        for name in change.removed:
            del self.mirror[name]
        for name in (*change.added, *change.updated):
            self.mirror[name] = change.after[name]

    @property
    def page(self) -> Graph:
        while self.location not in {location for location, _page in pages(self.document.graph)}:
            self.location = self.location[:-1]
        return edits.page(self.document.graph, self.location)

    def edit(self, label: str, verb: Callable[[Graph], Graph], gesture: object = None) -> None:
        before, _page = self.document.graph, self.page
        try:
            after = edits.at_location(before, self.location, verb)
        except StudioError as refusal:
            assert_sentence(refusal)
            assert self.document.graph is before
        else:
            self.document.commit(label, after, gesture)
            self.remember(before, gesture)

    def remember(self, before: Graph, gesture: object) -> None:
        if self.document.graph is not before:
            if gesture is None or gesture != self.gesture:
                self.past.append(before)
            self.gesture = gesture

    def pick(self, number: int) -> str:
        names = tuple(self.page)
        return names[number % len(names)]

    def picked(self, numbers: list[int]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(map(self.pick, numbers)))

    has_nodes = precondition(lambda self: len(self.page) > 0)
    has_room = precondition(lambda self: sum(1 for _ in walk(self.document.graph)) < _MOST_NODES)

    @has_room
    @rule(layer=layers, at=maybe_places)
    def add_alone(self, layer, at):
        self.edit("add", lambda graph: edits.add(graph, layer, at))

    @has_room
    @has_nodes
    @rule(layer=layers, at=maybe_places, after=picks)
    def add_behind(self, layer, at, after):
        self.edit("add", lambda graph: edits.add(graph, layer, at, after=self.pick(after)))

    @has_room
    @has_nodes
    @rule(layer=layers, sink=picks, slot=st.integers(-1, 3))
    def insert_new(self, layer, sink, slot):
        self.edit("insert", lambda g: edits.insert_on_wire(g, layer, self.pick(sink), slot))

    @has_nodes
    @rule(moved=picks, sink=picks, slot=st.integers(0, 2), at=maybe_places)
    def insert_old(self, moved, sink, slot, at):
        name, onto = self.pick(moved), self.pick(sink)
        self.edit("insert", lambda g: edits.insert_on_wire(g, name, onto, slot, at))

    @has_nodes
    @rule(
        source=picks,
        output=st.integers(0, 1),
        sink=picks,
        slot=st.none() | st.integers(-1, 3),
    )
    def connect(self, source, output, sink, slot):
        wire = Wire(self.pick(source), output)
        self.edit("connect", lambda g: edits.connect(g, wire, self.pick(sink), slot))

    @has_nodes
    @rule(sink=picks, slot=st.integers(-1, 3))
    def disconnect(self, sink, slot):
        self.edit("disconnect", lambda graph: edits.disconnect(graph, self.pick(sink), slot))

    @has_nodes
    @rule(sink=picks, first=st.integers(0, 2), second=st.integers(0, 2))
    def swap(self, sink, first, second):
        self.edit("swap", lambda g: edits.swap_inputs(g, self.pick(sink), first, second))

    @has_nodes
    @rule(numbers=many_picks)
    def remove(self, numbers):
        self.edit("remove", lambda graph: edits.remove(graph, self.picked(numbers)))

    @has_nodes
    @rule(numbers=many_picks)
    def detach(self, numbers):
        self.edit("detach", lambda graph: edits.detach(graph, self.picked(numbers)))

    @has_nodes
    @rule(number=picks, at=places, gesture=st.sampled_from([None, "drag"]))
    def move(self, number, at, gesture):
        self.edit("move", lambda graph: edits.move(graph, {self.pick(number): at}), gesture)

    @rule()
    def tidy(self):
        self.edit("tidy", edits.tidy)

    @has_nodes
    @has_room
    @rule(numbers=many_picks, at=maybe_places)
    def copy_and_paste(self, numbers, at):
        text = edits.copy(self.page, self.picked(numbers))
        self.edit("paste", lambda graph: edits.paste(text, graph, at)[0])

    @has_nodes
    @has_room
    @rule(numbers=many_picks)
    def duplicate(self, numbers):
        self.edit("duplicate", lambda graph: edits.duplicate(graph, self.picked(numbers))[0])

    @has_nodes
    @rule(numbers=many_picks)
    def group(self, numbers):
        before = self.page
        chosen = self.picked(numbers)
        try:
            folded = edits.group(before, chosen, "folded")
        except StudioError:
            return
        assert edits.ungroup(folded, "folded") == before
        self.edit("group", lambda graph: edits.group(graph, chosen))

    @has_nodes
    @rule(number=picks)
    def ungroup(self, number):
        self.edit("ungroup", lambda graph: edits.ungroup(graph, self.pick(number)))

    @has_nodes
    @rule(number=picks, new=st.sampled_from(["image", "x", "linear_1", "class", "a b", "train"]))
    def rename(self, number, new):
        self.edit("rename", lambda graph: edits.rename(graph, self.pick(number), new))

    @has_nodes
    @rule(numbers=many_picks, frozen=st.sampled_from([False, True, "statistics"]))
    def freeze(self, numbers, frozen):
        self.edit("freeze", lambda g: edits.set_frozen(g, self.picked(numbers), frozen))

    @has_nodes
    @rule(number=picks, value=st.integers(-1, 12), name=st.sampled_from(["repeat", "out_features"]))
    def configure(self, number, value, name):
        settings = {name: value if name == "out_features" else min(value, 3)}
        self.edit("set", lambda graph: edits.configure(graph, self.pick(number), **settings))

    @has_nodes
    @rule(number=picks, layer=layers)
    def replace(self, number, layer):
        self.edit("replace", lambda graph: edits.replace_layer(graph, self.pick(number), layer))

    @has_nodes
    @rule(borrower=picks, owner=picks)
    def tie(self, borrower, owner):
        owned = f"{self.pick(owner)}.weight"
        self.edit("tie", lambda g: edits.tie(g, self.pick(borrower), "weight", owned))

    @rule(number=picks, port=picks)
    def remove_a_port(self, number, port):
        blocks = [name for name in self.page if isinstance(self.page[name].layer, Block)]
        if blocks:
            name = blocks[number % len(blocks)]
            inner = edits.page(self.page, (name,))
            ends = [one for one in inner if one.startswith(("input", "output"))] or [*inner, "x"]
            gone = ends[port % len(ends)]
            self.edit(
                "remove port",
                lambda g: edits.at_location(g, (name,), lambda page: edits.remove(page, [gone])),
            )

    @rule(number=picks)
    def visit(self, number):
        known = [location for location, _page in pages(self.document.graph)]
        self.location = known[number % len(known)]

    @rule()
    def undo(self):
        expected = self.past.pop() if self.past else self.document.graph
        self.document.undo()
        self.gesture = None
        assert self.document.graph is expected

    @rule()
    def redo(self):
        if self.document.redo_label:
            self.past.append(self.document.graph)
            self.gesture = None
        self.document.redo()

    @invariant()
    def views_can_follow(self):
        if hasattr(self, "document"):
            assert self.mirror == self.document.graph.nodes

    @invariant()
    def document_is_sound(self):
        if hasattr(self, "document"):
            assert_sound(self.document.graph)

    @invariant()
    def file_says_the_same(self):
        if hasattr(self, "document"):
            graph = self.document.graph
            text = json_text(project_to_json(ProjectFile(graph)))
            again = project_from_json(json_value(text)).graph
            assert again == graph
            assert tuple(again) == tuple(graph)
            assert json_text(project_to_json(ProjectFile(again))) == text

    @invariant()
    def cards_lie_apart(self):
        if hasattr(self, "document"):
            assert_apart(layout(self.page))
            found = placed(self.page)
            for name, node in self.page.nodes.items():
                assert node.at in {None, found[name]}

    def teardown(self) -> None:
        if not hasattr(self, "document"):
            return
        self.redo_all()
        end = self.document.graph
        while self.document.undo_label:
            self.document.undo()
        assert self.document.graph == self.start == Graph(self.mirror)
        self.redo_all()
        assert self.document.graph == end == Graph(self.mirror)

    def redo_all(self) -> None:
        while self.document.redo_label:
            self.document.redo()


@given(tangles())
def test_no_card_of_any_network_lies_on_another(graph):
    assert_apart(layout(graph))


@given(tangles(), st.dictionaries(picks, st.tuples(st.integers(0, 4), st.integers(0, 9))))
def test_cards_find_room_beside_those_put_by_hand(graph, cells):
    names = tuple(graph)
    by_hand = {cell: names[number % len(names)] for number, cell in cells.items()}
    spots = {name: (x * 230.0 + y, y * 101.0) for (x, y), name in by_hand.items()}
    nodes = {name: node.changed(at=spots.get(name)) for name, node in graph.nodes.items()}

    places = placed(Graph(nodes))

    assert_apart(places)
    assert {name: places[name] for name in spots} == spots


Editing.TestCase.settings = settings(max_examples=150, stateful_step_count=40)
TestEditing = Editing.TestCase


def test_the_machine_reaches_blocks_inside_blocks():
    graph = edits.add(Graph(), Block())
    deeper = edits.at_location(graph, ("block_1",), lambda inner: edits.add(inner, Block()))

    assert [location for location, _page in pages(deeper)] == [
        (),
        ("block_1",),
        ("block_1", "block_1"),
    ]
