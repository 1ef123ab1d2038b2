"""Icons: drawn by us, tinted, crisp."""

import xml.etree.ElementTree as ET

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon

import studio.graph.block  # noqa: F401  files the block
from studio.catalogue import CATALOGUE
from studio.paths import resources
from studio.ui import icons, theme
from studio.ui.tokens import DARK, LIGHT


def inked(image) -> set[str]:
    width, height = image.width(), image.height()
    colors = (image.pixelColor(x, y) for x in range(width) for y in range(height))
    return {color.name() for color in colors if color.alpha() == 255}


def test_every_layer_type_has_a_drawing():
    for cls in CATALOGUE:
        assert icons.exists(icons.layer_icon(cls.key, cls.group)), cls.key


def test_every_drawing_is_a_stroke_on_a_grid_of_24():
    for file in (resources() / "icons").glob("*.svg"):
        root = ET.fromstring(file.read_text(encoding="utf-8"))
        assert root.get("viewBox") == "0 0 24 24", file.name
        assert root.get("stroke-width") == "1.75", file.name


def test_a_picture_has_only_the_color_it_was_asked_for(qapp):
    image = icons.pixmap("stop", 24, QColor("#ff0000"), 1.0).toImage()

    assert inked(image) == {"#ff0000"}
    assert image.pixelColor(0, 0).alpha() == 0


def test_a_picture_for_a_sharp_screen_has_twice_the_pixels(qapp):
    sharp = icons.pixmap("conv2d", 16, "text", 2.0)

    assert (sharp.width(), sharp.devicePixelRatio()) == (32, 2.0)
    assert sharp.deviceIndependentSize().toSize() == QSize(16, 16)


def test_an_icon_on_a_sharp_screen_has_twice_the_pixels(qapp):
    sharp = icons.icon("conv2d").pixmap(QSize(18, 18), 2.0)

    assert (sharp.width(), sharp.devicePixelRatio()) == (36, 2.0)


def test_an_icon_follows_the_scheme_without_being_made_again(qapp):
    icon = icons.icon("stop", "accent")
    dark = inked(icon.pixmap(QSize(24, 24), 1.0).toImage())

    theme.apply(qapp, "light")
    light = inked(icon.pixmap(QSize(24, 24), 1.0).toImage())

    assert (dark, light) == ({DARK.accent.name()}, {LIGHT.accent.name()})


def test_a_checked_quiet_icon_takes_the_accent(qapp):
    icon = icons.icon("stop")

    off = icon.pixmap(QSize(24, 24), 1.0, QIcon.Mode.Normal, QIcon.State.Off).toImage()
    on = icon.pixmap(QSize(24, 24), 1.0, QIcon.Mode.Normal, QIcon.State.On).toImage()

    assert inked(off) == {DARK.text2.name()}
    assert inked(on) == {DARK.accent.name()}


def test_an_unknown_name_still_draws_something(qapp):
    image = icons.pixmap("no such drawing", 24, "text", 1.0).toImage()

    assert inked(image)
