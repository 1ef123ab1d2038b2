"""Do one's own data come in, whatever is dropped, and can they be looked at closely?"""

import csv
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from studio.datasets.dataset import Dataset, Split
from studio.datasets.problems import Problem
from studio.datasets.source import read_source
from studio.ui.bridge import TrainingBridge
from studio.ui.data import start
from studio.ui.data.counting import MOST_BARS, Bar, counted, most_frequent, summary
from studio.ui.data.drawings import Lines, Picture, drawn
from studio.ui.data.panel import DataPanel
from studio.ui.data.standing import DataBadge, said
from studio.ui.kit import Segmented
from studio.ui.loading import DatasetLoader, EngineLoader
from studio.ui.services import Services
from studio.workspace import Workspace

PATIENCE = 60_000
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def services():
    workspace, app = Workspace(), QApplication.instance()
    return Services(
        workspace,
        TrainingBridge(workspace, app),
        EngineLoader(app),
        DatasetLoader(workspace, app),
    )


@pytest.fixture
def panel(qtbot, shown, services):
    yield shown(DataPanel(services), 1300, 760)
    qtbot.waitUntil(lambda: not services.data.is_loading, timeout=PATIENCE)


@pytest.fixture
def table(tmp_path):
    """Return a table of a number, a category and a class that follows from both."""
    rng, path = np.random.default_rng(0), tmp_path / "plants.csv"
    with path.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["height", "soil", "blooms"])
        for _row in range(120):
            height, soil = rng.uniform(1, 9), rng.choice(["sand", "clay"])
            writer.writerow([f"{height:.2f}", soil, "yes" if height > 5 else "no"])
    return path


@pytest.fixture
def photos(tmp_path):
    rng = np.random.default_rng(0)
    for name, shade in (("dark", 40), ("light", 200)):
        (tmp_path / "photos" / name).mkdir(parents=True)
        for number in range(12):
            pixels = rng.integers(shade, shade + 50, (24, 36, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(tmp_path / "photos" / name / f"{number}.png")
    return tmp_path / "photos"


def bring(qtbot, panel, services, path):
    services.data.bring(path)
    qtbot.waitUntil(
        lambda: not services.data.is_loading and services.workspace.dataset is not None,
        timeout=PATIENCE,
    )


def test_a_table_is_shown_with_what_its_columns_hold(qtbot, panel, services, table):
    bring(qtbot, panel, services, table)
    columns = panel.source.columns
    qtbot.waitUntil(lambda: len(columns.menus) == 3, timeout=PATIENCE)
    assert list(columns.menus) == ["height", "soil", "blooms"]
    assert panel.source.own.name.text() == "plants.csv"
    assert columns.menus["soil"].itemText(0) == "category · auto"
    assert columns.menus["blooms"].currentData() == "target"
    columns._choose("soil", "target")
    qtbot.waitUntil(lambda: services.workspace.dataset is not None, timeout=PATIENCE)
    assert services.workspace.dataset.classes == ("clay", "sand")
    columns._choose("blooms", "ignore")
    qtbot.waitUntil(lambda: services.workspace.dataset is not None, timeout=PATIENCE)
    assert services.workspace.dataset.columns == ("height",)


def test_another_way_to_read_the_same_file_is_offered(qtbot, panel, services, table):
    bring(qtbot, panel, services, table)
    own = panel.source.own
    offered = [own.as_kind.itemData(at).key for at in range(own.as_kind.count())]
    assert offered[0] == "table"
    assert len(offered) > 1
    own.as_kind.setCurrentIndex(1)
    own.as_kind.activated.emit(1)
    assert services.workspace.source.key == offered[1]
    assert [own.as_kind.itemData(at).key for at in range(own.as_kind.count())] == offered


def test_what_holds_nothing_known_leaves_the_data_and_is_explained(
    qtbot, panel, services, table, tmp_path
):
    bring(qtbot, panel, services, table)
    before, notices = services.workspace.dataset, []
    services.workspace.notice.connect(lambda notice: notices.append(notice.text))
    packed = tmp_path / "photos.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.txt", "hello")
    services.data.bring(packed)
    qtbot.waitUntil(lambda: bool(notices), timeout=PATIENCE)
    assert "Unpack it first" in notices[0]
    assert services.workspace.dataset is before
    assert panel.middle.currentWidget() is panel.browser


def test_an_archive_dropped_first_is_explained_on_the_page(qtbot, panel, services, tmp_path):
    packed = tmp_path / "photos.zip"
    packed.write_bytes(b"PK\x03\x04" + bytes(60))
    services.data.bring(packed)
    qtbot.waitUntil(lambda: panel.middle.currentWidget() is panel.failed, timeout=PATIENCE)
    assert "Unpack it first" in panel.failed.note.text()


def test_a_click_shows_a_picture_large_with_its_file(qtbot, panel, services, photos):
    bring(qtbot, panel, services, photos)
    browser = panel.browser
    qtbot.mouseClick(browser.grid, LEFT, pos=browser.grid._cell(1).center().toPoint())
    assert browser.kinds.currentWidget() is browser.closer
    words = [label.text() for label in browser.closer._facts.findChildren(QLabel)]
    origin = services.workspace.dataset.origins[int(services.workspace.split.train[1])]
    assert any(origin in word for word in words)
    qtbot.keyClick(browser.closer, Qt.Key.Key_Right)
    assert browser.closer._at == 2
    qtbot.keyClick(browser.closer, Qt.Key.Key_Escape)
    assert browser.kinds.currentWidget() is browser.grid


def test_the_samples_of_a_problem_are_shown_until_all_are_wanted(qtbot, panel, services, photos):
    bring(qtbot, panel, services, photos)
    workspace = services.workspace
    problem = Problem("odd", "warning", "Two are odd.", samples=(3, 5))
    workspace.accept_dataset(replace(workspace.dataset, problems=(problem,)), workspace.split)
    entry = panel.facts.problems.entries[0]
    qtbot.mouseClick(entry.look, LEFT)
    assert panel.browser._shown.tolist() == [3, 5]
    assert panel.browser.all.isVisible()
    qtbot.mouseClick(panel.browser.all, LEFT)
    assert panel.browser._shown.tolist() == workspace.split.train.tolist()


def test_problems_stand_on_the_tab_and_before_training(qtbot, services, panel, photos):
    bring(qtbot, panel, services, photos)
    tabs = Segmented([("data", "Data")], "Pages", icon_names=["data"])
    qtbot.addWidget(tabs)
    badge = DataBadge(services, tabs)
    assert badge.parent() is tabs
    assert tabs.badge("data") == ""
    assert said(services) == ""
    workspace = services.workspace
    problems = (Problem("bad", "error", "One is torn."), Problem("x", "note", "Fine."))
    workspace.accept_dataset(replace(workspace.dataset, problems=problems), workspace.split)
    assert tabs.badge("data") == "1"
    assert "One is torn." in said(services)
    workspace.set_source(read_source({"type": "pictures", "folder": "/nowhere/at/all"}))
    qtbot.waitUntil(lambda: services.data.error is not None, timeout=PATIENCE)
    assert tabs.badge("data") == "!"
    assert "/nowhere/at/all" in said(services)


def test_a_proposal_is_one_step_that_undo_takes_back(qtbot, panel, services, table, monkeypatch):
    bring(qtbot, panel, services, table)
    workspace = services.workspace
    graph, plan = workspace.document.graph, workspace.plan
    with qtbot.waitSignal(panel.revealed):
        qtbot.mouseClick(panel.facts.start.button, LEFT)
    proposal = workspace.plan
    assert not workspace.report.errors
    assert proposal != plan
    workspace.undo()
    assert workspace.document.graph == graph
    assert workspace.plan == plan
    workspace.redo()
    assert workspace.plan == proposal
    monkeypatch.setattr(start, "ask", lambda *_asked: "keep")
    kept = workspace.document.graph
    panel.facts.start.propose()
    assert workspace.document.graph is kept


def test_a_clicked_column_shows_how_its_values_are_spread(qtbot, panel, services, table):
    bring(qtbot, panel, services, table)
    panel.browser.table.horizontalHeader().sectionClicked.emit(1)
    shown = panel.facts.distribution
    assert shown.column.currentText() == "height"
    heights = services.workspace.dataset.inputs[:, 0]
    assert f"{heights.max():.5g}" in shown.words.text()


def test_thousands_of_classes_are_counted_and_only_the_most_frequent_shown():
    bars = tuple(Bar(str(number), number, 0, 0) for number in range(5_000))
    kept, words = most_frequent(bars)
    assert len(kept) == MOST_BARS
    assert kept[0].total == 4_999
    assert "5,000" in words
    assert most_frequent(bars[:3]) == (bars[:3], "")


def test_a_class_that_is_a_space_can_be_seen():
    dataset = Dataset("text", np.zeros((4, 1)), np.array([0, 1, 1, 0]), classes=("a", " "))
    bars = counted(dataset, Split(np.arange(2), np.arange(2, 3), np.arange(3, 4)))
    assert [bar.name for bar in bars] == ["a", "␣"]


def test_values_are_summed_up_without_those_that_are_missing():
    values = np.array([1.0, np.nan, 3.0, 5.0])
    found = summary(values)
    assert found is not None
    assert (found.low, found.mean, found.high, found.missing) == (1.0, 3.0, 5.0, 1)
    assert summary(np.array([np.nan])) is None


def test_the_peaks_of_a_long_wave_are_seen():
    wave = np.zeros((1, 50_000), np.float32)
    wave[0, 1_250:6_250] = 0.5
    wave[0, 31_111] = 1.0
    drawing = drawn(wave)
    assert isinstance(drawing, Lines)
    assert drawing.values.shape[1] <= 100
    assert drawing.values.max() == 1.0
    assert drawing.values[0, 4] == 0.5
    series = drawn(np.stack([np.arange(30.0), -np.arange(30.0)], axis=1))
    assert isinstance(series, Lines)
    assert series.values.shape == (2, 30)
    assert series.values[1, 0] == 1.0


def test_the_cells_of_the_file_can_be_read_beside_what_became_of_them(
    qtbot, panel, services, table
):
    bring(qtbot, panel, services, table)
    browser, dataset = panel.browser, services.workspace.dataset
    model, sample = browser.table.samples, int(services.workspace.split.train[0])
    assert model.headerData(2, Qt.Orientation.Horizontal) == "soil = clay"
    browser.reading._pick(1)
    assert model.columns == ("blooms", "height", "soil")
    with table.open() as stream:
        rows = list(csv.reader(stream))
    line = int(dataset.origins[sample].removeprefix("row "))
    assert [model.data(model.index(0, at)) for at in (1, 2)] == rows[line - 1][:2]
    browser.table.horizontalHeader().sectionClicked.emit(2)
    assert panel.facts.distribution.column.currentText() == "soil = clay"
    browser._look(0)
    words = [label.text() for label in browser.closer._facts.findChildren(QLabel)]
    assert "As it stands in the file" in words
    assert rows[line - 1][1] in words


def test_low_pitches_are_drawn_below_high_ones():
    sound = np.zeros((1, 4, 6), np.float32)
    sound[0, 0] = 1.0  # the lowest band alone sounds
    drawing = drawn(sound, rises=True)
    assert isinstance(drawing, Picture)
    assert drawing.image.pixelColor(2, 3).red() == 255
    assert drawing.image.pixelColor(2, 0).red() == 0


def test_a_correction_reads_no_file_again(qtbot, panel, services, photos):
    bring(qtbot, panel, services, photos)
    workspace = services.workspace
    before, sample = workspace.dataset, int(workspace.split.train[0])
    name = str(before.origins[sample])
    for path in photos.rglob("*.png"):
        path.unlink()
    other = next(
        label for label in before.classes if label != before.classes[before.targets[sample]]
    )
    with qtbot.waitSignal(services.data.loaded, timeout=PATIENCE):
        workspace.set_source(workspace.source.changed(corrections={"relabel": {name: other}}))
    assert workspace.dataset.classes[workspace.dataset.targets[sample]] == other
    assert workspace.dataset.inputs is before.inputs
    with qtbot.waitSignal(services.data.loaded, timeout=PATIENCE):
        workspace.set_source(workspace.source.changed(corrections={}))
    assert workspace.dataset.targets[sample] == before.targets[sample]


def test_a_folder_that_was_away_is_read_when_it_is_back(qtbot, panel, services, photos):
    away = photos.with_name("away")
    photos.rename(away)
    services.workspace.set_source(read_source({"type": "pictures", "folder": str(photos)}))
    qtbot.waitUntil(lambda: panel.middle.currentWidget() is panel.failed, timeout=PATIENCE)
    away.rename(photos)
    qtbot.mouseClick(panel.again, LEFT)
    qtbot.waitUntil(lambda: panel.middle.currentWidget() is panel.browser, timeout=PATIENCE)


def test_the_data_sets_that_come_along_fold_away_beside_own_data(qtbot, panel, services, photos):
    assert panel.source.list.isVisible()
    bring(qtbot, panel, services, photos)
    assert not panel.source.list.isVisible()
    qtbot.mouseClick(panel.source.others, LEFT)
    assert panel.source.list.isVisible()


def test_the_keyboard_walks_through_the_pictures_and_opens_one(qtbot, panel, services, photos):
    bring(qtbot, panel, services, photos)
    grid, closer = panel.browser.grid, panel.browser.closer
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left):
        qtbot.keyClick(grid, key)
    qtbot.keyClick(grid, Qt.Key.Key_Return)
    assert closer.isVisible()
    assert closer._at == 1
    place = str(services.workspace.dataset.origins[int(services.workspace.split.train[1])])
    assert grid._hint(1) == place
    assert grid._hint(None) == ""
