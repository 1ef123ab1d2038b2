"""How a drawing from `resources/icons` becomes an icon in any color, crisp at any scale."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from studio.catalogue.layer import CATALOGUE
from studio.paths import resources
from studio.ui import theme
from studio.ui.tokens import faded

Tint = QColor | str | None
"""A color, the name of a token ("accent", which follows the theme), or None for quiet grey."""

_OF_GROUP = {
    "Input and output": "input",
    "Linear": "linear",
    "Convolution": "conv",
    "Pooling": "pool",
    "Normalization": "norm",
    "Activation": "activation",
    "Regularization": "dropout",
    "Recurrent": "recurrent",
    "Attention": "attention",
    "Embedding": "embedding",
    "Shape": "reshape",
    "Merge": "merge",
    "Structure": "block",
}
_OF_KEY = {
    "select": "slice",
    "mean": "reduce",
    "avg_pool1d": "avg_pool2d",
    "avg_pool3d": "avg_pool2d",
    "adaptive_avg_pool1d": "adaptive_avg_pool2d",
    "adaptive_avg_pool3d": "adaptive_avg_pool2d",
    "bilinear": "linear",
    "conv_transpose1d": "conv_transpose2d",
    "conv_transpose3d": "conv_transpose2d",
    "layer_norm2d": "layer_norm",
    "rms_norm": "layer_norm",
    "quick_gelu": "gelu",
    "prelu": "leaky_relu",
    "hardtanh": "tanh",
    "softsign": "tanh",
    "logsigmoid": "sigmoid",
    "celu": "elu",
}


def icon(name: str, color: Tint = None) -> QIcon:
    """Return the icon `name`; without a color it is quiet, and takes the accent when checked."""
    return QIcon(_Tinted(name, color))


def pixmap(name: str, size: int, color: Tint = None, ratio: float | None = None) -> QPixmap:
    """Return the icon `name` as a picture of `size` logical pixels for the sharpest screen."""
    scale = ratio or _screen_ratio()
    return _drawn(name, size, theme.current().color(color or "text2").rgba(), scale)


def paint(painter: QPainter, name: str, box: QRectF, color: QColor) -> None:
    """Paint the icon `name` as lines rather than pixels, for devices that keep them."""
    _colored(name, color.name()).render(painter, box)


def layer_icon(key: str, group: str = "") -> str:
    """Return the name of the icon for a layer type, or of its family's icon if it has no own."""
    own = _OF_KEY.get(key, key)
    if exists(own):
        return own
    known = CATALOGUE[key].group if key in CATALOGUE else group
    return _OF_GROUP.get(group or known, "unknown")


@lru_cache(maxsize=512)
def exists(name: str) -> bool:
    """Return whether there is a drawing of that name."""
    return (resources() / "icons" / f"{name}.svg").is_file()


class _Tinted(QIconEngine):
    """Paints one drawing in a color that is looked up at the moment of painting."""

    def __init__(self, name: str, color: Tint) -> None:
        super().__init__()
        self._name = name
        self._color = color

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        side = min(rect.width(), rect.height())
        ratio = painter.device().devicePixelRatio()
        drawn = _drawn(self._name, side, self._shade(mode, state).rgba(), ratio)
        corner = rect.center() - QPoint((side - 1) // 2, (side - 1) // 2)
        painter.drawPixmap(corner, drawn)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return self.scaledPixmap(size, mode, state, 1.0)

    def scaledPixmap(
        self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float
    ) -> QPixmap:
        side = max(1, min(size.width(), size.height()))  # logical pixels, since Qt 6.8
        return _drawn(self._name, side, self._shade(mode, state).rgba(), scale)

    def clone(self) -> QIconEngine:
        return _Tinted(self._name, self._color)

    def _shade(self, mode: QIcon.Mode, state: QIcon.State) -> QColor:
        look = theme.current()
        if mode == QIcon.Mode.Disabled:
            return faded(look.text3, 0.5)
        if self._color is not None:
            return look.color(self._color)
        return look.accent if state == QIcon.State.On else look.text2


@lru_cache(maxsize=2048)
def _drawn(name: str, size: int, rgba: int, ratio: float) -> QPixmap:
    side = max(1, round(size * ratio))
    drawn = QPixmap(side, side)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    _renderer(name).render(painter, QRectF(0, 0, side, side))
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(drawn.rect(), QColor.fromRgba(rgba))
    painter.end()
    drawn.setDevicePixelRatio(ratio)
    return drawn


@lru_cache(maxsize=256)
def _renderer(name: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(_source(name)))


@lru_cache(maxsize=256)
def _colored(name: str, color: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(_source(name).replace(b"#000", color.encode())))


def _source(name: str) -> bytes:
    path = resources() / "icons" / f"{name}.svg"
    return path.read_bytes() if path.is_file() else _MISSING


_MISSING = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="#000"'
    b' stroke-width="1.75"><circle cx="12" cy="12" r="7"/></svg>'
)


def _screen_ratio() -> float:
    app = QGuiApplication.instance()
    return app.devicePixelRatio() if isinstance(app, QGuiApplication) else 1.0
