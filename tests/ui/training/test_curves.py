"""Do the live plots show the run, cheaply, and where the user stepped in?"""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from studio.runs.history import History
from studio.training.events import EpochDone, Started, StepDone
from studio.ui import theme
from studio.ui.training.chart import Chart
from studio.ui.training.curves import LossChart, MetricChart, RateChart
from studio.ui.training.decimation import MOST_POINTS
from studio.ui.training.progress import ProgressCard
from studio.workspace import Workspace


@pytest.fixture(params=[LossChart, MetricChart, RateChart])
def chart(request, shown):
    return shown(request.param(), 420, 260)


def drawn(chart: Chart) -> set[int]:
    image = chart.plot.grab().toImage()
    return {image.pixel(x, y) for x in range(0, image.width(), 2) for y in range(image.height())}


def test_every_chart_draws_a_run_and_survives_none_and_a_new_theme(chart, history, qtbot, qapp):
    empty = drawn(chart)
    chart.show_history(history)
    qtbot.waitUntil(lambda: chart.value.text() not in {"", "–"})
    assert len(drawn(chart)) > len(empty)
    theme.apply(qapp, "light")
    chart.show_history(None)
    qtbot.waitUntil(lambda: chart.value.text() == "–")


def test_a_hidden_chart_draws_nothing_until_it_is_seen(qtbot, history):
    chart = LossChart()
    qtbot.addWidget(chart)
    chart.show_history(history)
    assert chart.value.text() == ""
    chart.show()
    assert chart.value.text() == f"{history.smoothed[-1]:.3g}"


class Watched(LossChart):
    """Remembers what it drew."""

    def __init__(self) -> None:
        super().__init__()
        self.watched: list[History] = []

    def draw(self, history: History) -> None:
        self.watched.append(history)
        super().draw(history)


def test_many_news_are_drawn_few_times(qtbot, history):
    chart = Watched()
    qtbot.addWidget(chart)
    chart.show()
    draws = chart.watched
    for _news in range(50):
        chart.show_history(history)
    later = History().extend([])
    chart.show_history(later)
    assert len(draws) <= 1
    qtbot.waitUntil(lambda: bool(draws) and draws[-1] is later, timeout=1000)
    assert len(draws) <= 2


def test_what_looks_the_same_is_not_drawn_again(qtbot):
    chart = Watched()
    qtbot.addWidget(chart)
    chart.resize(420, 260)
    chart.show()
    start = Started("run-0001", 1_000_000, 1000, 1000, 1000, 5, 5, "cpu", 1)
    history = History().extend([start, StepDone(900, 0.9, 1.0, 1e-3, 1.0, 1.0)])
    chart.show_history(history)
    qtbot.waitUntil(lambda: chart.watched[-1:] == [history])
    drawn = len(chart.watched)
    near = history.extend([StepDone(901, 0.9001, 0.2, 1e-3, 1.0, 1.1)])
    chart.show_history(near)
    qtbot.waitUntil(lambda: not chart._stale)
    assert len(chart.watched) == drawn
    assert chart.value.text() == chart.present(near) != chart.present(history)
    chart.show_history(near.extend([StepDone(950, 0.95, 0.2, 1e-3, 1.0, 1.2)]))
    qtbot.waitUntil(lambda: len(chart.watched) == drawn + 1)


def test_a_long_run_is_drawn_with_few_points(qtbot):
    chart = LossChart()
    qtbot.addWidget(chart)
    chart.show()
    count = 20_000
    start = Started("run-0001", count, 1000, 20, 1000, 5, 5, "cpu", 1)
    rng = np.random.default_rng(0)
    steps = [StepDone(n, n / 1000, float(rng.random()), 1e-3, 1.0, n) for n in range(1, count)]
    chart.show_history(History().extend([start, *steps]))
    raw = chart._train._raw
    assert raw is not None
    qtbot.waitUntil(lambda: raw.getData()[0] is not None)
    assert 100 < len(raw.getData()[0]) <= MOST_POINTS


def test_freezing_and_rate_changes_leave_flags_at_their_epochs(qtbot, history):
    chart = LossChart()
    qtbot.addWidget(chart)
    chart.show()
    chart.show_history(history)
    qtbot.waitUntil(lambda: len(chart.flags.marks) == 2)
    assert [(place, sign) for place, sign, _token in chart.flags.marks] == [
        (2.0, "❄ 1"),
        (3.0, "×0.1"),
    ]
    chart.show_history(History())
    qtbot.waitUntil(lambda: chart.flags.marks == ())


def test_the_logarithmic_button_changes_the_axis(qtbot, history):
    chart = LossChart()
    qtbot.addWidget(chart)
    chart.show()
    chart.show_history(history)
    qtbot.waitUntil(lambda: len(chart._train.x) > 0)
    assert chart._range.low == 0
    qtbot.mouseClick(chart.logarithmic, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: chart._range.low < 0)
    qtbot.mouseClick(chart.logarithmic, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: chart._range.low == 0)


def test_the_mouse_reads_values_and_a_double_click_shows_all_again(qtbot, shown, history):
    chart = shown(LossChart(), 420, 260)
    chart.show_history(history)
    qtbot.waitUntil(lambda: len(chart._train.x) > 0)
    qtbot.mouseMove(chart.plot.viewport(), QPoint(200, 100))
    qtbot.waitUntil(lambda: "training loss" in chart.plot.toolTip())
    whole = chart.plot.getViewBox().viewRange()
    box = chart.plot.getViewBox()
    box.setXRange(1, 2, padding=0)
    box.sigRangeChangedManually.emit([True, False])
    chart.show_history(History().extend([*[]]))
    chart.show_history(history)
    qtbot.wait(150)
    assert box.viewRange()[0] == [1, 2]
    qtbot.mouseDClick(chart.plot.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(200, 100))
    assert box.viewRange() == whole


def test_a_regression_shows_its_own_metric(qtbot):
    chart = MetricChart()
    qtbot.addWidget(chart)
    chart.show()
    marks = {"loss": 0.5, "mae": 44.0, "mse": 2900.0, "r2": 0.48}
    start = Started("run-0001", 10, 5, 2, 300, 11, 11, "cpu", 1)
    chart.show_history(History().extend([start, EpochDone(1, 5, marks, marks)]))
    qtbot.waitUntil(lambda: chart.heading.text() == "R²")
    assert chart.value.text() == "0.48"
    assert [said for _at, said in chart._range.ticks][-1] == "1.0"


def test_a_word_of_the_legend_is_shown_whole_or_not_at_all(qtbot):
    legend = LossChart().legend
    qtbot.addWidget(legend)
    legend.resize(300, 14)
    assert legend.shown_words() == ["train", "validation"]
    legend.resize(100, 14)
    assert legend.shown_words() == ["train"]
    assert legend.toolTip() == "train, validation"


def test_the_headline_loss_is_that_of_the_last_epoch_however_many_are_planned(qtbot):
    start = Started("run-0001", 120_000, 40, 3000, 1000, 5, 5, "cpu", 1)
    steps = [StepDone(n, n / 40, 1.0 if n < 200 else 1e-3, 1e-3, 1.0, n) for n in range(1, 600)]
    history = History().extend([start, *steps])
    assert history.smoothed[-1] < 2e-3
    chart = LossChart()
    qtbot.addWidget(chart)
    workspace = Workspace()
    card = ProgressCard(workspace)
    qtbot.addWidget(card)
    workspace.history_changed.emit(history)
    assert chart.present(history) == card.loss.accessibleDescription()


def test_a_long_curve_is_shaded_by_its_values_and_not_piece_by_piece(qtbot):
    """pyqtgraph fills in pieces of 50 points, and each would have a gradient of its own."""
    chart = RateChart()
    qtbot.addWidget(chart)
    chart.resize(600, 240)
    chart.show()
    steps = [StepDone(n, n / 10, 1.0, 0.5 if n < 60 else 0.1, 9.0, n) for n in range(1, 200)]
    chart.show_history(History().extend([Started("r", 200, 10, 20, 9, 9, 9, "cpu", 1), *steps]))

    def shade():
        return chart._rate._bold.opts["brush"].gradient()

    qtbot.waitUntil(lambda: shade().finalStop().y() == 0.5)
    assert shade().coordinateMode() == shade().CoordinateMode.LogicalMode
