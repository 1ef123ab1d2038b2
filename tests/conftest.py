"""What every test may rely on: no screen needed, English, an empty home, one torch thread."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["LAYERWISE_LANGUAGE"] = "en"

import pytest
from hypothesis import HealthCheck, settings

from studio.wording import use_language

settings.register_profile(
    "house", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("house")


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("LAYERWISE_HOME", str(tmp_path_factory.mktemp("home")))
    use_language("en")
    yield
    use_language("en")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup():
    """Compute on one thread, in fixtures too, whatever a run before has chosen."""
    import torch

    torch.set_num_threads(1)


@pytest.fixture(autouse=True)
def _nothing_left_behind(request):
    """Fail a test of the window that leaves a running thread or a visible window."""
    yield
    if "qtbot" not in request.fixturenames:
        return
    from PySide6.QtCore import Qt, QThread
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication, QWidget

    QTest.keyRelease(QWidget(), Qt.Key.Key_Control)  # Qt holds a modifier till the next event
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    running = [t for t in app.findChildren(QThread) if t.isRunning()]
    assert not running, f"threads still running: {running}"
