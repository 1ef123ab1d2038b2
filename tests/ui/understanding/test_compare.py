"""Networks side by side."""

import pytest
from PySide6.QtCore import QPoint, Qt

from studio import gallery
from studio.analysis.analyze import analyze
from studio.graph import edits
from studio.ui.understanding.compare_tab import CompareTab
from studio.ui.understanding.diagram import ROW
from studio.ui.understanding.subjects import Subject, from_file, from_gallery, from_run


@pytest.fixture
def tab(qtbot, workspace):
    made = CompareTab(workspace)
    qtbot.addWidget(made)
    made.resize(1100, 640)
    made.show()
    return made


@pytest.fixture
def wider(workspace):
    """The open network with a wider convolution."""
    graph = edits.configure(workspace.document.graph, "conv2d_1", out_channels=64)
    return Subject("wider", analyze(graph))


def cells(tab: CompareTab, row: int) -> list[str]:
    """Return the texts of one row of the table."""
    found = [tab.table.item(row, column) for column in range(tab.table.columnCount())]
    return ["" if item is None else item.text() for item in found]


def test_alone_the_tab_invites_another_network(tab):
    assert tab.pages.currentIndex() == 1


def test_totals_stand_side_by_side_with_what_they_differ_by(tab, wider):
    tab.row.take(lambda: wider)

    assert cells(tab, 0) == ["Parameters", "54.4 K", "109 K"]
    assert tab.table.item(0, 2).toolTip() == "108,810  +100.0 %"
    assert cells(tab, 4) == ["Depth", "2", "2"]
    assert tab.table.item(0, 2).foreground() != tab.table.item(4, 2).foreground()


def test_the_diagram_names_the_settings_that_differ(tab, wider):
    tab.row.take(lambda: wider)

    (changed,) = [row for row in tab.diagram.rows if row.kind != "same"]
    assert changed.changes == (("out_channels", 32, 64),)
    assert tab.count.text() == f"1 of {len(tab.diagram.rows)} rows differs"

    tab.only.click()
    assert tab.diagram.rows == (changed,)
    assert "out_channels 32 → 64" in tab.diagram.accessibleDescription()


def test_a_row_leads_to_the_layer_by_mouse_and_keyboard(qtbot, tab, wider):
    tab.row.take(lambda: wider)
    paths = [row.left for row in tab.diagram.rows]

    with qtbot.waitSignal(tab.jumped) as asked:
        place = QPoint(60, ROW * paths.index("conv2d_1") + 15)
        qtbot.mouseClick(tab.diagram, Qt.MouseButton.LeftButton, pos=place)
    assert asked.args == ["conv2d_1"]

    tab.diagram.setFocus()
    qtbot.keyClick(tab.diagram, Qt.Key.Key_Down)
    with qtbot.waitSignal(tab.jumped) as asked:
        qtbot.keyClick(tab.diagram, Qt.Key.Key_Return)
    assert asked.args == [paths[paths.index("conv2d_1") + 1]]


def test_the_open_network_is_followed(qtbot, tab, wider, workspace):
    tab.row.take(lambda: wider)

    workspace.edit("w", lambda g: edits.configure(g, "conv2d_1", out_channels=64))

    qtbot.waitUntil(lambda: tab.count.text() == "No layer differs")


def test_with_three_networks_the_diagram_can_be_turned_to_each(tab, wider):
    tab.row.take(lambda: wider)
    tab.row.take(lambda: from_gallery("small-resnet"))
    assert any(row.right.startswith("residual") for row in tab.diagram.rows)

    tab.other.setCurrentIndex(0)
    tab.other.activated.emit(0)
    assert not any(row.right.startswith("residual") for row in tab.diagram.rows)

    tab.row.drop(2)
    assert tab.table.columnCount() == 3


def test_files_and_runs_can_be_compared_and_broken_ones_say_why(tab, workspace, tmp_path):
    path = tmp_path / "kept.layerwise"
    assert workspace.save(path)
    said = []
    workspace.notice.connect(lambda notice: said.append(notice.text))

    tab.row.take(lambda: from_file(path))
    tab.row.take(lambda: from_file(tmp_path / "none.layerwise"))
    tab.row.take(lambda: from_run(tmp_path))

    assert [tab.row.name(one) for one in tab.row.subjects] == ["kept", "kept"]
    assert len(said) == 2


def test_the_menu_offers_the_gallery_runs_and_files(tab):
    tab.row.menu.aboutToShow.emit()

    texts = [action.text() for action in tab.row.menu.actions()]
    assert texts == ["From the gallery", "From a run", "From a project file…"]
    assert not tab.row.menu.actions()[1].menu().isEnabled()
    areas = [action.menu() for action in tab.row.menu.actions()[0].menu().actions()]
    assert [len(area.actions()) for area in areas if area.title() == "Sound"] == [2]
    assert sum(len(area.actions()) for area in areas) == len(gallery.names())
