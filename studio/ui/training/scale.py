"""Which stretch of numbers an axis shows and where its few labels stand."""

import math
from dataclasses import dataclass

from studio.wording import in_percent

Ticks = tuple[tuple[float, str], ...]
"""Where labels stand and what they say."""

_DIGIT, _BETWEEN_LABELS = 7, 10
"""Pixels of a character of a label, and between two labels."""
_ROUND = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True)
class Scale:
    """One axis: its ends and its labeled places, in the units that are drawn."""

    low: float
    high: float
    ticks: Ticks = ()

    def holds(self, low: float, high: float) -> bool:
        """Whether the stretch fits and is not lost in the axis."""
        return (
            self.low <= low and high <= self.high and (high - low) > 0.35 * (self.high - self.low)
        )


def linear(low: float, high: float, most: int = 6) -> Scale:
    """Return an axis with round numbers that holds `low` to `high`."""
    step = _step(max(high - low, 1e-12), most)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    places = [step * place for place in range(first, max(last, first + 1) + 1)]
    return Scale(places[0], places[-1], tuple((place, _written(place, step)) for place in places))


def percent(low: float, high: float) -> Scale:
    """Return an axis of shares from `low` (0 to 1) up to 100 %, or past it where `high` is."""
    found = linear(min(low, 0.75), max(1.0, high), most=5)
    return Scale(found.low, found.high, tuple((at, in_percent(at)) for at, _label in found.ticks))


def logarithmic(low: float, high: float) -> Scale:
    """Return an axis of powers of ten; `low` and `high` are plain numbers, places are log10."""
    low = max(low, 1e-12)
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(max(high, low * 1.01)))
    steps = (1, 2, 5) if last - first <= 2 else (1,)
    values = [step * 10.0**power for power in range(first, last + 1) for step in steps]
    shown = [value for value in values if value <= 10.0**last]
    every = max(1, len(shown) // 7)
    ticks = tuple((math.log10(value), f"{value:g}") for value in shown[::every])
    return Scale(float(first), float(last), ticks)


def counted(reached: float, total: float) -> Scale:
    """Return an axis of epochs up to `total`; it grows in chunks, so that it is seldom redrawn."""
    high = 1.0
    while high < reached * 1.02 and high < total:
        high = math.ceil(high * 1.4)
    high = max(1.0, min(high, total))
    step = max(1.0, math.ceil(_step(high, 14)))
    places = [step * place for place in range(1, int(high / step) + 1)]
    return Scale(0.0, high, tuple((place, f"{place:g}") for place in places))


def thinned(ticks: Ticks, room: float) -> Ticks:
    """Return as many of the labels, evenly chosen, as `room` pixels hold side by side."""
    widest = max((len(text) for _place, text in ticks), default=1)
    most = max(1, int(room / (_BETWEEN_LABELS + _DIGIT * widest)))
    every = max(1, math.ceil(len(ticks) / most))
    return ticks[every - 1 :: every]


def _step(span: float, most: int) -> float:
    rough = span / max(1, most - 1)
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * size for size in _ROUND if power * size >= rough * 0.999)


def _written(value: float, step: float) -> str:
    if not value or abs(value) < step / 1e6:
        return "0"
    if step < 0.001 or step >= 1e6:
        mantissa, power = f"{value:.1e}".split("e")
        return f"{float(mantissa):g}e{int(power)}"
    digits = max(0, -math.floor(math.log10(step) + 1e-9))
    return f"{value:.{digits + (0 if _is_decade(step) else 1)}f}"


def _is_decade(step: float) -> bool:
    lead = step / 10.0 ** math.floor(math.log10(step) + 1e-9)
    return abs(lead - round(lead)) < 1e-6
