"""The window: where the keyboard is, and what a refused run shows."""

from PySide6.QtCore import Qt, QThread
from PySide6.QtWidgets import QAbstractButton

from studio.graph.model import Graph
from studio.ui.welcome import Welcome
from tests.stories.hands import QtHand


def has_keyboard(studio) -> bool:
    return studio.window.focusWidget() is studio.window.design.canvas.view


def test_the_canvas_has_the_keyboard_when_the_design_page_is_shown(qtbot, studio):
    studio.window.show_page("data")
    studio.window.show_page("design")

    assert has_keyboard(studio)


def test_the_canvas_has_the_keyboard_after_the_welcome(qtbot, studio):
    studio.window.show_welcome()

    for welcome in studio.window.findChildren(Welcome):
        qtbot.keyClick(welcome, Qt.Key.Key_Escape)

    assert has_keyboard(studio)


def test_the_welcome_gives_way_to_what_is_dropped(qtbot, studio, tmp_path):
    studio.window.show_welcome()
    welcome = studio.window.findChildren(Welcome)[-1]

    with qtbot.waitSignal(welcome.closed):
        QtHand().drop(tmp_path, studio.window)


def test_a_proposed_network_is_shown_whole(studio):
    view = studio.window.design.canvas.view
    view.zoom_to(0.3)

    studio.window._data.widget().facts.start.proposed.emit()

    assert view.fitted


def test_the_canvas_has_the_keyboard_in_the_window_of_another_language(qtbot, studio):
    studio.window.language_asked.emit("zh_CN")
    try:
        qtbot.addWidget(studio.window)
        assert has_keyboard(studio)
    finally:
        studio.window.language_asked.emit("en")
        qtbot.addWidget(studio.window)


def test_what_is_wrong_with_the_data_is_said_in_the_other_language(
    qtbot, studio, tmp_path, monkeypatch
):
    table = tmp_path / "twice.csv"
    table.write_text("x,label\n" + "".join(f"{n % 30},{n % 2}\n" for n in range(60)))
    workspace = studio.services.workspace
    studio.services.data.bring(table)
    qtbot.waitUntil(lambda: bool(said(workspace)), timeout=60_000)
    english = said(workspace)
    monkeypatch.setattr(studio, "_new_window", lambda: studio.window)  # only the data matter here
    monkeypatch.setattr(studio.window, "take_the_place_of", lambda _old: None)
    try:
        studio.window.language_asked.emit("zh_CN")
        qtbot.waitUntil(lambda: said(workspace) not in {"", english}, timeout=60_000)
        assert not said(workspace).isascii()
    finally:
        studio.window.language_asked.emit("en")
    qtbot.waitUntil(lambda: said(workspace) == english, timeout=60_000)


def said(workspace):
    """Return what is said of rows that are there twice, once the table is read."""
    dataset = workspace.dataset
    problems = dataset.problems if dataset is not None else ()
    return next((one.sentence for one in problems if one.kind == "duplicate"), "")


def test_the_canvas_has_the_keyboard_after_a_layer_was_renamed(qtbot, studio):
    workspace = studio.services.workspace
    old = next(iter(workspace.page))
    workspace.select({old})
    name = studio.window.design.inspector.node.head.name
    studio.window.activateWindow()
    qtbot.waitUntil(studio.window.isActiveWindow)

    name.setFocus()
    name.selectAll()
    qtbot.keyClicks(name, "picture")
    qtbot.keyClick(name, Qt.Key.Key_Return)

    workspace.document.mark_saved()  # so that the window closes without asking
    assert "picture" in workspace.page
    assert has_keyboard(studio)


def test_a_refused_run_shows_the_problems_and_their_tab_counts_them(qtbot, studio):
    workspace, left = studio.services.workspace, studio.window.design.left
    assert dict(left.tabs.options)["problems"] == "Problems"
    workspace.edit("Clear", lambda _graph: Graph())
    studio.window.show_page("train")

    workspace.document.mark_saved()  # so that the window closes without asking
    studio.window.runs.start()

    count = sum(finding.severity != "hint" for finding in workspace.report.findings)
    assert count
    assert studio.window.top.pages.value == "design"
    assert left.tabs.value == "problems"
    assert dict(left.tabs.options)["problems"] == f"Problems {count}"


def test_no_button_of_a_page_takes_the_keyboard_when_it_is_shown(qtbot, qapp, studio):
    for key in ("train", "runs"):
        studio.window.show_page(key)
        assert not isinstance(studio.window.focusWidget(), QAbstractButton)

    def is_quiet() -> bool:
        return not any(one.isRunning() for one in qapp.findChildren(QThread))

    qtbot.waitUntil(is_quiet, timeout=30_000)  # some ask a device for its memory
