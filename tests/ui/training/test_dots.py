"""Checkpoints are dots on the loss curve of the Train page, while the run goes on and after it."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt

from studio.runs.overview.branching import points
from studio.ui.train_page import TrainPage

LEFT = Qt.MouseButton.LeftButton
PATIENCE = 60_000


@pytest.fixture
def page(qtbot, services):
    made = TrainPage(services)
    qtbot.addWidget(made)
    made.resize(1500, 1000)
    made.show()
    return made


def spot(page, number: int) -> QPoint:
    """Where a dot is drawn, in the viewport of the plot."""
    place = page.dots.dots.points()[number].pos()
    found = page.loss.plot.getViewBox().mapViewToScene(QPointF(place))
    return QPoint(round(found.x()), round(found.y()))


def test_dots_come_while_the_run_goes_on(qtbot, page, services):
    workspace = services.workspace
    workspace.set_plan(workspace.plan.changed(epochs=100_000))
    services.training.start(workspace.run_request())
    assert not page.dots.points
    qtbot.waitUntil(lambda: bool(page.dots.points), timeout=PATIENCE)
    assert workspace.is_training
    first = max(point.step for point in page.dots.points)
    qtbot.waitUntil(lambda: max(point.step for point in page.dots.points) > first, timeout=PATIENCE)
    workspace.stop()
    qtbot.waitUntil(lambda: not services.training.is_running(), timeout=PATIENCE)
    # only now and then is the folder read, so the last dot may come a moment later
    qtbot.waitUntil(lambda: page.dots.points == points(workspace.run_folder), timeout=PATIENCE)


def test_a_dot_says_what_it_is_and_a_click_branches_from_it(qtbot, page, services):
    workspace = services.workspace
    workspace.set_plan(workspace.plan.changed(epochs=3))
    services.training.start(workspace.run_request())
    qtbot.waitUntil(lambda: not services.training.is_running(), timeout=PATIENCE)
    qtbot.waitUntil(lambda: page.dots.points == points(workspace.run_folder), timeout=PATIENCE)
    qtbot.waitUntil(lambda: page.loss.value.text() != "")
    assert {"best", "last"} <= {point.name for point in page.dots.points}
    heard = []
    page.dots.picked.disconnect()
    page.dots.picked.connect(heard.append)
    viewport = page.loss.plot.viewport()
    place = spot(page, 0)
    qtbot.mouseMove(viewport, place + QPoint(30, -30))
    qtbot.wait(30)  # the plot takes a hundred moves a second at most
    qtbot.mouseMove(viewport, place)
    qtbot.waitUntil(lambda: "Click to branch from here." in page.loss.plot.getViewBox().toolTip())
    qtbot.mousePress(viewport, LEFT, pos=place)
    qtbot.mouseRelease(viewport, LEFT, pos=place)
    assert len(heard) == 1
    assert heard[0] in {point.name for point in page.dots.points}
    qtbot.mouseMove(viewport, place + QPoint(40, -40))
