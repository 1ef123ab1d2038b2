"""How a card is drawn at reading size: tile, name, settings, shape, parameters and state."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPaintEngine, QPainter, QPen

from studio.ui import icons, theme
from studio.ui.canvas.face import HEATS, Face
from studio.ui.canvas.geometry import CARD, HEIGHT, SNOWFLAKE, WIDTH, input_port, output_port
from studio.ui.tokens import Theme, faded, mixed

_RADIUS = 8.0
_PAD = 12.0
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_CENTER = Qt.AlignmentFlag.AlignCenter
_VECTORS = {QPaintEngine.Type.SVG, QPaintEngine.Type.Pdf}


def draw_card(painter: QPainter, face: Face, scale: float) -> None:
    """Draw the whole card in card coordinates; `scale` is device pixels per unit."""
    look = theme.current()
    _stack(painter, face, look)
    _body(painter, face, look)
    _head(painter, face, look, scale)
    _foot(painter, face, look, scale)
    _state(painter, face, look, scale)
    _link(painter, face, look, scale)
    draw_ports(painter, face, look)


def draw_brief(painter: QPainter, face: Face, scale: float) -> None:
    """Draw the card for a look from afar: a large name and a large shape."""
    look = theme.current()
    _stack(painter, face, look)
    _body(painter, face, look)
    _tile(painter, face, look, QRectF(10, 10, 34, 34), scale)
    right = WIDTH - (40 if face.frozen or face.severity else _PAD)
    right -= _copies(painter, face, look, QRectF(0, 15, right + 4, 24), 15)
    _text(painter, QRectF(54, 8, right - 54, 38), face.name, theme.font(19, 600), look.text)
    numbers = theme.font(17, 500, tabular=True)
    _text(painter, QRectF(_PAD, 48, WIDTH - 2 * _PAD, 28), face.shape or "–", numbers, look.text2)
    _badge(painter, face, look, QRectF(WIDTH - 36, 14, 26, 26), scale)
    draw_ports(painter, face, look)


def draw_ports(painter: QPainter, face: Face, look: Theme) -> None:
    """Draw the rings at which wires end."""
    color = look.accent if face.selected else look.text3
    painter.setPen(QPen(color, 1.4))
    painter.setBrush(look.bg1)
    for slot in range(face.inputs):
        painter.drawEllipse(input_port(slot, face.inputs), 3.3, 3.3)
    for slot in range(face.outputs):
        painter.drawEllipse(output_port(slot, face.outputs), 3.3, 3.3)


def ground(face: Face, look: Theme) -> QColor:
    """Return the ground of a card: iced when frozen, warmed by heat."""
    base = mixed(look.bg1, look.bg2, 0.75) if look.is_dark else look.bg1
    if face.frozen:
        base = mixed(base, look.ice, 0.15 if look.is_dark else 0.09)
    if face.heat:
        base = mixed(base, look.warn, 0.04 + 0.28 * face.heat / HEATS)
    return base


def _stack(painter: QPainter, face: Face, look: Theme) -> None:
    if not face.copies:
        return
    painter.setPen(QPen(look.line2, 1))
    layers = ((8, 12), (4, 6)) if face.copies > 1 else ((4, 6),)
    for drop, inset in layers:
        painter.setBrush(mixed(look.bg0, ground(face, look), 0.7))
        painter.drawRoundedRect(CARD.adjusted(inset, 20, -inset, drop), _RADIUS, _RADIUS)


def _body(painter: QPainter, face: Face, look: Theme) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    for spread, share in ((5, 0.10), (3.5, 0.16), (2, 0.24), (1, 0.32)):
        painter.setBrush(faded(look.shadow, look.shadow.alphaF() * share))
        shadow = CARD.adjusted(-spread, -spread + 2, spread, spread + 2)
        painter.drawRoundedRect(shadow, _RADIUS + spread, _RADIUS + spread)
    if face.selected:
        painter.setBrush(faded(look.accent, 0.22))
        painter.drawRoundedRect(CARD.adjusted(-5, -5, 5, 5), _RADIUS + 5, _RADIUS + 5)
    painter.setBrush(ground(face, look))
    painter.setPen(_border(face, look))
    painter.drawRoundedRect(CARD.adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)


def _border(face: Face, look: Theme) -> QPen:
    if face.selected:
        return QPen(look.accent, 1.6)
    if face.severity == "error":
        return QPen(faded(look.error, 0.85), 1.2)
    if face.frozen:
        pen = QPen(mixed(ground(face, look), look.ice, 0.6), 1.1)
        pen.setDashPattern([4, 2.6])
        return pen
    return QPen(look.text3 if face.hovered else look.line2, 1)


def _head(painter: QPainter, face: Face, look: Theme, scale: float) -> None:
    _tile(painter, face, look, QRectF(10, 11, 28, 28), scale)
    shows = face.frozen or (face.hovered and face.can_freeze) or face.severity
    right = SNOWFLAKE.left() - 4 if shows else WIDTH - _PAD
    font = _whole(painter, face.name, theme.font(13, 600), right - 47)
    _text(painter, QRectF(47, 9, right - 47, 17), face.name, font, look.text)
    small = theme.font(11)
    hue = look.hue(face.group)
    end = WIDTH - _PAD - _copies(painter, face, look, QRectF(0, 26, WIDTH - _PAD + 3, 15), 11)
    used = _text(painter, QRectF(47, 26, end - 47, 15), face.title, small, hue)
    caption = "" if face.copies > 1 else face.caption
    rest = QRectF(47 + used + 6, 26, end - 47 - used - 6, 15)
    _text(painter, rest, caption, theme.font(11, tabular=True), look.text3)


def _copies(painter: QPainter, face: Face, look: Theme, line: QRectF, px: int) -> float:
    """Draw how often a block repeats at the end of a line; returns the width this took."""
    if face.copies <= 1:
        return 0.0
    font, text = theme.font(px, 600, tabular=True), f"×{face.copies}"
    width = QFontMetricsF(font).horizontalAdvance(text) + px
    box = QRectF(line.right() - width, line.top(), width, line.height())
    hue = look.hue(face.group)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(faded(hue, 0.22 if look.is_dark else 0.14))
    painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
    painter.setFont(font)
    painter.setPen(hue)
    painter.drawText(box, _CENTER, text)
    return width + 6


def _tile(painter: QPainter, face: Face, look: Theme, box: QRectF, scale: float) -> None:
    hue = look.hue(face.group)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(faded(hue, 0.17 if look.is_dark else 0.12))
    painter.drawRoundedRect(box, 6.5, 6.5)
    side = round(box.width() * 0.57)
    _symbol(painter, face.icon, box, side, hue, scale)


def _foot(painter: QPainter, face: Face, look: Theme, scale: float) -> None:
    painter.setPen(QPen(faded(look.line2, 0.7), 1))
    painter.drawLine(QPointF(1, 50.5), QPointF(WIDTH - 1, 50.5))
    numbers = theme.font(12, 500, tabular=True)
    line = QRectF(_PAD, 52, WIDTH - 2 * _PAD, HEIGHT - 54)
    width = QFontMetricsF(numbers).horizontalAdvance(face.parameters or "–")
    painter.setFont(theme.font(12, tabular=True))
    painter.setPen(look.text2 if face.parameters else look.text3)
    painter.drawText(line, _RIGHT, face.parameters or "–")
    width += _depth(painter, face, look, WIDTH - _PAD - width - 8, scale)
    shape = line.adjusted(0, 0, -width - 10, 0)
    _text(painter, shape, face.shape or "–", numbers, look.text if face.shape else look.text3)


def _depth(painter: QPainter, face: Face, look: Theme, right: float, scale: float) -> float:
    """Draw how deep a weighted layer lies, up to `right`; returns the width this took."""
    if not face.depth:
        return 0.0
    font = theme.font(10, 500, tabular=True)
    width = QFontMetricsF(font).horizontalAdvance(face.depth) + 21
    box = QRectF(right - width, 59, width, 15)
    painter.setPen(QPen(mixed(ground(face, look), look.text3, 0.45), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(box, 7.5, 7.5)
    painter.setFont(font)
    painter.setPen(look.text2)
    painter.drawText(box.adjusted(0, 0, -6, 0), _RIGHT, face.depth)
    _symbol(painter, "depth", QRectF(box.left() + 4, box.top() + 2, 11, 11), 10, look.text3, scale)
    return width + 8


def _state(painter: QPainter, face: Face, look: Theme, scale: float) -> None:
    _badge(painter, face, look, SNOWFLAKE, scale)
    if face.heat:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(mixed(look.warn, look.error, face.heat / HEATS))
        height = (HEIGHT - 24) * face.heat / HEATS
        painter.drawRoundedRect(QRectF(2.5, HEIGHT - 12 - height, 3, height), 1.5, 1.5)


def _link(painter: QPainter, face: Face, look: Theme, scale: float) -> None:
    """Draw the mark of shared weights on the corner of the tile."""
    if not (face.borrows or face.lends):
        return
    spot = QRectF(27, 28, 16, 16)
    painter.setPen(QPen(mixed(ground(face, look), look.hue("Embedding"), 0.6), 1))
    painter.setBrush(ground(face, look))
    painter.drawEllipse(spot)
    _symbol(painter, "link", spot, 11, look.hue("Embedding"), scale)


def _badge(painter: QPainter, face: Face, look: Theme, box: QRectF, scale: float) -> None:
    """Draw the snowflake, or the mark of a finding to its left or in its place."""
    flake = bool(face.frozen) or (face.hovered and face.can_freeze)
    if flake:
        color = look.ice if face.frozen else look.text3
        _symbol(painter, "snowflake", box, round(box.width() * 0.83), color, scale)
    if face.severity:
        mark = box.translated(-box.width(), 0) if flake else box
        color = look.error if face.severity == "error" else look.warn
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        radius = box.width() * 0.39
        painter.drawEllipse(mark.center(), radius, radius)
        painter.setFont(theme.font(round(box.width() * 0.6), 700))
        painter.setPen(look.bg1)
        painter.drawText(mark, _CENTER, "!")


def _symbol(
    painter: QPainter, name: str, box: QRectF, side: int, color: QColor, scale: float
) -> None:
    corner = box.center() - QPointF(side / 2, side / 2)
    place = QRectF(corner.x(), corner.y(), side, side)
    if _keeps_lines(painter):
        icons.paint(painter, name, place, color)
        return
    drawn = icons.pixmap(name, side, color, scale)
    painter.drawPixmap(place, drawn, QRectF(drawn.rect()))


def _keeps_lines(painter: QPainter) -> bool:
    """Return whether this paints vectors for a file, rather than pixels."""
    return painter.paintEngine().type() in _VECTORS


def _whole(painter: QPainter, text: str, font: QFont, width: float) -> QFont:
    """Return the font in which a name is never cut in a picture to take away."""
    px = font.pixelSize()
    while _keeps_lines(painter) and px > 4 and QFontMetricsF(font).horizontalAdvance(text) > width:
        px -= 1
        font.setPixelSize(px)
    return font


def _text(painter: QPainter, box: QRectF, text: str, font: QFont, color: QColor) -> float:
    """Draw one line that ends in … when it is too long; returns its width."""
    if box.width() < 8 or not text:
        return 0.0
    metrics = QFontMetricsF(font)
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, box.width())
    painter.setFont(font)
    painter.setPen(color)
    painter.drawText(box, _LEFT, shown)
    return metrics.horizontalAdvance(shown)
