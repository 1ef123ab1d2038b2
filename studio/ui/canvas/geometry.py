"""Where things lie on a card: its size, its ports and its snowflake, in card coordinates."""

from PySide6.QtCore import QPointF, QRectF

WIDTH = 208.0
HEIGHT = 82.0
MARGIN = 14.0
"""Room around a card for its shadow, halo, ports and the cards of a stack."""
GRID = 4.0
REACH = 11.0
"""How near the mouse must come to a port, in card units."""

CARD = QRectF(0, 0, WIDTH, HEIGHT)
OUTER = CARD.adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN)
SNOWFLAKE = QRectF(WIDTH - 26, 8, 18, 18)


def input_port(slot: int, count: int) -> QPointF:
    """Return the place of one of `count` input ports, spread along the upper edge."""
    return QPointF(WIDTH * (slot + 1) / (max(count, slot + 1) + 1), 0)


def output_port(slot: int, count: int) -> QPointF:
    """Return the place of one of `count` output ports, spread along the lower edge."""
    return QPointF(WIDTH * (slot + 1) / (max(count, slot + 1) + 1), HEIGHT)


def snapped(point: QPointF) -> QPointF:
    """Return the nearest point of the grid."""
    return QPointF(round(point.x() / GRID) * GRID, round(point.y() / GRID) * GRID)
