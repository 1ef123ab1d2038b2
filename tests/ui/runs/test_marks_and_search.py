"""Can runs be named, tagged, found, sorted and seen as a tree, with the keyboard alone?"""

import csv
import json

from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QSlider

from studio.runs.notes import Notes, read_notes, write_notes
from studio.ui import theme
from studio.ui.runs.model import KEYS

LEFT = Qt.MouseButton.LeftButton


def names(panel) -> list[str]:
    return [run.label for run in panel.table.shown.runs]


def test_branches_stand_below_the_runs_they_came_from(panel):
    assert names(panel) == ["run-0004", "Baseline", "run-0002", "run-0003"]
    assert [row.depth for row in panel.table.shown.rows] == [0, 0, 1, 2]
    model = panel.table.shown
    spoken = model.data(model.index(3, 0), Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "run-0003, branch of run-0002, level 2"
    assert model.data(model.index(2, 7), Qt.ItemDataRole.DisplayRole) == "Baseline, best, step 7"


def test_the_lines_of_the_tree_are_painted(qtbot, panel):
    def inked(row: int) -> int:
        table = panel.table
        box = table.visualRect(table.shown.index(row, 0))
        image = table.viewport().grab(box).toImage()
        ground = theme.current().bg1.rgb()
        return sum(
            image.pixel(x, y) != ground for x in range(10, 15) for y in range(image.height() // 2)
        )

    panel.table.clearSelection()
    assert inked(0) == 0  # neither a parent nor a branch
    panel.head.tree.click()
    assert panel.table.shown.rows[1].depth == 0
    flat = inked(2)
    panel.head.tree.click()
    assert flat == 0
    assert inked(2) > 5


def test_a_flat_list_is_sorted_by_any_column(panel):
    panel.head.tree.click()
    header = panel.table.horizontalHeader()
    header.setSortIndicator(KEYS.index("result"), Qt.SortOrder.DescendingOrder)
    assert names(panel) == ["Baseline", "run-0002", "run-0003", "run-0004"]
    header.setSortIndicator(KEYS.index("loss"), Qt.SortOrder.DescendingOrder)
    assert names(panel) == ["run-0004", "run-0003", "run-0002", "Baseline"]
    header.setSortIndicator(KEYS.index("name"), Qt.SortOrder.AscendingOrder)
    assert names(panel) == ["Baseline", "run-0002", "run-0003", "run-0004"]


def test_a_search_by_name_tag_and_result(qtbot, panel):
    for words, found in (
        ("base", ["Baseline"]),
        ("tag:good", ["Baseline"]),
        ("went well", ["Baseline"]),
        ("accuracy>65%", ["Baseline", "run-0002"]),
        ("run-0003", ["run-0003"]),
    ):
        panel.head.search.clear()
        QTest.keyClicks(panel.head.search, words)
        assert names(panel) == found
    assert panel.lists.currentWidget() is panel.table


def test_a_branch_of_a_run_that_is_not_found_hangs_on_its_nearest_ancestor(qtbot, panel, shelf):
    write_notes(shelf / "run-0003", Notes(tags=("good",)))
    panel._refresh()
    QTest.keyClicks(panel.head.search, "#good")
    assert names(panel) == ["Baseline", "run-0003"]
    assert panel.table.shown.rows[1].depth == 1


def test_a_search_that_finds_nothing_says_so_and_escape_brings_all_back(qtbot, panel):
    QTest.keyClicks(panel.head.search, "zebra")
    assert panel.lists.currentWidget() is panel.nothing
    qtbot.keyClick(panel.head.search, Qt.Key.Key_Escape)
    assert len(names(panel)) == 4


def test_a_run_is_renamed_with_the_keyboard_and_run_json_stays(qtbot, panel, shelf):
    before = (shelf / "run-0004" / "run.json").read_bytes()
    panel.table.setFocus()
    panel.table.selectRow(0)
    qtbot.keyClick(panel.table, Qt.Key.Key_F2)
    assert panel.notes.name.hasFocus()
    QTest.keyClicks(panel.notes.name, "Frozen start")
    qtbot.keyClick(panel.notes.name, Qt.Key.Key_Return)
    assert names(panel)[0] == "Frozen start"
    assert panel.table.chosen.name == "run-0004"
    assert panel.shown.text() == "Curves and results of Frozen start"
    assert (shelf / "run-0004" / "run.json").read_bytes() == before


def test_tags_and_a_note_are_kept_when_the_keyboard_leaves_the_field(qtbot, panel, shelf):
    panel.table.selectRow(0)
    panel.notes.tags.setFocus()
    QTest.keyClicks(panel.notes.tags, "wide, good")
    qtbot.keyClick(panel.notes.tags, Qt.Key.Key_Tab)
    assert panel.notes.note.hasFocus()
    QTest.keyClicks(panel.notes.note, "Why it was made")
    qtbot.keyClick(panel.notes.note, Qt.Key.Key_Backtab)
    assert read_notes(shelf / "run-0004") == Notes("", ("wide", "good"), "Why it was made")
    assert not panel.table.isColumnHidden(8)


def test_what_was_typed_is_kept_when_another_run_is_selected(qtbot, panel, shelf):
    panel.table.selectRow(0)
    QTest.keyClicks(panel.notes.name, "Half typed")
    panel.table.selectRow(1)
    assert read_notes(shelf / "run-0004").name == "Half typed"
    assert panel.notes.name.text() == "Baseline"
    assert read_notes(shelf / "run-0001").name == "Baseline"


def test_a_run_that_vanished_is_not_brought_back_by_its_name(qtbot, panel, shelf, services):
    heard = []
    services.workspace.notice.connect(heard.append)
    panel.table.selectRow(0)
    gone = shelf / "run-0004"
    gone.rename(shelf.parent / "elsewhere")
    QTest.keyClicks(panel.notes.name, "Ghost")
    qtbot.keyClick(panel.notes.name, Qt.Key.Key_Return)
    assert not gone.exists()
    assert any("is gone" in one.text for one in heard)


def test_half_deleted_runs_are_listed_and_can_only_be_deleted(qtbot, panel, shelf):
    (shelf / "run-0002" / "run.json").unlink()
    (shelf / "run-0003" / "events.jsonl").unlink()
    (shelf / "run-0004" / "run.json").write_text("{")
    panel._refresh()
    assert sorted(names(panel)) == ["Baseline", "run-0002", "run-0003", "run-0004"]
    for row, run in enumerate(panel.table.shown.runs):
        panel.table.selectRow(row)
        assert panel.head.delete.isEnabled()
        assert panel.head.branch.isEnabled() == (run.status != "broken")
        assert panel.head.export.isEnabled() == (run.status != "broken")
    panel.table.selectAll()
    assert panel.head.compare.isEnabled()  # two of them can be read
    qtbot.mouseClick(panel.head.compare, LEFT)
    assert len(panel.comparison.runs) == 2


def test_several_runs_are_deleted_at_once_and_taken_back(qtbot, panel, shelf):
    panel.table.selectAll()
    qtbot.mouseClick(panel.head.delete, LEFT)
    assert panel.undo.text.text() == "4 runs were deleted."
    assert names(panel) == []
    qtbot.mouseClick(panel.undo.button, LEFT)
    assert len(names(panel)) == 4
    panel.table.selectAll()
    qtbot.mouseClick(panel.head.delete, LEFT)
    panel._delete_now()
    assert [path.name for path in shelf.iterdir()] == []


def test_the_numbers_are_exported_behind_the_window(qtbot, panel, services, tmp_path):
    heard = []
    services.workspace.notice.connect(heard.append)
    panel.table.selectRow(1)
    panel.exports.write_tables(panel.table.marked, tmp_path / "one.csv")
    qtbot.waitUntil(lambda: len(heard) == 1, timeout=10_000)
    with (tmp_path / "one.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["row"] for row in rows].count("step") == 20
    panel.table.selectAll()
    panel.exports.write_events(panel.table.marked, tmp_path / "board")
    qtbot.waitUntil(lambda: len(heard) == 2, timeout=10_000)
    files = sorted(path.parent.name for path in (tmp_path / "board").rglob("events.out.tfevents.*"))
    assert files == ["run-0001", "run-0002", "run-0003", "run-0004"]


def test_an_export_that_cannot_be_written_is_told(qtbot, panel, services, tmp_path):
    heard = []
    services.workspace.notice.connect(heard.append)
    (tmp_path / "file").write_text("")
    panel.table.selectRow(1)
    panel.exports.write_tables(panel.table.marked, tmp_path / "file" / "one.csv")
    qtbot.waitUntil(lambda: len(heard) == 1, timeout=10_000)
    assert "Cannot write" in heard[0].text


def test_everything_can_be_reached_and_is_named(panel):
    panel.table.selectRow(1)
    reached = set()
    place = panel.head.search
    for _step in range(80):
        reached.add(place)
        place = place.nextInFocusChain()
    wanted = (
        *(panel.head.search, panel.head.tree, panel.head.branch, panel.head.rename),
        *(panel.head.export, panel.head.delete, panel.table),
        *(panel.notes.name, panel.notes.tags, panel.notes.note),
    )
    assert all(widget in reached for widget in wanted)
    kinds = (QAbstractButton, QLineEdit, QComboBox, QSlider)
    for kind in kinds:
        for widget in panel.findChildren(kind):
            told = widget.accessibleName() or getattr(widget, "text", str)()
            inner = widget.parent() is not None and widget.objectName().startswith("qt_")
            assert (
                told
                or inner
                or widget.parent().metaObject().className()
                in {
                    "QTableView",
                    "QHeaderView",
                    "ValueTable",
                    "RunTable",
                    "SearchField",
                }
            ), widget


def test_unknown_keys_in_the_notes_survive_a_rename_in_the_window(qtbot, panel, shelf, qapp):
    path = shelf / "run-0004" / "notes.json"
    path.write_text('{"name": "A", "stars": 5}')
    panel._refresh()
    panel.table.selectRow(0)
    panel.notes.name.setText("B")
    panel.notes.keep()
    assert json.loads(path.read_text())["stars"] == 5
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
