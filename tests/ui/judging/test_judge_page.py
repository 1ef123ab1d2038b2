"""Can the mistakes of a run be seen, corrected in the project alone, and compared with another?"""

import shutil
from collections import deque

import pytest
from PySide6.QtCore import Qt

from studio.runs.judging import figures, picking
from studio.runs.perform import perform
from studio.training.control import Control
from studio.ui.judging.page import JudgePage
from studio.ui.judging.samples import AnsweredSamples
from studio.ui.judging.table import AnswerTable
from studio.ui.runs.panel import RunsPanel
from studio.workspace import Workspace

PATIENCE = 60_000
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """The folder of two runs that were trained once."""
    workspace, folder = Workspace(), tmp_path_factory.mktemp("trained")
    workspace.new_from("digits-cnn")
    workspace.path = folder / "digits.layerwise"
    for epochs in (1, 2):
        workspace.set_plan(workspace.plan.changed(epochs=epochs, threads=1))
        deque(perform(workspace.run_request(), Control()), maxlen=0)
    return workspace.runs_folder


@pytest.fixture
def runs(services, trained):
    shutil.copytree(trained, services.workspace.runs_folder)
    services.workspace.runs_changed.emit(None)
    return sorted(run.folder for run in services.workspace.runs())


@pytest.fixture
def page(shown, services, runs, qtbot):
    made = shown(JudgePage(services.workspace), 1389, 800)
    made.judge(runs[0], "first")
    qtbot.waitUntil(lambda: made.judgment is not None, timeout=PATIENCE)
    return made


def corrections(page):
    return page._workspace.source.corrected


def test_a_run_is_judged_from_the_list_of_runs(shown, services, runs, qtbot):
    panel = shown(RunsPanel(services), 1389, 800)
    panel.table.selectRow(0)

    qtbot.mouseClick(panel.head.judge, LEFT)

    judging = panel.judging
    qtbot.waitUntil(lambda: judging.judgment is not None, timeout=PATIENCE)
    assert judging.isVisible()
    assert judging.judgment.run == panel.table.chosen.folder
    qtbot.keyClick(judging, Qt.Key.Key_Escape)
    assert panel.table.isVisible()


def test_a_cell_lists_its_samples_the_surest_first(page, qtbot):
    answers, matrix = page.judgment.answers, page.mistakes.matrix

    qtbot.mouseClick(matrix, LEFT, pos=matrix.cell_center(3, 3).toPoint())

    shown = page.mistakes.samples.samples
    assert shown.tolist() == picking.in_cell(answers, 3, 3).tolist()
    assert page.mistakes.which.value == "cell"
    sure = page.judgment.found.confidence[page.judgment.places(shown)]
    assert (sure[:-1] >= sure[1:]).all()


def test_a_cell_says_a_share_of_its_row_or_column(page):
    matrix = page.mistakes.matrix
    counts = figures.confusion(page.judgment.answers)

    matrix.show_reading("columns")

    assert matrix._totals()[2].tolist() == counts.sum(axis=0).clip(1).tolist()
    matrix.show_reading("rows")
    assert matrix._totals()[:, 2].tolist() == counts.sum(axis=1).clip(1).tolist()


def test_a_sample_is_relabeled_in_the_project_and_taken_back(page, qtbot):
    samples = page.mistakes.samples
    wrong = int(samples.samples[0])
    before = int(page.judgment.answers.is_right.sum())
    samples.grid.picked.emit(0)
    answered = page.judgment.found.answered[page.judgment.places([wrong])[0]]
    assert samples.line.about.text().endswith(f"· sample {wrong:,}")

    samples.line.classes.activated.emit(int(answered))

    assert corrections(page).relabel == {page.judgment.name(wrong): str(answered)}
    assert wrong not in samples.samples
    assert int(page.judgment.answers.is_right.sum()) == before + 1
    page.mistakes.which._pick(2)
    assert samples.samples.tolist() == [wrong]
    samples.grid.picked.emit(0)
    qtbot.mouseClick(samples.line.take_back, LEFT)
    assert not corrections(page)
    assert int(page.judgment.answers.is_right.sum()) == before
    assert samples.nothing.isVisible()
    assert "right class" in samples.nothing.note.text()


def test_the_keyboard_stays_with_the_samples_when_one_is_corrected(page, qtbot):
    samples = page.mistakes.samples
    samples.grid.picked.emit(0)
    samples.line.exclude.setFocus()

    qtbot.mouseClick(samples.line.exclude, LEFT)

    assert page.window().focusWidget() is samples.grid


def test_a_sample_that_is_left_out_is_judged_no_more(page, qtbot):
    samples, count = page.mistakes.samples, len(page.judgment.answers)
    samples.grid.picked.emit(0)

    qtbot.mouseClick(samples.line.exclude, LEFT)

    assert len(corrections(page).exclude) == 1
    assert len(page.judgment.answers) == count - 1


def test_samples_of_other_data_cannot_be_corrected(page, services):
    source = services.workspace.source
    services.workspace.set_source(source.changed(split_seed=source.split_seed + 1))

    page.mistakes.samples.grid.picked.emit(0)

    assert not page.can_correct
    assert not page.mistakes.samples.line.exclude.isVisible()


def test_classes_are_sorted_by_number(page, qtbot):
    table = page.classes
    table.sortItems(2, Qt.SortOrder.AscendingOrder)

    recalls = [mark.recall for mark in figures.marks(figures.confusion(page.judgment.answers))]
    names = [table.item(row, 0).text() for row in range(table.rowCount())]

    assert [recalls[int(name)] for name in names] == sorted(recalls)
    assert sorted(recalls) != recalls


def test_the_threshold_counts_alarms_and_hits(page):
    page.curves.only.setCurrentIndex(8)
    page.curves.only.chosen.emit()

    page.curves.threshold.slider.setValue(300)

    counts = figures.at_threshold(page.judgment.answers, 8, 0.3)
    shown = {key: label.text() for key, label in page.curves.threshold.values.items()}
    assert shown["hit"] == str(counts[1, 1])
    assert shown["alarm"] == str(counts[0, 1])
    assert shown["free"] == str(counts[0, 0])


def test_what_flipped_between_two_runs_is_listed(page, runs, qtbot):
    flips = page.flips
    page.head.tab._pick(3)
    assert [flips.run.itemData(at) for at in range(flips.run.count())] == [runs[1]]
    flips.run.setCurrentIndex(0)

    flips.run.activated.emit(0)

    qtbot.waitUntil(flips.samples.isVisible, timeout=PATIENCE)
    before = flips._before
    expected = picking.flips(before.answers, page.judgment.answers)
    assert len(expected.lost) + len(expected.gained) > 0
    assert flips.samples.samples.tolist() == expected.gained.tolist()
    flips.which._pick(1)
    assert flips.samples.samples.tolist() == expected.lost.tolist()


def test_a_run_that_came_since_can_be_compared_with(page, runs, services):
    page.head.tab._pick(3)
    flips, away = page.flips, runs[1].with_name("away")
    runs[1].rename(away.parent.parent / "away")
    services.workspace.runs_changed.emit(None)
    assert flips.run.count() == 0
    nothing = flips.message.title.text()

    (away.parent.parent / "away").rename(runs[1])
    services.workspace.runs_changed.emit(None)

    assert flips.run.itemData(0) == runs[1]
    assert flips.message.title.text() != nothing


def test_the_count_tells_how_many_samples_are_shown(page, shown):
    samples, some = AnsweredSamples(), page.judgment.found.samples
    samples.show_samples(page.judgment, some[:0])
    shown(samples, 900, 500)

    samples.show_samples(page.judgment, some)

    assert samples.count.text().split(" ")[0] == f"1–{len(samples.grid._drawings)}"


def test_a_table_says_what_was_answered_before(page, runs, qtbot):
    flips = page.flips
    flips.run.setCurrentIndex(0)
    flips.run.activated.emit(0)
    qtbot.waitUntil(lambda: not flips.asker.is_asking, timeout=PATIENCE)
    table, now, before = AnswerTable(), page.judgment, flips._before
    qtbot.addWidget(table)
    lost = picking.flips(before.answers, now.answers).lost

    table.show_samples(now, lost, before)

    model, classes = table.samples, now.found.classes
    assert model.columns[:4] == ("True", "Answered before", "Answered", "Share")
    told = [[model.index(row, at).data() for at in range(3)] for row in range(len(lost))]
    was = [classes[int(before.found.answered[before.places([one])[0]])] for one in lost]
    answered = [classes[int(now.found.answered[now.places([one])[0]])] for one in lost]
    assert told == [list(row) for row in zip(was, was, answered, strict=True)]
    table.show_samples(now, lost)
    assert model.columns[:3] == ("True", "Answered", "Share")


def test_asking_is_cancelled_in_silence(page, qtbot):
    former = page.judgment
    page.head.part._pick(0)
    assert page.asker.is_asking

    qtbot.mouseClick(page.stop, LEFT)

    assert not page.asker.is_asking
    assert page.message.isVisible()
    assert page.judgment is former


def test_a_refusal_is_told(page, qtbot, tmp_path):
    page.ask_about(tmp_path / "nothing here")

    qtbot.waitUntil(lambda: not page.asker.is_asking, timeout=PATIENCE)

    assert "nothing here" in page.message.note.text()
    assert not page.head.report.isEnabled()
