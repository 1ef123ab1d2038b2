"""The palette: found by typing, added behind the selected layer, dragged as JSON."""

import pytest
from PySide6.QtCore import Qt

from studio.catalogue import CATALOGUE
from studio.graph import edits
from studio.graph.block import Block
from studio.presets import PRESETS, mine
from studio.ui.canvas.gestures.palette_drop import carried
from studio.ui.palette import PalettePanel
from studio.ui.palette_list import payload
from studio.workspace.offers import basics, offer, offers
from tests.toys.graphs import network


@pytest.fixture
def palette(qtbot, workspace):
    made = PalettePanel(workspace)
    qtbot.addWidget(made)
    made.resize(248, 600)
    made.show()
    return made


def keys(palette) -> list[str]:
    return [item.data(0, Qt.ItemDataRole.UserRole) for item in palette.list.items()]


def head_of(palette, title: str):
    return palette.list.findItems(title, Qt.MatchFlag.MatchExactly)[0]


def test_the_palette_lists_the_whole_catalogue(palette):
    presets = [f"preset:{cls.key}" for cls in PRESETS]
    families = keys(palette)[len(basics()) :]
    assert sorted(families) == sorted([*(cls.key for cls in CATALOGUE), *presets])


def test_a_beginner_sees_the_basics_and_the_folded_families(palette):
    heads = [palette.list.topLevelItem(at) for at in range(palette.list.topLevelItemCount())]
    assert [head.text(0) for head in heads if head.isExpanded()] == ["Basics"]
    assert [one.key for one in basics()] == keys(palette)[: len(basics())]


def test_a_search_looks_into_folded_families_and_folds_them_again(qtbot, palette):
    qtbot.keyClicks(palette.search, "conv2d")
    assert keys(palette).count("conv2d") == 1
    assert head_of(palette, "Convolution").isExpanded()
    palette.search.clear()
    assert not head_of(palette, "Convolution").isExpanded()


def test_what_is_unfolded_is_found_unfolded_again(qtbot, palette, workspace):
    palette.list.setCurrentItem(head_of(palette, "Pooling"))
    qtbot.keyClick(palette.list, Qt.Key.Key_Return)

    again = PalettePanel(workspace)
    qtbot.addWidget(again)
    assert head_of(again, "Pooling").isExpanded()
    assert not head_of(again, "Recurrent").isExpanded()


def test_typing_leaves_the_layers_known_by_that_word(qtbot, palette):
    qtbot.keyClicks(palette.search, "dense")

    assert palette.list.currentItem().text(0) == "Linear"
    assert all("dense" in key or key == "linear" for key in keys(palette))


def test_a_family_is_found_by_its_name(qtbot, palette):
    qtbot.keyClicks(palette.search, "recurr")

    assert keys(palette)[:3] == ["rnn", "gru", "lstm"]
    assert "linear" not in keys(palette)


def test_enter_adds_the_best_match_behind_the_selected_layer(qtbot, palette, workspace):
    workspace.select({"relu_1"})

    qtbot.keyClicks(palette.search, "bn")
    qtbot.keyClick(palette.search, Qt.Key.Key_Return)

    page = workspace.page
    assert page["batch_norm2d_1"].sources[0].node == "relu_1"
    assert page["pool_1"].sources[0].node == "batch_norm2d_1"
    assert workspace.selection == {"batch_norm2d_1"}


def test_arrows_in_the_search_field_walk_through_the_matches(qtbot, palette, workspace):
    qtbot.keyClicks(palette.search, "recurr")
    qtbot.keyClick(palette.search, Qt.Key.Key_Down)
    qtbot.keyClick(palette.search, Qt.Key.Key_Return)

    assert "gru_1" in workspace.page


def test_a_double_click_adds_a_layer(qtbot, palette, workspace):
    item = next(item for item in palette.list.items() if item.text(0) == "Dropout")
    palette.list.scrollToItem(item)
    place = palette.list.visualItemRect(item).center()

    qtbot.mouseClick(palette.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseDClick(palette.list.viewport(), Qt.MouseButton.LeftButton, pos=place)

    assert "dropout_1" in workspace.page


def test_letters_typed_into_the_list_go_into_the_search_field(qtbot, palette):
    palette.list.setFocus()

    qtbot.keyClick(palette.list, Qt.Key.Key_G)
    qtbot.keyClick(palette.search, Qt.Key.Key_R)

    assert palette.search.text() == "gr"


def test_a_word_nobody_knows_says_so(qtbot, palette):
    qtbot.keyClicks(palette.search, "zebra")

    assert palette.nothing.isVisible()
    qtbot.keyClick(palette.search, Qt.Key.Key_Escape)
    assert not palette.nothing.isVisible()
    assert len(keys(palette)) == len(basics()) + len(offers())


def test_a_click_on_a_family_folds_it(qtbot, palette):
    head = palette.list.topLevelItem(0)
    place = palette.list.visualItemRect(head).center()

    qtbot.mouseClick(palette.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert not head.isExpanded()
    qtbot.mouseClick(palette.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert head.isExpanded()


def test_a_drag_carries_a_layer_that_can_be_read_back():
    brought = carried(payload("conv2d"))

    assert brought is not None
    assert brought.make() == CATALOGUE["conv2d"]()


def test_every_row_teaches(palette):
    for item in palette.list.items():
        one = offer(item.data(0, Qt.ItemDataRole.UserRole))
        assert one.about in item.toolTip(0)
        assert one.key.removeprefix("preset:") in item.toolTip(0)


def test_a_kept_block_is_offered_under_its_name_and_placed_as_it_was(qtbot, workspace):
    body = network("input 8 → linear 8 → relu → output")
    mine.keep("Thinking", Block(graph=body, repeat=3))
    made = PalettePanel(workspace)
    qtbot.addWidget(made)

    assert keys(made)[len(basics())] == "mine:Thinking"
    made.add("mine:Thinking")

    placed = [n.layer for n in workspace.page.nodes.values() if isinstance(n.layer, Block)]
    assert [(block.repeat, tuple(block.graph)) for block in placed] == [(3, tuple(body))]


def test_no_row_is_marked_after_a_drag(palette):
    rows = palette.list
    first = next(iter(rows.items()))
    rows.setCurrentItem(first)

    rows.rest()

    assert rows.selectedItems() == []


def test_a_block_that_is_kept_or_forgotten_comes_and_goes_at_once(palette, workspace):
    workspace.edit("block", lambda graph: edits.add(graph, Block()))
    name = next(n for n, node in workspace.page.nodes.items() if isinstance(node.layer, Block))

    assert workspace.keep_block(name, "Passing")
    assert keys(palette)[len(basics())] == "mine:Passing"
    workspace.forget_block("Passing")
    assert "mine:Passing" not in keys(palette)
