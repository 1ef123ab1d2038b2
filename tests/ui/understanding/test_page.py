"""The page as a part of the window."""

from PySide6.QtCore import Qt


def test_a_layer_of_the_shares_is_shown_on_the_canvas(qtbot, studio):
    window, workspace = studio.window, studio.services.workspace
    window.show_page("understand")
    shares = window.understand.shares
    path = shares.list.rows[0].path

    shares.list.setFocus()
    qtbot.keyClick(shares.list, Qt.Key.Key_Return)

    assert window.top.pages.value == "design"
    assert workspace.selection == {path.rpartition("/")[2]}


def test_the_tabs_are_walked_with_the_keyboard(qtbot, studio):
    page = studio.window.understand
    studio.window.show_page("understand")

    page.tabs.setFocus()
    qtbot.keyClick(page.tabs, Qt.Key.Key_Right)
    assert page.explorer.isVisible()
    qtbot.keyClick(page.tabs, Qt.Key.Key_Right)

    assert page.compare.isVisible()
    assert "differs" in page.about.text()


def test_the_window_keeps_its_smallest_size(qtbot, studio):
    studio.window.show_page("understand")
    for tab in ("shares", "explorer", "compare"):
        studio.window.understand.show_tab(tab)
        studio.window.resize(1024, 680)
        assert studio.window.minimumSizeHint().width() <= 1024
        assert studio.window.minimumSizeHint().height() <= 680
