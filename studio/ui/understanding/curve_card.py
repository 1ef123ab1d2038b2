"""The frame around one curve: its name, the number pointed at, and how it compares with now."""

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.ui.kit import Caption, Card, Heading, ValueLabel
from studio.ui.understanding.curve_plot import CurvePlot, Series, byte_step
from studio.wording import humanized


class CurveCard(Card):
    """One number of the network along a course of variants."""

    def __init__(
        self,
        title: str,
        hint: str,
        spell: Callable[[float], str],
        parent: QWidget | None = None,
        *,
        in_bytes: bool = False,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(title)
        self._spell, self._in_bytes = spell, in_bytes
        self.heading = Heading(title)
        self.heading.setToolTip(hint)
        self.value, self.change = ValueLabel(px=15), Caption()
        self.plot = CurvePlot(title, spell)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.heading)
        head.addStretch(1)
        head.addWidget(self.change)
        head.addWidget(self.value)
        self.body.setContentsMargins(14, 10, 8, 6)
        self.body.setSpacing(4)
        self.body.addLayout(head)
        self.body.addWidget(self.plot, 1)

    def show_course(self, xs: Sequence[float], ys: Sequence[float], now: int) -> None:
        """Show numbers along a course; `now` is the place of the network as it is, or -1."""
        step = byte_step(max([*ys, 1.0])) if self._in_bytes else 1.0
        self.plot.show_series(Series(tuple(xs), tuple(map(float, ys)), now), step)

    def point_at(self, index: int) -> None:
        """Show the number at one place, and how much more or less it is than now."""
        self.plot.point_at(index)
        series = self.plot.series
        known = 0 <= index < len(series.ys)
        self.value.setText(self._spell(series.ys[index]) if known else "–")
        now = series.ys[series.now] if known and 0 <= series.now < len(series.ys) else 0.0
        self.change.setText(changed(series.ys[index], now) if known and now else "")


def changed(value: float, now: float) -> str:
    """Return how a number compares with the present one: "+12 %", "× 3.4", "÷ 20", or nothing."""
    if value == now or not now or not value:
        return ""
    ratio = value / now
    if ratio >= 2:
        return f"× {_short(ratio)}"
    return f"÷ {_short(1 / ratio)}" if ratio <= 0.5 else f"{(ratio - 1) * 100:+.1f} %"


def _short(ratio: float) -> str:
    return f"{ratio:.1f}" if ratio < 10 else humanized(round(ratio))
