"""What freezing saves is said before the run, with the switch for remembered features."""

import pytest
from PySide6.QtCore import Qt

from studio.training.choices.augmentations import Shift
from studio.ui.freeze_gain import FreezeGain, choice_text
from studio.ui.inspector import InspectorPanel
from studio.ui.totals import TotalsPanel
from studio.wording import byte_size

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def workspace(qtbot, services):
    services.data.start()
    qtbot.waitUntil(lambda: services.workspace.dataset is not None, timeout=30_000)
    return services.workspace


@pytest.fixture
def line(qtbot, workspace):
    made = FreezeGain(workspace, wide=True, free=lambda: 10**9)
    qtbot.addWidget(made)
    made.resize(1000, 40)
    made.refresh()
    return made


def test_nothing_is_said_while_everything_trains(line):
    assert line.isHidden()


def test_frozen_layers_show_speed_and_size_and_the_switch_changes_the_plan(qtbot, line, workspace):
    workspace.set_frozen(["conv2d_1", "conv2d_2"], True)
    line.refresh()
    line.show()
    samples = len(workspace.split.train) + len(workspace.split.validation)
    assert line.gain.bytes == samples * 32 * 4 * 4 * 4
    assert line.speed.text() == f"{line.gain.remembered:.2g}× as fast"
    assert line.reason.text().startswith(byte_size(line.gain.bytes))
    assert line.toggle.isChecked()
    qtbot.mouseClick(line.toggle, LEFT)
    assert workspace.plan.cache_features == "off"
    qtbot.waitUntil(lambda: line.speed.text() == f"{line.gain.plain:.2g}× as fast")
    assert line.reason.text() == "Layers that run without gradients: 2."
    assert f"{line.gain.remembered:.2g} times as fast with it" in choice_text(line.gain)
    qtbot.mouseClick(line.toggle, LEFT)
    assert workspace.plan.cache_features == "auto"


def test_pictures_that_change_at_random_cannot_be_remembered(line, workspace):
    workspace.set_frozen(["conv2d_1"], True)
    workspace.set_plan(workspace.plan.changed(augment=(Shift(),)))
    line.refresh()
    line.show()
    assert "no features" in line.reason.text()
    assert not line.toggle.isVisible()


def test_the_inspector_and_the_totals_say_the_same(qtbot, workspace):
    inspector, totals = InspectorPanel(workspace), TotalsPanel(workspace)
    for view in (inspector, totals):
        qtbot.addWidget(view)
        view.show()
    workspace.select(["conv2d_1"])
    said = inspector.node.freeze.gain
    assert not said.isVisible()
    workspace.set_frozen(["conv2d_1"], True)
    qtbot.waitUntil(said.isVisible)
    assert said.gain is not None
    factor = f"{said.gain.speedup:.2g}×"
    assert said.speed.text().startswith(factor)
    qtbot.waitUntil(lambda: totals.speed._value.text() == factor)
