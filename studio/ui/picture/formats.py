"""How a drawing becomes a file: vectors for SVG and PDF, pixels for PNG."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import QImage, QImageWriter, QPageLayout, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgGenerator

from studio.errors import StudioError
from studio.storage import write_bytes
from studio.ui.picture.drawing import Drawing
from studio.wording import _

MOST_CARDS = 4_000
"""More cards than these make a file that hardly any program can open."""
_MOST_SIDE = 16_000
_MOST_PIXELS = 64_000_000
_MOST_POINTS = 14_400
"""The longest side of a page of PDF, in points."""
_FONTS = re.compile(rb'(font-family="[^"]*)"')
"""The fonts of the text, to which one is added that every program has."""


@dataclass(frozen=True)
class Choice:
    """How a picture is to be; `scale` and `transparent` are for pixels only."""

    format: str = "svg"
    scale: float = 2.0
    transparent: bool = False


def save(drawing: Drawing, path: Path, choice: Choice) -> str:
    """Write the picture; returns a sentence if it had to be smaller than asked, else "".

    Raises StudioError for a page that is empty or far too large, FileError for a place that
    refuses.
    """
    if not drawing:
        raise StudioError(_("There is nothing to draw yet."), _("Add a layer first."))
    if len(drawing) > MOST_CARDS:
        raise StudioError(
            _("A picture of {count:,} layers is too large; at most {most:,} can be drawn.").format(
                count=len(drawing), most=MOST_CARDS
            ),
            _("Group repeated layers into blocks first."),
        )
    content, note = _FORMATS[choice.format](drawing, choice)
    write_bytes(path, content)
    return note


def _svg(drawing: Drawing, _choice: Choice) -> tuple[bytes, str]:
    room, buffer = drawing.area, _opened()
    made = QSvgGenerator()
    made.setOutputDevice(buffer)
    made.setSize(room.size().toSize())
    made.setViewBox(QRectF(0, 0, math.ceil(room.width()), math.ceil(room.height())))
    made.setResolution(96)
    made.setTitle("Layerwise")
    _painted(drawing, made, 1.0)
    return _FONTS.sub(rb'\1,sans-serif"', buffer.data().data()), ""


def _pdf(drawing: Drawing, _choice: Choice) -> tuple[bytes, str]:
    room, buffer = drawing.area, _opened()
    points = 0.75  # a unit of the canvas is a pixel of 1/96 inch
    shrunk = min(1.0, _MOST_POINTS / (points * max(room.width(), room.height())))
    size = room.size() * points * shrunk
    made = QPdfWriter(buffer)
    made.setResolution(96)
    page = QPageSize(QSizeF(size), QPageSize.Unit.Point)
    made.setPageLayout(QPageLayout(page, QPageLayout.Orientation.Portrait, QMarginsF()))
    made.setTitle("Layerwise")
    _painted(drawing, made, shrunk)
    return bytes(buffer.data().data()), _smaller(shrunk)


def _png(drawing: Drawing, choice: Choice) -> tuple[bytes, str]:
    room, buffer = drawing.area, _opened()
    scale = min(
        choice.scale,
        _MOST_SIDE / max(room.width(), room.height()),
        math.sqrt(_MOST_PIXELS / (room.width() * room.height())),
    )
    wide, high = math.ceil(room.width() * scale), math.ceil(room.height() * scale)
    image = QImage(wide, high, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    _painted(drawing, image, scale, bare=choice.transparent)
    QImageWriter(buffer, QByteArray(b"PNG")).write(image)
    return bytes(buffer.data().data()), _smaller(scale / choice.scale)


def _painted(
    drawing: Drawing,
    device: QSvgGenerator | QPdfWriter | QImage,
    scale: float,
    *,
    bare: bool = False,
) -> None:
    painter = QPainter(device)
    painter.scale(scale, scale)
    if not bare:
        size = drawing.area.size()
        painter.fillRect(QRectF(0, 0, size.width() + 1, size.height() + 1), drawing.look.bg0)
    painter.translate(-drawing.area.topLeft())
    drawing.paint(painter, scale)
    painter.end()


def _smaller(share: float) -> str:
    if share > 0.999:
        return ""
    sentence = _("The picture is {percent} % of the size asked for: larger ones are not possible.")
    return sentence.format(percent=max(1, round(100 * share)))


def _opened() -> QBuffer:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    return buffer


_FORMATS: Mapping[str, Callable[[Drawing, Choice], tuple[bytes, str]]] = {
    "svg": _svg,
    "png": _png,
    "pdf": _pdf,
}
