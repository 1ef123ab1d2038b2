"""Does the line at the foot say what happened, and fall silent again?"""

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QWidget

from studio.ui.bridge import TrainingBridge
from studio.ui.loading import DatasetLoader, EngineLoader
from studio.ui.services import Services
from studio.ui.statusline import StatusLine
from studio.ui.toast import Toast, reading_ms
from studio.workspace import Notice, Workspace


@pytest.fixture
def services(qapp):
    workspace = Workspace()
    return Services(
        workspace,
        TrainingBridge(workspace, qapp),
        EngineLoader(qapp),
        DatasetLoader(workspace, qapp),
    )


@pytest.fixture
def room(qtbot):
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(800, 400)
    made.show()
    return made


def test_a_notice_leaves_the_line_when_the_toast_leaves(qtbot, services, room):
    line = StatusLine(services, room)
    services.workspace.notice.emit(Notice("Saved."))
    assert line._said.text() == "Saved."
    assert line._clock.interval() == reading_ms("Saved.") >= 3000
    line._clock.timeout.emit()
    assert line._said.text() == ""
    assert line._said.toolTip() == ""


def test_an_engine_that_outlives_its_window_does_not_reach_for_the_line(services, room, qapp):
    gone = StatusLine(services, room)
    gone.deleteLater()
    qapp.sendPostedEvents(gone, QEvent.Type.DeferredDelete)
    services.engine.ready.emit("2.0")


def test_the_icon_of_a_toast_stands_level_with_its_line(room):
    toast = Toast(room)
    toast.show_notice(Notice("Saved."))
    icon, text = toast._icon.geometry(), toast._text.geometry()
    assert abs(icon.center().y() - text.center().y()) <= 1
