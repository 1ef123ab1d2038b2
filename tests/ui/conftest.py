"""What tests of the window share: the theme, and a whole studio in one fixture."""

import pytest
from PySide6.QtCore import QEvent, QThread
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from studio.ui import theme
from studio.ui.bridge import TrainingBridge
from studio.ui.loading import DatasetLoader, EngineLoader
from studio.ui.services import Services
from studio.workspace import Workspace


@pytest.fixture(autouse=True)
def _dark(qapp):
    theme.apply(qapp, "dark")
    yield
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # else old widgets slow the next theme


@pytest.fixture
def shown(qtbot):
    """Show a widget in a size, wait until it is there, and close it with the test."""

    def show(widget, width: int, height: int):
        qtbot.addWidget(widget)
        widget.resize(width, height)
        with qtbot.waitExposed(widget):
            widget.show()
        return widget

    return show


@pytest.fixture
def studio(qtbot, qapp: QApplication):
    """A running studio with its window on the first example, as a newcomer finds it."""
    from studio.app import Studio

    made = Studio(qapp)
    made.start(None)
    qtbot.addWidget(made.window, before_close_func=lambda window: window.hide())  # asks nothing
    qtbot.waitUntil(lambda: made.services.workspace.dataset is not None, timeout=30_000)
    yield made
    if isValid(made.window):
        made.window.hide()  # a hidden window closes without asking
    made.close()
    qtbot.waitUntil(lambda: not made.services.training.is_running(), timeout=30_000)
    engine = made.services.engine
    qtbot.waitUntil(
        lambda: not any(task.isRunning() for task in engine.findChildren(QThread)), timeout=30_000
    )


@pytest.fixture
def workspace():
    """A workspace with the network of the articles."""
    made = Workspace()
    made.new_from("mnist-cnn")
    return made


@pytest.fixture
def services(qtbot, qapp, tmp_path):
    """What outlives a window, with a short plan for the digits; its run ends with the test."""
    workspace = Workspace()
    workspace.new_from("digits-cnn")
    workspace.path = tmp_path / "digits.layerwise"
    workspace.set_plan(workspace.plan.changed(epochs=1, threads=1))
    training = TrainingBridge(workspace, qapp)
    yield Services(workspace, training, EngineLoader(qapp), DatasetLoader(workspace, qapp))
    training.shut_down(lambda: None)
    qtbot.waitUntil(lambda: not training.is_running(), timeout=60_000)
    # such as the one that asks a device for its memory; those that end are deleted meanwhile
    threads = qapp.findChildren(QThread)
    qtbot.waitUntil(
        lambda: not any(isValid(thread) and thread.isRunning() for thread in threads),
        timeout=30_000,
    )
