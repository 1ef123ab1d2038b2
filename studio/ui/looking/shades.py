"""Which color stands for a value of a layer: from low to high, or away from 0 to both sides."""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtGui import QColor, QImage

from studio.datasets.dataset import Array
from studio.ui.tokens import Theme

_SIZE = 256
_MIDDLE = 128
_ENDS = ("#2E7CF6", "#F07A1A")
"""What stands for far below and far above 0: of one lightness, and told apart by everyone."""
_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)

Colors = npt.NDArray[np.uint32]


@dataclass(frozen=True)
class Scale:
    """Which values the two ends of the colors stand for."""

    low: float
    high: float

    @classmethod
    def of(cls, values: Array) -> "Scale":
        """Return the scale of these values."""
        known = values[np.isfinite(values)]
        return cls.between(*((known.min(), known.max()) if known.size else (0.0, 0.0)))

    @classmethod
    def between(cls, low: float, high: float) -> "Scale":
        """Return the scale of values from `low` to `high`: from 0, or to both sides of it."""
        low, high = float(low), float(high)
        if low < 0:
            far = max(-low, high)
            return cls(-far, far)
        return cls(0.0, high if high > 0 else 1.0)

    @property
    def is_signed(self) -> bool:
        """Whether 0 lies in the middle."""
        return self.low < 0

    def image(self, values: Array, look: Theme) -> QImage:
        """Return [rows, columns] as a picture, a pixel for each value; what is no number is gray.

        The picture has a table of colors, so that it is made in a moment.
        """
        share = (values - self.low) * ((_SIZE - 1) / (self.high - self.low))
        broken = ~np.isfinite(share)
        rows, columns = values.shape
        room = np.zeros((rows, -(-columns // 4) * 4), np.uint8)  # Qt wants rows of whole words
        room[:, :columns] = np.clip(np.where(broken, 0, share), 0, _SIZE - 1).astype(np.uint8)
        picture = QImage(room.data, columns, rows, room.strides[0], QImage.Format.Format_Indexed8)
        picture.setColorTable(table(look, signed=self.is_signed).tolist())
        if not broken.any():
            return picture.copy()
        whole = picture.convertToFormat(QImage.Format.Format_RGB32)
        for row, column in np.argwhere(broken).tolist():
            whole.setPixelColor(column, row, look.text3)
        return whole


@lru_cache(maxsize=8)
def _diverging(ground: str) -> Colors:
    """Return blue to the ground to orange, in equal steps of OKLab (Ottosson, 2020)."""
    low, middle, high = (_lab(QColor(name)) for name in (_ENDS[0], ground, _ENDS[1]))
    share = np.linspace(-1, 1, _SIZE)[:, None]
    lab = middle + np.where(share < 0, -share * (low - middle), share * (high - middle))
    lms = (lab @ np.linalg.inv(_TO_LAB).T) ** 3
    linear = np.clip(lms @ np.linalg.inv(_TO_LMS).T, 0, 1)
    curved = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return _packed(np.round(255 * curved).astype(np.uint32))


def table(look: Theme, *, signed: bool) -> Colors:
    """Return 256 colors (0xAARRGGBB): viridis, or away from the ground to both sides.

    Both are perceptually uniform: equal steps of a value look equally large.
    """
    return _diverging((look.bg2 if look.is_dark else look.bg1).name()) if signed else _viridis()


def veil(look: Theme, *, signed: bool, opacity: float) -> list[int]:
    """Return the same colors, the more transparent the less a value counts."""
    strength = np.abs(np.linspace(-1, 1, _SIZE)) if signed else np.linspace(0, 1, _SIZE)
    alpha = np.round(255 * opacity * np.minimum(1.0, 1.25 * strength)).astype(np.uint32)
    return ((table(look, signed=signed) & 0x00FFFFFF) | alpha << 24).tolist()  # type: ignore[no-any-return]


def said(value: float) -> str:
    """Return a value in few digits."""
    if not math.isfinite(value):
        return "∞" if value > 0 else "−∞" if value < 0 else "NaN"
    return f"{value:.3g}".replace("-", "−")


@lru_cache(maxsize=1)
def _viridis() -> Colors:
    found = pg.colormap.get("viridis").getLookupTable(nPts=_SIZE, alpha=False)
    return _packed(np.asarray(found, np.uint32))


def _packed(rgb: npt.NDArray[np.uint32]) -> Colors:
    red, green, blue = rgb.T
    colors: Colors = (0xFF000000 | red << 16 | green << 8 | blue).astype(np.uint32)
    return colors


def _lab(color: QColor) -> npt.NDArray[np.float64]:
    curved = np.array(color.getRgbF()[:3])  # type: ignore[index]
    linear = np.where(curved <= 0.04045, curved / 12.92, ((curved + 0.055) / 1.055) ** 2.4)
    found: npt.NDArray[np.float64] = np.cbrt(linear @ _TO_LMS.T) @ _TO_LAB.T
    return found
