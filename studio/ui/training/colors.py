"""Which color stands for a number: calm maps whose lightness runs one way, in both themes."""

import math

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QColor, QImage

from studio.ui.tokens import Theme, mixed

_SIZE = 256


def ramp(stops: tuple[tuple[float, QColor], ...]) -> npt.NDArray[np.uint32]:
    """Return 256 opaque colors (0xAARRGGBB) through `stops`, whose places run from 0 to 1."""
    places = np.linspace(0, 1, _SIZE)
    anchors = [place for place, _color in stops]
    channels = [
        np.interp(places, anchors, [color.getRgb()[channel] for _place, color in stops])  # type: ignore[index]
        for channel in range(3)
    ]
    red, green, blue = (np.round(channel).astype(np.uint32) for channel in channels)
    colors: npt.NDArray[np.uint32] = (0xFF000000 | red << 16 | green << 8 | blue).astype(np.uint32)
    return colors


def image_of(colors: npt.NDArray[np.uint32]) -> QImage:
    """Return an image whose pixels have these colors (0xAARRGGBB), [rows, columns]."""
    pixels = np.ascontiguousarray(colors)
    height, width = pixels.shape
    return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_ARGB32).copy()


def strength(look: Theme) -> npt.NDArray[np.uint32]:
    """Return the map for sizes: from the ground to the accent and past it."""
    end = QColor("#D5DEFF") if look.is_dark else QColor("#1E2F86")
    ground = mixed(look.bg2, look.accent, 0.06)
    return ramp(((0.0, ground), (0.55, mixed(ground, look.accent, 0.75)), (1.0, end)))


def balance(look: Theme) -> npt.NDArray[np.uint32]:
    """Return the map for update ratios: quiet where too small, green where good, warm where wild.

    A step of about a thousandth of the weights is where training usually goes well.
    """
    ground = mixed(look.bg2, look.accent, 0.08)
    return ramp(
        (
            (0.0, ground),
            (0.35, mixed(ground, look.accent, 0.6)),
            (0.6, mixed(ground, look.ok, 0.85)),
            (0.8, look.warn),
            (1.0, look.error),
        )
    )


def readable_on(ground: QColor) -> QColor:
    """Return near-black or near-white, whichever has more contrast (WCAG 2 luminance)."""
    light = 0.2126 * _linear(ground.redF()) + 0.7152 * _linear(ground.greenF())
    light += 0.0722 * _linear(ground.blueF())
    dark_wins = (light + 0.05) / 0.0595 > 1.0 / (light + 0.05)
    return QColor("#12161E") if dark_wins else QColor("#F7F8FB")


def _linear(channel: float) -> float:
    if channel <= 0.04045:
        return channel / 12.92
    return math.pow((channel + 0.055) / 1.055, 2.4)
