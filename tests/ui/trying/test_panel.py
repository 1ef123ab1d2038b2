"""Can a trained network be asked by drawing, and by a test sample?"""

import gc
import weakref

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from studio.datasets.source import SOURCES
from studio.ui.bridge import TrainingBridge
from studio.ui.trying.panel import TryPanel
from studio.workspace import Workspace

PATIENCE = 60_000
LEFT = Qt.MouseButton.LeftButton


def wait_for_answer(qtbot, panel) -> None:
    qtbot.waitUntil(lambda: not panel.asking.is_busy, timeout=PATIENCE)


def test_before_training_there_is_nothing_to_ask(qtbot):
    panel = TryPanel(Workspace())
    qtbot.addWidget(panel)
    panel.show()
    assert panel.empty.isVisible()
    assert not panel.pane.isVisible()


def test_a_drawn_one_is_recognized_while_the_mouse_is_still_down(qtbot, shown, trained):
    workspace = trained("digits-cnn", 8)
    panel = shown(TryPanel(workspace), 330, 760)
    pad = panel.fields[0].pad
    told = []
    workspace.trial_changed.connect(told.append)
    QTest.mousePress(pad, LEFT, pos=QPoint(130, 40))
    for y in (120, 200):
        QTest.mouseMove(pad, QPoint(130, y))
    wait_for_answer(qtbot, panel)
    assert panel.answer.answer.text() == "1"
    assert "1 " in panel.answer.bars.accessibleDescription()
    assert panel.answer.seen.isVisible()
    assert told[-1].run == workspace.run_folder
    assert told[-1].inputs[panel.fields[0].name].shape == (1, 8, 8)
    QTest.mouseRelease(pad, LEFT, pos=QPoint(130, 200))
    qtbot.mouseClick(panel.clear, LEFT)
    assert panel.answer.answer.text() == ""
    assert workspace.trial is None


def test_test_samples_are_answered_with_the_truth_beside(qtbot, shown, trained):
    panel = shown(TryPanel(trained("digits-cnn", 8)), 330, 760)
    right = 0
    for _try in range(6):
        qtbot.mouseClick(panel.sample, LEFT)
        qtbot.waitUntil(lambda: "right answer" in panel.answer.note.text(), timeout=PATIENCE)
        answer = panel.answer
        right += answer.note.text() == f"The right answer is {answer.answer.text()}."
        answer.note.setText("")
    assert right >= 4


def test_a_test_sample_is_one_of_the_run_whatever_data_are_open_now(qtbot, shown, trained):
    workspace = trained("digits-cnn", 1)
    panel = shown(TryPanel(workspace), 330, 760)
    workspace.set_source(SOURCES["iris"]())
    qtbot.mouseClick(panel.sample, LEFT)
    qtbot.waitUntil(lambda: panel.answer.answer.text() != "", timeout=PATIENCE)
    assert not panel.fields[0].pad.is_empty


def test_another_checkpoint_is_asked_once_it_is_chosen(qtbot, shown, trained):
    panel = shown(TryPanel(trained("mlp", 4)), 330, 760)
    wait_for_answer(qtbot, panel)
    combo = panel.weights.combo
    names = [combo.itemData(place) for place in range(combo.count())]
    assert names[combo.currentIndex()] == "last"
    before = panel.answer.bars.accessibleDescription()
    early = next(name for name in names if name not in {"last", "best", "before"})
    combo.setFocus()
    while panel.weights.value != early:
        step = 1 if names.index(early) > combo.currentIndex() else -1
        qtbot.keyClick(combo, Qt.Key.Key_Down if step > 0 else Qt.Key.Key_Up)
    wait_for_answer(qtbot, panel)
    assert panel.answer.bars.accessibleDescription() != before


def test_a_run_is_asked_while_it_still_trains(qtbot, qapp, shown, tmp_path):
    workspace = Workspace()
    workspace.new_from("digits-cnn")
    workspace.path = tmp_path / "live.layerwise"
    workspace.set_plan(workspace.plan.changed(epochs=500, threads=1, checkpoint_every=1.0))
    panel = shown(TryPanel(workspace), 330, 760)
    bridge = TrainingBridge(workspace, qapp)
    bridge.start(workspace.run_request())
    qtbot.waitUntil(lambda: workspace.is_training and panel.empty.isVisible(), timeout=PATIENCE)
    assert "first checkpoint" in panel.empty.note.text()
    qtbot.waitUntil(panel.pane.isVisible, timeout=PATIENCE)
    pad = panel.fields[0].pad
    QTest.mousePress(pad, LEFT, pos=QPoint(130, 40))
    QTest.mouseMove(pad, QPoint(130, 200))
    QTest.mouseRelease(pad, LEFT, pos=QPoint(130, 200))
    qtbot.waitUntil(lambda: panel.answer.answer.text() != "", timeout=PATIENCE)
    assert workspace.is_training
    workspace.stop()
    qtbot.waitUntil(lambda: not bridge.is_running(), timeout=PATIENCE)
    wait_for_answer(qtbot, panel)


def test_of_many_questions_the_last_is_answered_and_none_waits_in_line(qtbot, shown, trained):
    panel = shown(TryPanel(trained("mlp", 1)), 330, 760)
    wait_for_answer(qtbot, panel)
    asked, answered = [], []
    panel.asking.answered.disconnect()
    panel.asking.answered.connect(answered.append)

    def noted(number):
        def work(_tryout):
            asked.append(number)
            return number

        return work

    for number in range(50):
        panel.asking.ask(noted(number))
        qtbot.wait(2)
    wait_for_answer(qtbot, panel)
    assert answered[-1] == 49
    assert len(asked) < 25
    assert asked == sorted(asked)


def test_a_run_that_is_gone_is_asked_no_more_and_lets_its_memory_go(qtbot, shown, trained):
    workspace = trained("mlp", 1)
    panel = shown(TryPanel(workspace), 330, 760)
    wait_for_answer(qtbot, panel)
    assert workspace.trial is not None
    kept = []
    panel.asking.answered.disconnect()
    panel.asking.answered.connect(kept.append)
    panel.asking.ask(weakref.ref)
    wait_for_answer(qtbot, panel)
    assert kept[0]() is not None
    workspace.delete_run(workspace.run_folder)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    assert kept[0]() is None
    assert workspace.trial is None
    assert panel.empty.isVisible()
