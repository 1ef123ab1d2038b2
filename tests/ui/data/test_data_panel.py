"""Can data be chosen, looked at and understood on the Data page?"""

import gzip
import struct
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtWidgets import QApplication, QLineEdit

from studio.datasets.dataset import Dataset, Split
from studio.datasets.problems import Problem
from studio.datasets.source import SOURCES
from studio.ui.bridge import TrainingBridge
from studio.ui.data.counting import counted
from studio.ui.data.facts_panel import facts_of, remarks_on
from studio.ui.data.panel import DataPanel
from studio.ui.data.problem_list import ProblemEntry
from studio.ui.data.samples import SampleGrid
from studio.ui.loading import DatasetLoader, EngineLoader
from studio.ui.pictures import label_of, picture
from studio.ui.services import Services
from studio.workspace import Workspace

PATIENCE = 60_000
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def workspace():
    return Workspace()


@pytest.fixture
def panel(qtbot, shown, workspace):
    app = QApplication.instance()
    training = TrainingBridge(workspace, app)
    loader = DatasetLoader(workspace, app)
    yield shown(DataPanel(Services(workspace, training, EngineLoader(app), loader)), 1300, 760)
    qtbot.waitUntil(lambda: not loader.is_loading, timeout=PATIENCE)


def idx(axes: tuple[int, ...], values: bytes) -> bytes:
    head = struct.pack(">BBBB", 0, 0, 8, len(axes)) + struct.pack(f">{len(axes)}I", *axes)
    return gzip.compress(head + values)


@pytest.fixture
def small_mnist(tmp_path):
    rng = np.random.default_rng(0)
    for part, count in (("train", 200), ("t10k", 50)):
        pixels = rng.integers(0, 256, count * 784, dtype=np.uint8).tobytes()
        labels = bytes(number % 10 for number in range(count))
        images = tmp_path / f"{part}-images-idx3-ubyte.gz"
        images.write_bytes(idx((count, 28, 28), pixels))
        (tmp_path / f"{part}-labels-idx1-ubyte.gz").write_bytes(idx((count,), labels))
    return tmp_path


def test_without_a_source_the_page_asks_to_choose_one(panel):
    assert panel.middle.currentWidget() is panel.nothing
    assert not panel.facts.isVisible()


def test_a_click_on_digits_loads_and_shows_them(qtbot, panel, workspace):
    qtbot.mouseClick(panel.source.list.cards["digits"], LEFT)
    assert panel.middle.currentWidget() is panel.loading
    qtbot.waitUntil(lambda: panel.middle.currentWidget() is panel.browser, timeout=PATIENCE)
    assert panel.browser.grid.isVisible()
    assert panel.browser.count.text().endswith("of 1,259")
    assert panel.facts.parts["train"].text().startswith("1,259")
    first = panel.browser.count.text()
    qtbot.mouseClick(panel.browser.later, LEFT)
    assert panel.browser.count.text() != first
    qtbot.mouseClick(panel.browser.earlier, LEFT)
    assert panel.browser.count.text() == first


def test_the_keyboard_chooses_a_table_and_it_is_shown_as_rows(qtbot, panel, workspace):
    card = panel.source.list.cards["wine"]
    card.setFocus()
    qtbot.keyClick(card, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: panel.middle.currentWidget() is panel.browser, timeout=PATIENCE)
    model = panel.browser.table.samples
    assert panel.browser.table.isVisible()
    assert model.columnCount() == 14
    sample = int(workspace.split.train[0])
    assert model.data(model.index(0, 1)) == f"{workspace.dataset.inputs[sample, 0]:.5g}"
    assert model.headerData(1, Qt.Orientation.Horizontal) == "alcohol"


def test_part_and_class_filter_the_samples(qtbot, panel, workspace):
    workspace.set_source(SOURCES["digits"]())
    qtbot.waitUntil(lambda: panel.middle.currentWidget() is panel.browser, timeout=PATIENCE)
    browser = panel.browser
    qtbot.mouseClick(browser.part, LEFT, pos=QPoint(browser.part.width() - 12, 14))
    assert browser.part.value == "test"
    browser.only.setCurrentIndex(4)
    browser.only.activated.emit(4)
    shown = browser.grid._indices
    assert len(shown) > 5
    assert set(shown.tolist()) <= set(workspace.split.test.tolist())
    assert set(workspace.dataset.targets[shown].tolist()) == {3}


def test_typing_a_share_splits_anew_and_keeps_the_hand_in_the_field(qtbot, panel, workspace):
    workspace.set_source(SOURCES["iris"]())
    qtbot.waitUntil(lambda: workspace.dataset is not None, timeout=PATIENCE)
    share = panel.source.form.row("validation").editor.findChild(QLineEdit)
    share.setFocus()
    share.selectAll()
    qtbot.keyClicks(share, "0.4")
    qtbot.waitUntil(
        lambda: workspace.split is not None and len(workspace.split.validation) == 60,
        timeout=PATIENCE,
    )
    assert panel.source.form.row("validation").editor.findChild(QLineEdit) is share
    assert share.text() == "0.4"


def test_a_missing_folder_is_explained_and_choosing_one_helps(qtbot, panel, workspace, small_mnist):
    workspace.set_source(SOURCES["mnist"]())
    qtbot.waitUntil(lambda: panel.middle.currentWidget() is panel.failed, timeout=PATIENCE)
    assert "MNIST needs the folder" in panel.failed.note.text()
    assert panel.folder.isVisible()
    assert not panel.again.isVisible()
    panel.source.choose_folder(small_mnist)
    qtbot.waitUntil(lambda: panel.middle.currentWidget() is panel.browser, timeout=PATIENCE)
    assert panel.facts.parts["test"].text().startswith("50")
    notes = panel.facts.remark_texts()
    assert any("not the published file" in note for note in notes)


def test_pictures_show_exactly_the_pixels_of_the_arrays():
    grey = np.arange(64, dtype=np.uint8).reshape(1, 8, 8)
    image = picture(grey)
    assert [image.pixelColor(x, 3).red() for x in range(8)] == list(range(24, 32))
    color = np.zeros((3, 2, 2), np.uint8)
    color[1] = 200
    assert picture(color).pixelColor(1, 1).name() == "#00c800"
    assert (
        picture(np.linspace(-1, 1, 4, dtype=np.float32).reshape(1, 2, 2)).pixelColor(1, 1).red()
        == 255
    )


def table(targets: np.ndarray, classes: tuple[str, ...] = ()) -> tuple[Dataset, Split]:
    inputs = np.zeros((len(targets), 2), np.float32)
    thirds = np.array_split(np.arange(len(targets)), 3)
    return Dataset("toy", inputs, targets, classes), Split(*thirds)


def test_a_picture_with_a_text_is_called_by_it(qtbot):
    pictures, tokens = np.zeros((2, 1, 4, 4), np.uint8), np.array([[1, 2, -1], [2, 1, 0]])
    dataset = Dataset("told", pictures, tokens, classes=("<end>", "a", "dog"))
    grid = SampleGrid()
    qtbot.addWidget(grid)
    grid.show_samples(dataset, np.array([0, 1]))
    assert grid._lines(1) == ("dog · a · <end>",)
    grid.show_samples(replace(dataset, texts=("A dog.", "Dog, a!")), np.array([0, 1]))
    assert grid._lines(1) == ("Dog, a!",)


def test_bars_count_every_sample_once_by_part():
    dataset, split = table(np.arange(30) % 3, ("a", "b", "c"))
    bars = counted(dataset, split)
    assert [bar.name for bar in bars] == ["a", "b", "c"]
    assert sum(bar.total for bar in bars) == 30
    assert sum(bar.train for bar in bars) == len(split.train)
    numbers, split = table(np.linspace(0, 1, 30, dtype=np.float32)[:, None])
    assert sum(bar.total for bar in counted(numbers, split)) == 30
    assert label_of(numbers, 29) == "1"


def test_a_rare_class_is_remarked_on_with_its_numbers():
    dataset, split = table(np.array([0] * 8 + [1] * 2 + [0] * 10 + [1] * 10), ("no", "yes"))
    assert any(
        "Class yes has 2" in said and "no has 8" in said for said in remarks_on(dataset, split)
    )
    even, split = table(np.arange(30) % 2, ("no", "yes"))
    assert remarks_on(even, split) == []
    assert ("Classes", "2") in facts_of(even)


def test_a_column_that_the_sentence_names_is_not_named_twice(qtbot):
    for sentence, expected in (("“width” is the same everywhere.", ""), ("It is odd.", "width")):
        entry = ProblemEntry(Problem("constant_column", "note", sentence, places=("width",)))
        qtbot.addWidget(entry)
        assert entry.places.text() == expected
        assert entry.places.isHidden() == (not expected)


def test_a_loader_that_outlives_its_panel_does_not_reach_for_it(qtbot, workspace, qapp):
    loader = DatasetLoader(workspace, qapp)
    gone = DataPanel(
        Services(workspace, TrainingBridge(workspace, qapp), EngineLoader(qapp), loader)
    )
    gone.show()
    gone.deleteLater()
    qapp.sendPostedEvents(gone, QEvent.Type.DeferredDelete)
    with qtbot.waitSignal(loader.failed, timeout=PATIENCE):
        workspace.set_source(SOURCES["mnist"]())
    assert loader.error is not None
