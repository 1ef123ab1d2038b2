"""What tests of the window share: the theme, and a whole studio in one fixture."""

import pytest
from PySide6.QtCore import QEvent, QThread
from PySide6.QtWidgets import QApplication

from studio.ui import theme


@pytest.fixture(autouse=True)
def _dark(qapp):
    theme.apply(qapp, "dark")
    yield
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # else old widgets slow the next theme


@pytest.fixture
def studio(qtbot, qapp: QApplication):
    """A running studio with its window on the first example, as a newcomer finds it."""
    from studio.app import Studio

    made = Studio(qapp)
    made.start(None)
    qtbot.addWidget(made.window)
    qtbot.waitUntil(lambda: made.services.workspace.dataset is not None, timeout=30_000)
    yield made
    made.window.hide()  # a hidden window closes without asking
    made.close()
    qtbot.waitUntil(lambda: not made.services.training.is_running(), timeout=30_000)
    engine = made.services.engine
    qtbot.waitUntil(
        lambda: not any(task.isRunning() for task in engine.findChildren(QThread)), timeout=30_000
    )
