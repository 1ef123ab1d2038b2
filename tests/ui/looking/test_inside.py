"""A clicked layer shows what it does with the sample that is tried, beside its card."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest

from studio.datasets.builtin import Digits
from studio.graph import edits
from studio.ui.looking.card import SIZE
from studio.ui.looking.overlay import OverlayView
from studio.ui.looking.padding import saying
from studio.ui.looking.placing import beside, scroll_for
from studio.ui.looking.shades import Scale
from studio.workspace.trial import Trial
from tests.ui.looking.conftest import PICTURES, ran

LEFT = Qt.MouseButton.LeftButton


def test_the_key_turns_it_on_and_off_and_a_click_shows_the_maps(pictures, look):
    looked = look(pictures)
    assert not looked.card.isVisible()
    looked.turn()
    assert looked.card.isVisible()
    assert "Click a layer" in looked.card.note.text()
    looked.at("conv")
    assert looked.card.shape_line.text() == "6×8×8"
    assert looked.known().shape == (6, 8, 8)
    assert looked.card.output.views.currentWidget() is looked.card.output.maps
    looked.turn()
    assert not looked.card.isVisible()
    assert looked.panel.view.hasFocus()


def test_without_a_sample_one_is_asked_for(pictures, look, qtbot):
    pictures.try_out(None)
    looked = look(pictures)
    looked.turn()
    assert "Try a sample" in looked.card.note.text()
    with qtbot.waitSignal(looked.inside.trial_asked):
        qtbot.mouseClick(looked.card.to_trial, LEFT)


def test_a_new_sample_is_shown_at_once_and_the_newest_wins(pictures, look):
    looked = look(pictures)
    looked.turn()
    looked.at("conv")
    first = looked.known()
    run, last = pictures.run_folder, np.zeros((1, 8, 8), np.uint8)
    for number in range(12):
        last = np.zeros_like(last)
        last[0, number % 8, :] = 16
        pictures.try_out(Trial(run, {"image": last}, "drawing"))
    looked.still()
    shown = looked.known()
    assert not np.array_equal(first, shown)
    pictures.try_out(Trial(run, {"image": last}, "drawing"))
    looked.still()
    assert np.array_equal(looked.known(), shown)


def test_the_card_lies_beside_the_layer_and_follows_it(pictures, look):
    looked = look(pictures)
    looked.turn()
    looked.at("conv")

    def layer():
        view = looked.panel.view
        return view.viewportTransform().mapRect(looked.hand.nodes["conv"].card).toRect()

    before, was = looked.card.pos(), layer()
    assert not looked.card.geometry().intersects(was)
    looked.panel.view.zoom_to(0.7)
    assert layer() != was
    assert looked.card.pos() != before
    assert not looked.card.geometry().intersects(layer())


def test_the_card_is_seen_whole_in_a_low_canvas(pictures, look):
    looked = look(pictures)
    looked.panel.resize(900, 430)
    looked.turn()
    looked.at("conv")

    seen = looked.panel.view.rect()
    assert seen.height() < SIZE.height()
    assert seen.contains(looked.card.geometry())


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        (QRect(100, 100, 200, 80), 313),
        (QRect(700, 100, 200, 80), 286),
        (QRect(250, 100, 480, 80), 591),
    ],
)
def test_the_card_goes_to_the_side_that_has_room(layer, expected):
    corner = beside(layer, QSize(400, 300), QRect(0, 0, 1000, 600))
    assert corner == QPoint(expected, 100)


def test_a_map_is_enlarged_by_click_and_by_key_and_its_values_are_told(pictures, look):
    looked = look(pictures)
    looked.turn()
    looked.at("conv")
    maps = looked.card.output.maps
    box = maps.boxes()[4]
    spot = box.center().toPoint()
    QTest.mouseMove(maps, spot)
    value = looked.known()[4, 4, 4]
    expected = f"{value:.3g}".replace("-", "−")
    assert looked.card.pointed.text() == f"Channel 4, row 4, column 4: {expected}"
    QTest.mouseClick(maps, LEFT, pos=spot)
    assert maps.is_close
    assert len(maps.boxes()) == 1
    QTest.mouseClick(maps, LEFT, pos=spot)
    assert not maps.is_close
    maps.setFocus()
    QTest.keyClick(maps, Qt.Key.Key_Right)
    QTest.keyClick(maps, Qt.Key.Key_Return)
    assert (maps.chosen, maps.is_close) == (5, True)
    assert "Channel 5" in maps.accessibleDescription()
    QTest.keyClick(maps, Qt.Key.Key_Escape)
    assert not maps.is_close
    assert looked.card.isVisible()


def test_what_counted_is_laid_over_the_picture(pictures, look):
    looked = look(pictures)
    looked.turn()
    looked.at("conv")
    looked.card.views._pick(1)
    looked.still()
    counted = looked.card.counted
    assert looked.card.stack.currentWidget() is counted
    assert counted.views.currentWidget() is counted.overlay
    assert counted._relevance.overlay == "grad_cam"
    clear = counted.overlay.grab().toImage()
    counted.opacity.setValue(0)
    bare = counted.overlay.grab().toImage()
    assert clear != bare
    counted.method.setFocus()
    QTest.keyClick(counted.method, Qt.Key.Key_Right)
    assert looked.workspace.selection == {"conv"}
    looked.still()
    assert counted._relevance.overlay == "gradient"
    counted.target.setFocus()
    QTest.keyClick(counted.target, Qt.Key.Key_Down)
    counted.target.activated.emit(counted.target.currentIndex())
    looked.still()
    assert counted._relevance.label == "0"
    assert "“0”" in counted.note.text()


def test_words_stand_beside_steps_and_looks(texts, look):
    looked = look(texts)
    looked.turn()
    looked.at("gru")
    output = looked.card.output
    assert output.views.currentWidget() is output.sequence
    assert output.sequence._columns == ("a", "good", "film")
    assert "left out" in output.note.text()
    texts.enter("layers")
    texts.select({"look"})
    looked.wait("look")
    card = looked.card
    assert [key for key, _text in card.views.options] == ["output", "attention", "counted"]
    card.views._pick(1)
    matrix = card.attention.matrix
    assert matrix._rows == matrix._columns == ("a", "good", "film")
    mean = np.array(matrix._values)
    card.attention.head.setCurrentIndex(2)
    assert np.abs(np.array(matrix._values) - mean).max() > 0
    matrix.setFocus()
    QTest.keyClick(matrix, Qt.Key.Key_Right)
    assert "“a” looks at “good”" in card.pointed.text()


def test_each_copy_of_a_block_can_be_chosen(texts, look):
    looked = look(texts)
    looked.turn()
    texts.enter("layers")
    texts.select({"sum"})
    looked.wait("sum")
    first = looked.known()
    (box,) = looked.card.copies
    assert box.isVisible()
    assert box.itemText(1) == "Copy 2 of 2"
    box.setCurrentIndex(1)
    box.activated.emit(1)
    looked.still()
    assert not np.array_equal(first, looked.known())


def test_words_are_tinted_by_what_counted(texts, look):
    looked = look(texts)
    looked.turn()
    looked.at("linear")
    looked.card.views._pick(1)
    looked.still()
    counted = looked.card.counted
    assert "maps" in counted.note.text()
    counted.method._pick(2)
    looked.still()
    assert counted.views.currentWidget() is counted.tokens
    assert counted.tokens._words == ["a", "good", "film"]
    box = counted.tokens.boxes()[1].center().toPoint()
    QTest.mouseMove(counted.tokens, box)
    assert looked.card.pointed.text().startswith("good: ")


def test_where_canvas_and_run_differ_it_is_said(pictures, look):
    looked = look(pictures)
    looked.turn()
    looked.at("relu")
    assert not looked.card.note.isVisible()
    pictures.edit("wider", lambda g: edits.configure(g, "conv", kernel_size=5))
    looked.still()
    assert "before this one" in looked.card.note.text()
    looked.at("conv")
    assert "This layer was edited" in looked.card.note.text()
    pictures.undo()
    looked.still()
    assert not looked.card.note.isVisible()


def test_a_layer_that_the_run_does_not_have_says_so(pictures, look, qtbot):
    looked = look(pictures)
    looked.turn()
    from studio.catalogue.functions.activation import Tanh

    pictures.edit("more", lambda g: edits.add(g, Tanh(), after="relu"))
    pictures.select({"tanh_1"})
    qtbot.waitUntil(lambda: "no such layer" in looked.card.note.text(), timeout=5000)
    assert not looked.card.stack.isVisible()


def test_everything_has_a_name_for_those_who_cannot_see_it(pictures, look):
    looked = look(pictures)
    looked.turn()
    looked.at("conv")
    card = looked.card
    for widget in (
        card,
        card.views,
        card.output.maps,
        card.output.bar,
        card.output.spread,
        card.counted.method,
        card.counted.target,
        card.counted.opacity,
        card.counted.overlay,
        card.attention.head,
        card.attention.matrix,
    ):
        interface = QAccessible.queryAccessibleInterface(widget)
        assert interface.text(QAccessible.Text.Name), widget


def test_a_layer_that_would_be_covered_is_moved_aside(pictures, look):
    looked = look(pictures)
    looked.panel.resize(760, 700)
    looked.panel.view.zoom_to(1.0)
    looked.panel.view.center_on(looked.hand.nodes["relu"].card.center())
    looked.turn()
    looked.at("relu")
    view = looked.panel.view
    layer = view.viewportTransform().mapRect(looked.hand.nodes["relu"].card).toAlignedRect()
    assert view.rect().contains(layer)
    assert not looked.card.geometry().intersects(layer)


@pytest.mark.parametrize(("left", "expected"), [(350, -72), (300, 62), (0, 0), (800, 0)])
def test_it_is_scrolled_no_farther_than_needed(left, expected):
    room, card = QRect(0, 0, 860, 700), QSize(400, 300)
    layer = QRect(left, 100, 200, 80)
    corner = beside(layer, card, room)
    if not QRect(corner, card).intersects(layer):
        assert expected == 0
        return
    moved = scroll_for(layer, card, room)
    assert moved == expected
    shifted = layer.translated(-moved, 0)
    assert not QRect(beside(shifted, card, room), card).intersects(shifted)


def test_padding_is_left_out():
    assert saying(("", "a", "", "b", "", ""), 6) == slice(1, 4)
    assert saying((), 6) == slice(0, 6)
    assert saying(("", ""), 2) == slice(0, 2)


def test_the_states_of_a_recurrent_layer_can_be_chosen(tmp_path, look):
    nodes = PICTURES | {
        "rows": {"type": "reshape", "shape": [8, 8], "from": ["image"]},
        "lstm": {"type": "lstm", "hidden_size": 4, "return_state": True, "from": ["rows"]},
        "linear": {"type": "linear", "out_features": 10, "from": ["lstm.1"]},
    }
    for gone in ("conv", "relu", "flat"):
        del nodes[gone]
    sample = {"image": Digits().load().inputs[0]}
    looked = look(ran(tmp_path, nodes, Digits(), sample))
    looked.turn()
    looked.at("lstm")
    output = looked.card.output
    assert output.which.isVisible()
    assert looked.known().shape == (8, 4)
    output.which.setCurrentIndex(1)
    output.which.activated.emit(1)
    looked.still()
    assert looked.known().shape == (4,)
    looked.at("linear")
    assert not output.which.isVisible()


def test_low_pitches_lie_at_the_foot(qtbot):
    overlay = OverlayView()
    qtbot.addWidget(overlay)
    overlay.resize(200, 200)
    sample = np.zeros((1, 4, 4), np.uint8)
    values = np.zeros((4, 4), np.float32)
    values[0] = 1.0
    top, foot = overlay.rect().center(), overlay.rect().center()
    top.setY(20)
    foot.setY(180)
    for rises, bright in ((False, top), (True, foot)):
        overlay.show_values(sample, values, Scale(0.0, 1.0), rises=rises)
        assert overlay.explanation(bright.toPointF()) == "Row 0, column 1: 1"
        image = overlay.grab().toImage()
        dark = foot if bright is top else top
        assert image.pixelColor(bright).lightness() > image.pixelColor(dark).lightness() + 40
