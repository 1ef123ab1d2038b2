"""The look: dark and light, contrast, fonts."""

from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QPalette

from studio.catalogue import CATALOGUE
from studio.ui import theme
from studio.ui.kit import Label
from studio.ui.stylesheet import sheet
from studio.ui.tokens import DARK, LIGHT, Theme


def luminance(color: QColor) -> float:
    parts = [color.redF(), color.greenF(), color.blueF()]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: QColor, other: QColor) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_a_forced_scheme_reaches_the_palette_and_tells_its_followers(qapp):
    heard: list[Theme] = []
    disconnect = theme.changed.connect(heard.append)

    theme.apply(qapp, "light")
    disconnect()

    assert theme.current() is LIGHT
    assert qapp.palette().color(QPalette.ColorRole.Window) == LIGHT.bg1
    assert heard[-1] is LIGHT


def test_following_the_system_takes_the_scheme_the_system_has(qapp):
    theme.apply(qapp, "system")

    system = qapp.styleHints().colorScheme()
    assert theme.current() is (LIGHT if system.name == "Light" else DARK)
    assert theme.scheme() == "system"


@pytest.mark.parametrize("look", [DARK, LIGHT], ids=lambda look: look.name)
def test_every_text_can_be_read_on_panels_and_fields(look):
    for ground in (look.bg1, look.bg2):
        assert contrast(look.text, ground) > 12
        assert contrast(look.text2, ground) > 5.5
        assert contrast(look.text3, ground) > 4.2


@pytest.mark.parametrize("look", [DARK, LIGHT], ids=lambda look: look.name)
def test_every_layer_family_has_a_hue_that_stands_out_from_the_panel(look):
    groups = {cls.group for cls in CATALOGUE}

    assert groups <= set(dict(look.hues))
    assert all(contrast(look.hue(group), look.bg1) > 3 for group in groups)


@pytest.mark.parametrize("look", [DARK, LIGHT], ids=lambda look: look.name)
def test_the_style_sheet_has_no_unfilled_place_and_no_missing_picture(look):
    text = sheet(look)

    pictures = {piece.split(")")[0] for piece in text.split("url(")[1:]}
    assert "$" not in text
    assert pictures
    assert all(Path(picture).read_text(encoding="utf-8").startswith("<svg") for picture in pictures)


def test_a_tabular_font_gives_every_digit_the_same_width(qapp):
    from PySide6.QtGui import QFontMetricsF

    metrics = QFontMetricsF(theme.font(13, tabular=True))

    assert len({round(metrics.horizontalAdvance(digit), 2) for digit in "0123456789"}) == 1


def test_a_label_takes_the_tone_of_the_scheme_in_use(qtbot, qapp):
    label = Label("name")
    qtbot.addWidget(label)
    label.show()
    before = label.palette().color(QPalette.ColorRole.WindowText)

    theme.apply(qapp, "light")

    after = label.palette().color(QPalette.ColorRole.WindowText)
    assert (before, after) == (DARK.text2, LIGHT.text2)


def test_a_label_keeps_its_font_when_its_tone_changes(qtbot):
    label = Label("name")
    qtbot.addWidget(label)
    label.setFont(theme.font(17, 600))
    label.show()

    label.set_tone("error")
    label.setFont(theme.font(19, 600))
    label.set_tone("ok")

    assert label.font().pixelSize() == 19
    assert label.palette().color(QPalette.ColorRole.WindowText) == DARK.ok
