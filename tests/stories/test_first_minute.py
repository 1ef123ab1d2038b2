"""A newcomer's first minute: start, train, freeze, fine-tune, save, reopen; with mouse and keys."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from studio.ui.welcome import Welcome
from studio.workspace import State, Workspace
from tests.ui.conftest import studio  # noqa: F401  the fixture


def trained(workspace):
    history = workspace.history
    return workspace.state is State.IDLE and history is not None and history.ended is not None


def test_from_the_first_start_to_a_fine_tuned_network_on_disk(studio, qtbot, tmp_path):  # noqa: F811
    window, workspace = studio.window, studio.services.workspace
    welcome = window.findChild(Welcome)
    qtbot.mouseClick(welcome.findChild(QPushButton), Qt.MouseButton.LeftButton)

    qtbot.mouseClick(window.top.train, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: trained(workspace), timeout=120_000)
    first = workspace.history.ended
    assert first.reason == "finished"
    assert first.metrics["test"]["accuracy"] > 0.95

    conv = next(n for n, node in workspace.page.nodes.items() if node.layer.key == "conv2d")
    workspace.select([conv])
    window.design.canvas.setFocus()
    qtbot.keyClick(window.design.canvas.view, Qt.Key.Key_F)
    assert workspace.page[conv].frozen is True

    window.commands["again"].trigger()
    qtbot.waitUntil(lambda: trained(workspace), timeout=120_000)
    second = workspace.history.ended
    assert second.reason == "finished"
    assert second.frozen_tensors == 2
    assert second.frozen_unchanged

    assert workspace.save(tmp_path / "mine.layerwise")
    other = Workspace()
    assert other.open(tmp_path / "mine.layerwise")
    assert other.document.graph == workspace.document.graph
