"""Whatever is done to the page, the canvas shows exactly that page."""

import random
from collections.abc import Callable
from itertools import pairwise

import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from studio.catalogue.layer import CATALOGUE
from studio.graph import edits
from studio.graph.command import apply, parse
from studio.graph.layout import placed
from studio.graph.model import Graph
from studio.ui import theme
from studio.ui.canvas.route import route


def _shows_the_page(panel, workspace) -> None:
    scene, page = panel.view.canvas, workspace.page
    assert set(scene.nodes) == set(page)
    wires = {
        (name, slot): wire
        for name, node in page.nodes.items()
        for slot, wire in enumerate(node.sources)
        if wire is not None
    }
    assert {key: edge.wire for key, edge in scene.wires.items()} == wires
    assert {n: item.pos().toTuple() for n, item in scene.nodes.items()} == placed(page)
    for (name, slot), edge in scene.wires.items():
        assert edge.corners[0] == scene.nodes[edge.wire.node].exit(edge.wire.output)
        assert edge.corners[-1] == scene.nodes[name].entry(slot)
    for name, item in scene.nodes.items():
        facts = workspace.page_report.nodes.get(name)
        assert item.face.shape == "  ·  ".join(map(str, facts.outputs[:2] if facts else ()))


def _random_edit(rng, page) -> Callable[[Graph], Graph]:
    names = list(page)
    some = rng.sample(names, min(len(names), rng.randint(1, 3)))
    layer = CATALOGUE[rng.choice(["relu", "dropout", "add", "conv2d", "flatten", "linear"])]()
    edit: Callable[[Graph], Graph] = rng.choice(
        [
            lambda g: edits.remove(g, some[:1]),
            lambda g: edits.add(g, layer, after=some[0]),
            lambda g: edits.add(g, layer, at=(rng.randint(0, 900), rng.randint(0, 900))),
            lambda g: edits.connect(g, some[0], some[-1]),
            lambda g: edits.group(g, some),
            lambda g: edits.move(g, {some[0]: (rng.randint(0, 900), rng.randint(0, 900))}),
            lambda g: edits.set_frozen(g, some, True),
            lambda g: edits.duplicate(g, some)[0],
            lambda g: apply(g, parse("relu → dropout"), some[0]),
        ]
    )
    return edit


def _do_something(rng, panel, workspace) -> None:
    names = list(workspace.page)
    blocks = [n for n, node in workspace.page.nodes.items() if node.layer.key == "block"]
    chances = [
        (0.3, workspace.undo),
        (0.2, workspace.redo),
        (0.3, lambda: panel.view.zoom_to(rng.choice([0.1, 0.3, 0.5, 1.0, 2.0]))),
        (0.2, lambda: workspace.select(rng.sample(names, min(2, len(names))))),
        (0.1, lambda: workspace.enter(blocks[0]) if blocks else None),
        (0.1, lambda: workspace.leave(0)),
    ]
    if names:
        workspace.edit("monkey", _random_edit(rng, workspace.page))
    for chance, act in chances:
        if rng.random() < chance:
            act()


@pytest.mark.parametrize("seed", range(4))
def test_after_any_edits_the_canvas_shows_the_page(seed, panel, workspace):
    rng = random.Random(seed)
    for turn in range(60):
        _do_something(rng, panel, workspace)
        if turn % 5 == 0:
            QApplication.processEvents()
            _shows_the_page(panel, workspace)
    _shows_the_page(panel, workspace)


@pytest.mark.parametrize("scheme", ["dark", "light"])
@pytest.mark.parametrize("zoom", [0.2, 0.5, 1.0])
def test_cards_are_painted_at_every_detail_in_both_themes(panel, workspace, qapp, scheme, zoom):
    theme.apply(qapp, scheme)
    workspace.set_frozen({"conv2d_1"}, frozen=True)
    panel.view.zoom_to(zoom)
    panel.view.center_on(panel.view.canvas.nodes["conv2d_1"].card.center())
    panel.view.settle()
    picture = panel.view.grab().toImage()
    spot = panel.view.viewportTransform().map(
        panel.view.canvas.nodes["conv2d_1"].pos() + QPointF(104, 46)
    )
    seen = picture.pixelColor(spot.toPoint())
    ground = theme.current().bg0
    assert _apart(seen, ground) > 8, "the card stands out from the canvas"
    assert seen.blue() > seen.red(), "a frozen card is icy"


def test_a_wire_keeps_clear_of_the_cards_between_its_ends():
    between = QRectF(0, 200, 208, 82)
    corners = route(
        QPointF(104, 82),
        QPointF(104, 400),
        lambda area: [between] if between.intersects(area) else [],
    )
    for start, end in pairwise(corners):
        piece = QRectF(start, end).normalized().adjusted(-1, -1, 1, 1)
        assert not piece.intersects(between)
    assert corners[0] == QPointF(104, 82)
    assert corners[-1] == QPointF(104, 400)


def _apart(one: QColor, other: QColor) -> int:
    pairs = ((one.red(), other.red()), (one.green(), other.green()), (one.blue(), other.blue()))
    return max(abs(a - b) for a, b in pairs)
