"""Forms: what is typed becomes a value, or is refused where it was typed."""

from typing import Any

import pytest
from PySide6.QtCore import Qt

from studio.catalogue import CATALOGUE
from studio.training.plan import Plan
from studio.ui.form import Form
from studio.ui.kit import ToolButton


@pytest.fixture
def conv(qtbot):
    form = Form(CATALOGUE["conv2d"]())
    qtbot.addWidget(form)
    form.show()
    return form


def field(form: Any, name: str, index: int = 0):
    return form.row(name).editor.fields()[index]


def retype(qtbot, widget, text: str) -> None:
    widget.selectAll()
    qtbot.keyClicks(widget, text)


def test_typing_a_number_changes_the_value(qtbot, conv):
    heard = []
    conv.changed.connect(lambda value, name: heard.append((value.out_channels, name)))

    retype(qtbot, field(conv, "out_channels"), "64")

    assert heard == [(6, "out_channels"), (64, "out_channels")]
    assert conv.value.out_channels == 64


def test_a_bad_value_is_refused_under_its_field_and_goes_nowhere(qtbot, conv):
    before = conv.value

    retype(qtbot, field(conv, "out_channels"), "0")

    assert conv.value == before
    assert not conv.is_valid
    assert field(conv, "out_channels").property("invalid") is True
    assert conv.row("out_channels").refusal.text() == (
        "Out channels must be a whole number from 1 to 1,000,000, but 0 was given."
    )
    retype(qtbot, field(conv, "out_channels"), "8")
    assert conv.is_valid
    assert not conv.row("out_channels").refusal.isVisible()


def test_arrow_keys_step_a_number_and_shift_steps_by_ten(qtbot, conv):
    number = field(conv, "out_channels")

    qtbot.keyClick(number, Qt.Key.Key_Up)
    qtbot.keyClick(number, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)

    assert conv.value.out_channels == 32 + 1 + 10


def test_a_small_rate_steps_by_its_last_digit_and_never_to_nothing(qtbot):
    form: Any = Form(Plan().optimizer)
    qtbot.addWidget(form)
    rate = field(form, "learning_rate")

    qtbot.keyClick(rate, Qt.Key.Key_Up)
    assert form.value.learning_rate == pytest.approx(0.002)
    qtbot.keyClick(rate, Qt.Key.Key_Down)
    qtbot.keyClick(rate, Qt.Key.Key_Down)
    assert form.value.learning_rate == pytest.approx(0.0009)


def test_the_link_opens_one_field_for_each_axis(qtbot, conv):
    editor = conv.row("kernel_size").editor

    retype(qtbot, editor.fields()[0], "7")
    qtbot.mouseClick(editor.link, Qt.MouseButton.LeftButton)
    assert conv.value.kernel_size == (7, 7)
    retype(qtbot, editor.fields()[1], "5")
    assert conv.value.kernel_size == (7, 5)

    qtbot.mouseClick(editor.link, Qt.MouseButton.LeftButton)
    assert conv.value.kernel_size == 7
    assert not editor.fields()[1].isVisible()


def test_a_word_is_taken_where_the_setting_knows_it(qtbot, conv):
    retype(qtbot, field(conv, "padding"), "same")

    assert conv.value.padding == "same"
    qtbot.keyClick(field(conv, "padding"), Qt.Key.Key_Return)
    retype(qtbot, field(conv, "padding"), "sane")
    assert conv.value.padding == "same"
    assert not conv.is_valid


def test_a_switch_and_a_choice_change_the_value(qtbot, conv):
    qtbot.mouseClick(field(conv, "bias"), Qt.MouseButton.LeftButton)
    qtbot.keyClick(field(conv, "padding_mode"), Qt.Key.Key_Down)

    assert conv.value.bias is False
    assert conv.value.padding_mode != "zeros"


def test_an_empty_optional_field_means_none(qtbot):
    form: Any = Form(Plan(clip_norm=1.0))
    qtbot.addWidget(form)

    field(form, "clip_norm").selectAll()
    qtbot.keyClick(field(form, "clip_norm"), Qt.Key.Key_Delete)

    assert form.value.clip_norm is None


def test_a_list_of_numbers_is_typed_with_commas_or_crosses(qtbot):
    form: Any = Form(CATALOGUE["input"]())
    qtbot.addWidget(form)

    retype(qtbot, field(form, "sample"), "3x32 x 32")

    assert form.value.sample == (3, 32, 32)


def test_choosing_another_member_shows_its_own_settings(qtbot):
    form: Any = Form(Plan())
    qtbot.addWidget(form)
    combo = field(form, "optimizer")

    combo.setCurrentIndex(combo.findData("sgd"))
    combo.activated.emit(combo.currentIndex())
    inner = form.row("optimizer").editor.findChild(Form)
    retype(qtbot, inner.row("momentum").editor.fields()[0], "0.5")

    assert form.value.optimizer.key == "sgd"
    assert form.value.optimizer.momentum == 0.5


def test_members_are_added_edited_and_removed(qtbot):
    form: Any = Form(Plan())
    qtbot.addWidget(form)
    editor = form.row("augment").editor

    next(a for a in editor.add.menu().actions() if a.data() == "shift").trigger()
    assert len(form.value.augment) == 1
    inner = editor.findChild(Form)
    qtbot.keyClick(inner.row("pixels").editor.fields()[0], Qt.Key.Key_Up)
    assert form.value.augment[0].pixels == 2

    removes = [b for b in editor.findChildren(ToolButton) if b.accessibleName() == "Remove"]
    qtbot.mouseClick(removes[0], Qt.MouseButton.LeftButton)
    assert form.value.augment == ()


def test_showing_a_value_tells_nobody(qtbot, conv):
    heard = []
    conv.changed.connect(lambda *_: heard.append(1))

    conv.show_value(
        CATALOGUE["conv2d"]().changed(out_channels=7, kernel_size=(1, 2), padding="same")
    )

    assert heard == []
    assert field(conv, "out_channels").text() == "7"
    assert [f.text() for f in conv.row("kernel_size").editor.fields()] == ["1", "2"]


def test_a_wheel_over_a_field_without_focus_leaves_it_alone(qtbot, conv):
    from PySide6.QtCore import QPoint, QPointF
    from PySide6.QtGui import QWheelEvent
    from PySide6.QtWidgets import QApplication

    number = field(conv, "out_channels")
    number.clearFocus()
    wheel = QWheelEvent(
        QPointF(5, 5),
        QPointF(number.mapToGlobal(QPoint(5, 5))),
        QPoint(0, 0),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )

    QApplication.sendEvent(number, wheel)

    assert conv.value.out_channels == 32


def test_every_field_says_its_name_and_its_hint(qtbot, conv):
    for name in conv.names():
        for widget in conv.row(name).editor.fields():
            assert widget.accessibleName()
            assert widget.accessibleDescription()


def test_the_good_beginning_of_a_bad_text_does_not_stay(qtbot):
    form: Any = Form(Plan().optimizer)
    qtbot.addWidget(form)
    before = form.value.learning_rate

    retype(qtbot, field(form, "learning_rate"), "1e10")

    assert not form.is_valid
    assert form.value.learning_rate == before
    assert field(form, "learning_rate").text() == "1e10"


def test_a_bad_text_in_a_member_leaves_the_member_as_it_was(qtbot):
    form: Any = Form(Plan())
    qtbot.addWidget(form)
    form.changed.connect(lambda value, _name: form.show_value(value))
    inner = form.row("optimizer").editor.findChild(Form)
    before = form.value.optimizer

    retype(qtbot, field(inner, "learning_rate"), "1e10")

    assert form.value.optimizer == before
    assert field(inner, "learning_rate").text() == "1e10"


def test_a_field_that_is_left_with_a_bad_text_shows_its_value_again(qtbot, conv):
    conv.activateWindow()
    qtbot.waitUntil(conv.isActiveWindow)
    channels = field(conv, "out_channels")
    channels.setFocus()
    retype(qtbot, channels, "99999999999")

    field(conv, "groups").setFocus()

    assert channels.text() == "32"
    assert conv.is_valid


def test_what_was_confirmed_is_what_a_bad_text_falls_back_to(qtbot, conv):
    channels = field(conv, "out_channels")
    retype(qtbot, channels, "64")
    qtbot.keyClick(channels, Qt.Key.Key_Return)

    retype(qtbot, channels, "7x")

    assert conv.value.out_channels == 64


def test_refusals_speak_as_the_form_does(qtbot, conv):
    retype(qtbot, field(conv, "out_channels"), "0")
    field(conv, "out_channels").clear()
    field(conv, "out_channels").textEdited.emit("")
    assert conv.row("out_channels").refusal.text() == (
        "Out channels must be a whole number from 1 to 1,000,000, but nothing was given."
    )

    form: Any = Form(Plan().optimizer)
    qtbot.addWidget(form)
    retype(qtbot, field(form, "learning_rate"), "1e10")
    assert form.row("learning_rate").refusal.text() == (
        "Learning rate must be a number from 0 to 1,000, but 1e+10 was given."
    )


def test_a_long_label_takes_two_lines_and_is_never_cut(qtbot):
    form: Any = Form(Plan())
    qtbot.addWidget(form)
    form.setFixedWidth(240)
    form.show()

    label = form.row("batch_size").label
    words = label.fontMetrics().boundingRect(label.rect(), Qt.TextFlag.TextWordWrap, label.text())
    assert words.height() <= label.height()
    assert words.width() <= label.width()
