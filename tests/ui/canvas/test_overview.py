"""From afar the network is painted by tiles: always what is there, wherever the window moves."""

import random

import pytest
from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from studio.graph import edits
from studio.graph.layout import pinned
from studio.graph.model import Graph
from studio.workspace import Workspace
from tests.benchmarks.bench_canvas import network
from tests.ui.canvas.conftest import Hand


@pytest.fixture
def workspace():
    """An unrolled network of 400 nodes, which covers many tiles."""
    made = Workspace()
    made.document.replace(network(400))
    return made


def painted(panel) -> QImage:
    """Return the window as it is when everything is painted anew."""
    panel.view.canvas.afar.restyle()
    image: QImage = panel.view.viewport().grab().toImage()
    return image


def on_screen(panel) -> QImage:
    """Return the canvas as the screen shows it: parts painted anew beside older ones."""
    QApplication.processEvents()
    image: QImage = panel.screen().grabWindow(panel.winId()).toImage()
    return image


def test_what_changes_from_afar_is_painted_anew_and_the_rest_stays(panel, workspace):
    view = panel.view
    panel.resize(630, 550)  # too small for the map, which comes a moment later
    view.fit()
    view.settle()
    hand = Hand(panel)
    places = [view.canvas.nodes[name].card.center() for name in ("conv_5", "relu_9", "conv_30")]
    acts = (
        lambda: workspace.select({"conv_9"}),
        lambda: workspace.toggle_frozen({"conv_3", "conv_40"}),
        lambda: workspace.edit("move", lambda g: edits.move(pinned(g), {"conv_7": (9e3, -2e3)})),
        lambda: workspace.edit("gone", lambda g: edits.remove(g, {"relu_20", "add_30"})),
        lambda: workspace.edit("tie", lambda g: edits.tie(g, "conv_9", "weight", "conv_8.weight")),
        lambda: hand.drag(places[0], places[1]),
        lambda: hand.drag(places[2] + QPointF(0, 2000), places[1] - QPointF(900, 3000)),
        workspace.undo,
        lambda: workspace.select(()),
    )
    for number, act in enumerate(acts):
        act()
        seen = on_screen(panel)
        view.viewport().update()
        assert seen == on_screen(panel), number


@pytest.mark.parametrize("zoom", [0.05, 0.2, 0.34])
def test_a_part_of_the_window_is_painted_as_it_is_in_the_whole(panel, zoom):
    view = panel.view
    view.zoom_to(zoom)
    view.center_on(view.canvas.content().center())
    view.settle()
    whole = view.viewport().grab().toImage()
    part = QRect(333, 222, 150, 111)

    assert view.viewport().grab(part).toImage() == whole.copy(part)


def test_edits_from_afar_are_seen_at_once(panel, workspace):
    rng = random.Random(1)
    panel.view.fit()
    panel.view.settle()
    edit = (
        lambda: workspace.select({rng.choice(list(workspace.page))}),
        lambda: workspace.toggle_frozen({rng.choice(list(workspace.page))}),
        lambda: workspace.edit("gone", lambda g: edits.remove(g, {rng.choice(list(g))})),
        lambda: workspace.edit("there", lambda g: edits.move(g, {"conv_9": (5000.0, -900.0)})),
        workspace.undo,
    )
    for turn in range(25):
        edit[turn % len(edit)]()
        kept = panel.view.viewport().grab().toImage()
        assert kept == painted(panel), turn


def test_a_heated_card_is_painted_hot_from_afar(panel):
    panel.view.fit()
    panel.view.settle()
    before = panel.view.viewport().grab().toImage()
    panel.set_heat({"conv_3": 1.0})

    assert panel.view.viewport().grab().toImage() != before


def test_an_empty_page_is_painted_from_afar(panel, workspace):
    panel.view.zoom_to(0.1)
    workspace.document.replace(Graph())

    assert panel.view.viewport().grab().toImage() == painted(panel)


def test_wires_of_a_node_are_found_and_go_with_it(panel, workspace):
    wires = panel.view.canvas.wires
    ends = {key for key, edge in wires.items() if "add_2" in (edge.target, edge.wire.node)}
    found = {(edge.target, edge.slot) for edge in wires.attached(["add_2"])}
    assert found == ends
    assert len(ends) >= 3
    workspace.edit("gone", lambda graph: edits.remove(graph, {"add_2"}))

    assert not wires.attached(["add_2"])
    assert all("add_2" not in (edge.target, edge.wire.node) for edge in wires.values())
