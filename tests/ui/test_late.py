"""Pages are built when they are needed, without a flash, and show what happened before."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from studio.ui.late import Late, Soon
from studio.ui.topbar import PAGES


class Windows(QObject):
    """Notes which widgets are shown as windows of their own."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self.shown: list[QWidget] = []
        app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.shown.append(watched)
        return False


def test_a_place_is_filled_on_its_first_show_and_only_then(qtbot):
    built: list[QLabel] = []

    def make() -> QLabel:
        built.append(QLabel("here"))
        return built[-1]

    place = Late(make)
    qtbot.addWidget(place)
    assert place.made is None
    assert not built
    place.show()
    assert built[0].isVisible()
    place.hide()
    place.show()
    assert len(built) == 1
    assert place.widget() is built[0]


def test_what_comes_soon_is_not_in_the_first_picture_but_right_after_it(qtbot):
    place = Soon(lambda: QLabel("here"))
    qtbot.addWidget(place)
    place.resize(100, 60)
    place.show()
    place.repaint()
    assert place.made is None
    qtbot.waitUntil(lambda: bool(place.findChildren(QLabel)))
    assert place.widget().isVisible()


def test_the_pages_are_built_by_the_first_visit_inside_the_window_and_leave_the_keyboard_alone(
    qtbot, qapp, studio
):
    window = studio.window
    window.activateWindow()
    window.top.pages.setFocus()
    places = [window.pages.widget(index) for index in range(window.pages.count())]
    late = [place for place in places if isinstance(place, Late)]
    assert len(late) == 4
    assert all(place.made is None for place in late)
    windows = Windows(qapp)
    for key, _name in PAGES:
        window.show_page(key)
        assert window.top.pages.hasFocus()
    window.pages.widget(3).widget().comparison.show()
    qapp.removeEventFilter(windows)
    assert all(place.made is not None for place in late)
    assert not windows.shown


def test_a_page_that_is_built_late_shows_what_the_run_did_before(qtbot, studio):
    workspace = studio.services.workspace
    workspace.set_plan(workspace.plan.changed(epochs=1, threads=1))
    studio.services.training.start(workspace.run_request())
    qtbot.waitUntil(lambda: not workspace.is_training, timeout=60_000)
    studio.window.show_page("train")
    page = studio.window.train
    assert page.progress.epoch.text() == "1.0"
    assert page.loss.value.text() != ""
    assert page.results.pane.isVisible()
    studio.window.hide()  # else it would ask whether to save the plan
