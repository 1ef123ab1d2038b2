"""The search for a learning rate: real rates on real data, a curve, a click, a plan."""

import math

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt

from studio.training.choices.optimizers import Sgd
from studio.ui.train_page import TrainPage
from studio.ui.training.rates.search import HIGH, LOW, RateSearch

LEFT = Qt.MouseButton.LeftButton
PATIENCE = 60_000


@pytest.fixture
def dialog(qtbot, services):
    """The dialog, opened by its button, with all rates tried."""
    workspace = services.workspace
    workspace.set_plan(workspace.plan.changed(optimizer=Sgd(learning_rate=0.5), threads=1))
    page = TrainPage(services)
    qtbot.addWidget(page)
    page.resize(1400, 900)
    page.show()
    qtbot.mouseClick(page.plan.find_rate, LEFT)
    found = page.rates
    assert found is not None
    qtbot.waitUntil(lambda: found.search.is_running, timeout=PATIENCE)
    qtbot.waitUntil(lambda: not found.search.is_running, timeout=PATIENCE)
    yield found
    found.reject()


def test_it_suggests_where_the_loss_falls_and_writes_it_into_the_plan(qtbot, dialog, services):
    points, suggested = dialog.search.points, dialog.search.suggested
    assert points[0].rate == pytest.approx(LOW)
    assert len(points) > 50
    lowest = min(points, key=lambda point: point.smoothed)
    assert 1e-4 < suggested <= lowest.rate
    assert dialog.curve.suggested.isVisible()
    assert dialog.curve.suggested.value() == pytest.approx(math.log10(suggested))
    assert dialog.curve.planned.value() == pytest.approx(math.log10(0.5))
    assert float(dialog.rate.text()) == pytest.approx(suggested, rel=0.05)
    qtbot.mouseClick(dialog.use, LEFT)
    written = services.workspace.plan.optimizer
    assert written == Sgd(learning_rate=float(f"{suggested:.2g}"))
    assert not services.workspace.runs()


def test_a_click_on_the_curve_picks_and_the_arrows_walk(qtbot, dialog, services):
    curve = dialog.curve
    place = curve.getViewBox().mapViewToScene(QPointF(-2.0, sum(curve.viewRange()[1]) / 2))
    spot = QPoint(round(place.x()), round(place.y()))
    qtbot.mousePress(curve.viewport(), LEFT, pos=spot)
    qtbot.mouseRelease(curve.viewport(), LEFT, pos=spot)
    assert float(dialog.rate.text()) == pytest.approx(0.01, rel=0.1)
    before = curve.chosen.value()
    qtbot.keyClick(curve, Qt.Key.Key_Right)
    assert before < curve.chosen.value() < before + 0.1
    dialog.rate.selectAll()
    qtbot.keyClicks(dialog.rate, "0.02")
    assert curve.chosen.value() == pytest.approx(math.log10(0.02))
    qtbot.mouseClick(dialog.use, LEFT)
    assert services.workspace.plan.optimizer.learning_rate == 0.02


def test_what_is_no_rate_cannot_be_used(qtbot, dialog):
    dialog.rate.selectAll()
    qtbot.keyClicks(dialog.rate, "zero")
    assert not dialog.use.isEnabled()
    assert not dialog.curve.chosen.isVisible()


def test_it_ends_early_on_demand_and_in_silence_when_left(qtbot, services):
    search = RateSearch(services.engine, services.training)
    search.start(services.workspace.run_request())
    qtbot.waitUntil(lambda: bool(search.points), timeout=PATIENCE)
    with qtbot.waitSignal(search.ended, timeout=PATIENCE):
        search.stop()
    assert search.points[-1].rate < HIGH / 2


def test_a_refusal_is_said_in_the_dialog(qtbot, services):
    search = RateSearch(services.engine, services.training)
    workspace = services.workspace
    request = workspace.run_request()
    heard = []
    search.failed.connect(heard.append)
    broken = request.plan.changed(device="cuda")
    from dataclasses import replace

    search.start(replace(request, plan=broken))
    qtbot.waitUntil(lambda: bool(heard), timeout=PATIENCE)
    assert not search.is_running
    assert "cuda" in str(heard[0]).lower() or "gpu" in str(heard[0]).lower()
