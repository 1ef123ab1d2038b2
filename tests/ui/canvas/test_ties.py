"""Shared weights on the canvas: drawn as a link, made and undone with mouse and keyboard."""

import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtWidgets import QMenu

from studio.catalogue.dense.linear import Linear
from studio.catalogue.inputs import Input, Output
from studio.catalogue.sequences.embedding import Embedding
from studio.graph import edits
from studio.graph.block import Block
from studio.graph.model import Graph, Node, Wire
from studio.ui.canvas.teaching import lesson
from studio.ui.canvas.ties import arc
from studio.ui.inspector import InspectorPanel
from studio.ui.sharing import share_menu
from studio.workspace import Workspace


@pytest.fixture
def workspace():
    """Words → body (a block with a layer like the head) → head."""
    inner = Graph(
        {
            "x": Node(Input()),
            "wide": Node(Linear(out_features=9, bias=False), (Wire("x"),)),
            "narrow": Node(Linear(out_features=4), (Wire("wide"),)),
            "y": Node(Output(), (Wire("narrow"),)),
        }
    )
    made = Workspace()
    made.document.replace(
        Graph(
            {
                "ids": Node(Input(sample=(5,), dtype="int64")),
                "words": Node(Embedding(num_embeddings=9, embedding_dim=4), (Wire("ids"),)),
                "body": Node(Block(graph=inner), (Wire("words"),)),
                "head": Node(Linear(out_features=9, bias=False), (Wire("body"),)),
                "scores": Node(Output(), (Wire("head"),)),
            }
        )
    )
    return made


def tie(workspace, owner="words.weight") -> None:
    workspace.edit("tie", lambda graph: edits.tie(graph, "head", "weight", owner))


def _pick(menu: QMenu, text: str) -> None:
    next(action for action in menu.actions() if text in action.text()).trigger()


@pytest.mark.parametrize(
    ("owner", "lender"), [("words.weight", "words"), ("body.wide.weight", "body")]
)
def test_a_tie_is_a_link_between_the_two_cards_which_both_wear_a_badge(
    workspace, hand, owner, lender
):
    wires = set(hand.view.canvas.wires)
    tie(workspace, owner)

    assert set(hand.view.ties.links) == {("head", lender)}
    assert set(hand.view.canvas.wires) == wires
    assert hand.nodes["head"].face.borrows
    assert [name for name, item in hand.nodes.items() if item.face.lends] == [lender]

    workspace.undo()
    assert not hand.view.ties.links
    assert not any(item.face.lends or item.face.borrows for item in hand.nodes.values())


def test_the_link_follows_a_card_and_lights_up_beside_a_selected_one(workspace, hand):
    tie(workspace)
    link = hand.view.ties.links["head", "words"]
    before = link.path()
    hand.drag(hand.body("head"), hand.body("head") + QPointF(300, 60))

    assert link.path() != before
    assert link.path() == arc(hand.nodes["head"].card, hand.nodes["words"].card)
    workspace.select({"words"})
    assert link.lit
    workspace.select(())
    assert not link.lit


def test_a_link_starts_and_ends_at_the_edges_of_its_cards():
    low, high = QRectF(0, 400, 208, 82), QRectF(0, 0, 208, 82)
    beside = QRectF(500, 0, 208, 82)
    for one, other in ((low, high), (high, beside), (beside, low)):
        path = arc(one, other)
        for point in (path.pointAtPercent(0), path.pointAtPercent(1)):
            assert any(abs(point.y() - box.center().y()) < 1 for box in (one, other))
        assert not any(box.contains(path.pointAtPercent(0.5)) for box in (one, other))


def test_tooltips_say_who_shares_what(workspace, hand):
    tie(workspace)
    link = hand.view.ties.links["head", "words"]

    assert "Shares weight with words." in lesson(hand.nodes["head"], workspace.page)
    assert "Shares weight with head." in lesson(hand.nodes["words"], workspace.page)
    assert "Shares" not in lesson(hand.nodes["ids"], workspace.page)
    tip = hand.view.tip_at(link.path().pointAtPercent(0.5))
    assert tip == "head shares weights with words"


def test_links_are_painted_from_afar_too(workspace, panel):
    panel.view.zoom_to(0.2)
    panel.view.settle()
    plain = panel.view.viewport().grab().toImage()
    tie(workspace)
    assert panel.view.viewport().grab().toImage() != plain


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_the_key_opens_the_menu_and_an_entry_ties(workspace, hand, qtbot):
    workspace.select({"head"})
    hand.key(Qt.Key.Key_W)
    menu = next(found for found in hand.panel.findChildren(QMenu) if found.isVisible())
    assert [action.text() for action in menu.actions() if action.isEnabled()][-2:] == [
        "words.weight",
        "body.wide.weight",
    ]
    _pick(menu, "body.wide.weight")
    menu.close()

    assert workspace.page["head"].tied == {"weight": "body.wide.weight"}


def test_the_menu_gives_a_layer_its_own_weight_again(workspace, hand):
    tie(workspace)
    _pick(share_menu(workspace, "head", hand.panel), "own weight again")

    assert not workspace.page["head"].tied


def test_where_nothing_fits_the_menu_says_so(workspace, hand):
    (only,) = share_menu(workspace, "ids", hand.panel).actions()

    assert not only.isEnabled()
    assert "same shape" in only.text()


def test_the_verb_is_offered_for_one_layer_only(workspace, hand):
    action = hand.panel.actions_by_id["share"]
    for names, offered in (({"head"}, True), ({"body"}, False), ({"head", "words"}, False)):
        workspace.select(names)
        assert action.isEnabled() is offered


def test_the_inspector_shows_what_is_shared_and_offers_more(workspace, qtbot):
    inspector = InspectorPanel(workspace)
    qtbot.addWidget(inspector)
    inspector.show()
    row = inspector.node.sharing
    workspace.select({"ids"})
    assert not row.isVisible()
    workspace.select({"head"})
    assert row.choose.isVisible()
    assert not row.note.isVisible()
    tie(workspace)
    assert "shared with words" in row.note.text()
    workspace.select({"words"})
    assert "shared with head" in row.note.text()


def test_a_link_passes_over_the_cards_in_its_row():
    first, last = QRectF(0, 0, 208, 82), QRectF(560, 0, 208, 82)
    between = QRectF(280, 0, 208, 82)
    path = arc(last, first)
    assert not any(between.contains(path.pointAtPercent(part / 20)) for part in range(21))
