"""How plots of a report are drawn as SVG: curves, dots, bars and the confusion matrix."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.floating]
_WIDE, _HIGH = 460, 340
_LEFT, _TOP, _RIGHT, _BOTTOM = 62, 14, 14, 50
_COLORS = ("#4f6bed", "#d9822b", "#2f9e6e", "#b04fc0", "#c2455a", "#3a8fb7", "#8a7a2f", "#6b7280")
_MOST_POINTS = 400
_CELL = 34


@dataclass(frozen=True, eq=False)
class Curve:
    """One line of a plot, with its word in the legend."""

    name: str
    x: Numbers
    y: Numbers


@dataclass(frozen=True)
class Frame:
    """The axes of a plot: their names, and the ends of each."""

    x_name: str
    y_name: str
    x: tuple[float, float] = (0.0, 1.0)
    y: tuple[float, float] = (0.0, 1.0)

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point lies, in pixels."""
        across = (x - self.x[0]) / ((self.x[1] - self.x[0]) or 1.0)
        up = (y - self.y[0]) / ((self.y[1] - self.y[0]) or 1.0)
        wide, high = _WIDE - _LEFT - _RIGHT, _HIGH - _TOP - _BOTTOM
        return _LEFT + across * wide, _TOP + (1 - up) * high


def curves(frame: Frame, lines: Sequence[Curve], *, diagonal: bool = False) -> str:
    """Return a plot of some curves; `diagonal` adds a quiet line from corner to corner."""
    parts = list(_axes(frame))
    if diagonal:
        ends = np.array(frame.x), np.array(frame.y)
        parts.append(_polyline(frame, *ends, "#b8bdc9", dashes=True))
    for number, line in enumerate(lines):
        color = _COLORS[number % len(_COLORS)]
        parts.append(_polyline(frame, line.x, line.y, color))
        if len(lines) > 1:
            top = _TOP + 14 + 15 * number
            parts.append(_text(_WIDE - _RIGHT - 6, top, line.name, "end", color))
    return _svg(_WIDE, _HIGH, parts)


def dots(frame: Frame, x: Numbers, y: Numbers) -> str:
    """Return a plot of one dot for each pair, with the line on which both are equal."""
    ends = np.array(frame.x)
    parts = [*_axes(frame), _polyline(frame, ends, ends, "#b8bdc9", dashes=True)]
    for at in _some(len(x)):
        left, top = frame.place(float(x[at]), float(y[at]))
        parts.append(
            f'<circle cx="{left:.1f}" cy="{top:.1f}" r="2.5" fill="{_COLORS[0]}"'
            ' fill-opacity="0.5"/>'
        )
    return _svg(_WIDE, _HIGH, parts)


def bars(frame: Frame, edges: Numbers, heights: Numbers) -> str:
    """Return bars between neighboring edges."""
    parts = list(_axes(frame))
    for low, high, height in zip(edges[:-1], edges[1:], heights, strict=True):
        left, top = frame.place(float(low), float(height))
        right, foot = frame.place(float(high), frame.y[0])
        parts.append(
            f'<rect x="{left + 0.5:.1f}" y="{top:.1f}" width="{max(0.5, right - left - 1):.1f}"'
            f' height="{foot - top:.1f}" fill="{_COLORS[0]}"/>'
        )
    return _svg(_WIDE, _HIGH, parts)


def matrix(counts: npt.NDArray[np.int64], classes: Sequence[str], names: tuple[str, str]) -> str:
    """Return a confusion matrix; `names` say what its rows and columns are."""
    left = 40 + min(150, 7 * max(map(len, classes), default=1))
    size, totals = _CELL * len(classes), np.maximum(1, counts.sum(axis=1))
    parts = []
    for row, name in enumerate(classes):
        middle = 8 + row * _CELL + _CELL / 2
        parts.append(_text(left - 8, middle + 4, _short(name, 20), "end"))
        for column, count in enumerate(counts[row].tolist()):
            parts += _cell(left, row, column, count, count / int(totals[row]))
    for column, name in enumerate(classes):
        at = left + column * _CELL + _CELL / 2
        parts.append(_text(at, size + 24, _short(name, 5), "middle"))
    parts.append(_text(left + size / 2, size + 44, names[1], "middle", "#6b7280"))
    turn = f"rotate(-90 14 {8 + size / 2:.0f})"
    parts.append(_text(14, 8 + size / 2, names[0], "middle", "#6b7280", turn))
    return _svg(left + size + 8, size + 56, parts)


def _cell(left: float, row: int, column: int, count: int, share: float) -> Iterable[str]:
    x, y = left + column * _CELL, 8 + row * _CELL
    color = _COLORS[0] if row == column else "#d64550"
    strength = 0.06 if not count else 0.15 + 0.85 * min(1.0, share * (1 if row == column else 2))
    shade = color if count else "#9aa1b0"
    yield (
        f'<rect x="{x}" y="{y}" width="{_CELL - 2}" height="{_CELL - 2}" rx="3" fill="{shade}"'
        f' fill-opacity="{strength:.2f}"/>'
    )
    if count:
        ink = "#ffffff" if strength > 0.6 else "#1d2230"
        yield _text(x + _CELL / 2 - 1, y + _CELL / 2 + 4, f"{count}", "middle", ink)


def _axes(frame: Frame) -> Iterable[str]:
    for at in np.linspace(*frame.y, 5).tolist():
        left, top = frame.place(frame.x[0], at)
        yield (
            f'<line x1="{left:.1f}" y1="{top:.1f}" x2="{_WIDE - _RIGHT}" y2="{top:.1f}"'
            ' stroke="#e4e7ee"/>'
        )
        yield _text(left - 8, top + 4, f"{at:.3g}", "end", "#6b7280")
    for at in np.linspace(*frame.x, 5).tolist():
        left, top = frame.place(at, frame.y[0])
        yield _text(left, top + 16, f"{at:.3g}", "middle", "#6b7280")
    yield _text((_LEFT + _WIDE - _RIGHT) / 2, _HIGH - 8, frame.x_name, "middle", "#6b7280")
    middle = (_TOP + _HIGH - _BOTTOM) / 2
    yield _text(14, middle, frame.y_name, "middle", "#6b7280", f"rotate(-90 14 {middle:.0f})")


def _polyline(frame: Frame, x: Numbers, y: Numbers, color: str, *, dashes: bool = False) -> str:
    spots = (frame.place(float(x[at]), float(y[at])) for at in _some(len(x)))
    points = " ".join(f"{left:.1f},{top:.1f}" for left, top in spots)
    broken = ' stroke-dasharray="4 4"' if dashes else ""
    return f'<polyline points="{points}" fill="none" stroke="{color}" stroke-width="2"{broken}/>'


def _some(count: int) -> list[int]:
    """Return places, evenly chosen, of at most as many points as a page should hold."""
    wanted = min(count, _MOST_POINTS)
    return (
        np.unique(np.linspace(0, count - 1, wanted).round().astype(int)).tolist() if count else []
    )


def _text(
    x: float, y: float, text: str, anchor: str, color: str = "#1d2230", turn: str = ""
) -> str:
    turned = f' transform="{turn}"' if turn else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{color}"{turned}>'
        f"{escape(text)}</text>"
    )


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _svg(wide: float, high: float, parts: Iterable[str]) -> str:
    inner = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide:.0f}" height="{high:.0f}"'
        f' viewBox="0 0 {wide:.0f} {high:.0f}" font-family="sans-serif" font-size="11">\n'
        f'<rect width="100%" height="100%" fill="#ffffff"/>\n{inner}\n</svg>\n'
    )
