"""The main window: a bar, five pages, a status line, and the way out without loss."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from studio.ui import actions, pages, preferences, theme
from studio.ui.binding import follow
from studio.ui.data.dropping import Drops
from studio.ui.data.standing import DataBadge
from studio.ui.design_page import DesignPage
from studio.ui.exports import Exports
from studio.ui.files import Files
from studio.ui.kit import Hairline
from studio.ui.late import Late
from studio.ui.leaving_run import Answer, ask_about_run
from studio.ui.living_line import LivingLine
from studio.ui.menus import project_menu
from studio.ui.run_commands import RunCommands
from studio.ui.services import Services
from studio.ui.statusline import StatusLine
from studio.ui.toast import Toast
from studio.ui.topbar import PAGES, TopBar
from studio.ui.welcome import Welcome
from studio.wording import _, language
from studio.workspace import Notice, State, Workspace, recovery

if TYPE_CHECKING:
    from studio.ui.data.panel import DataPanel
    from studio.ui.runs.panel import RunsPanel
    from studio.ui.train_page import TrainPage
    from studio.ui.understanding.page import UnderstandPage


class MainWindow(QMainWindow):
    """Shows the open work; everything it changes goes through the workspace."""

    language_asked = Signal(str)

    def __init__(self, services: Services) -> None:
        super().__init__()
        self.services = services
        self.workspace: Workspace = services.workspace
        self.files: Files = Files(services, self)
        self.exports: Exports = Exports(self.workspace, self)
        self.runs: RunCommands = RunCommands(services)
        self.setMinimumSize(1024, 680)
        self.commands = actions.build(self)
        self.pages = QStackedWidget()
        self.design = DesignPage(services)
        editing = self.design.canvas.actions_by_id.values()
        menu = project_menu(self.commands, editing, self.files, self)
        self.top = TopBar(self.workspace, self.commands, menu, self)
        self._data: Late[DataPanel] = Late(partial(self._linked, "data"))
        self._train: Late[TrainPage] = Late(partial(self._linked, "train"))
        self._runs: Late[RunsPanel] = Late(partial(pages.made, "runs", services))
        self._understand: Late[UnderstandPage] = Late(partial(self._linked, "understand"))
        for page in (self.design, self._data, self._train, self._runs, self._understand):
            self.pages.addWidget(page)
        self.status = StatusLine(services, self)
        self.living = LivingLine(services)
        self._arrange()
        self.toast = Toast(self)
        self.drops = Drops(self, self.files.open, self._bring, self.workspace.refuse)
        self._listen()
        self._show_title(self.workspace.name)
        self._offer_commands(self.workspace.state)
        self.design.take_keyboard()
        self._leaving = False
        self._run_may: Answer = "stop"

    @property
    def train(self) -> "TrainPage":
        """The page of the training, built when it is first asked for."""
        return self._train.widget()

    @property
    def understand(self) -> "UnderstandPage":
        """The page that explains the network, built when it is first asked for."""
        return self._understand.widget()

    def _linked(self, key: str) -> Any:
        """Return a page that leads to the canvas."""
        page = pages.made(key, self.services)
        page.revealed.connect(lambda: self.show_page("design"))
        if key == "data":
            page.revealed.connect(self.design.canvas.view.fit)  # it is another network
        if key == "train":
            page.judged.connect(self._judge)
            page.looked.connect(self._look_inside)
        return page

    def _look_inside(self) -> None:
        """Show on the canvas what the layers do with the sample that is tried."""
        self.show_page("design")
        self.design.inside.turn(on=True)

    def _judge(self) -> None:
        """Show what the run at hand gets wrong, on the page of the runs."""
        folder = self.workspace.run_folder
        if folder is not None:
            self.show_page("runs")
            self._runs.widget().judge(folder)

    def _listen(self) -> None:
        DataBadge(self.services, self.top.pages)  # belongs to the tabs
        self.top.page_chosen.connect(self.show_page)
        self.living.watched.connect(lambda: self.show_page("train"))
        follow(self, self.workspace.notice, self._say)
        follow(self, self.workspace.title_changed, self._show_title)
        follow(self, self.workspace.state_changed, self._offer_commands)
        follow(self, self.workspace.history_changed, lambda _history: self._offer_pause())
        follow(self, self.runs.refused, lambda _none: self._show_problems())

    def show_page(self, key: str) -> None:
        """Show one of the pages of the top bar."""
        self.top.pages.set_value(key)
        index = [name for name, _text in PAGES].index(key)
        page = self.pages.widget(index)
        if isinstance(page, Late):
            page.widget()  # built before the turn, so that no empty page is seen
        self.pages.setCurrentIndex(index)
        if self.top.pages.hasFocus():
            return
        if key == "design":
            self.design.take_keyboard()
        elif page is not None:
            page.setFocus()  # else Qt chooses whatever button comes first

    def _bring(self, path: Path) -> None:
        """Take the samples from a file or folder that was dropped."""
        self.show_page("data")
        self.services.data.bring(path)

    def show_welcome(self) -> None:
        """Point at the five things to try first."""
        welcome = Welcome(self)
        welcome.closed.connect(lambda: preferences.update(welcomed=True))
        welcome.closed.connect(self.design.take_keyboard)
        welcome.show()
        welcome.raise_()

    def toggle_scheme(self) -> None:
        """Change between light and dark."""
        wanted: theme.Scheme = "light" if theme.current().is_dark else "dark"
        app = actions.application()
        theme.apply(app, wanted)
        preferences.update(scheme=wanted)

    def toggle_language(self) -> None:
        """Change between English and Chinese."""
        self.language_asked.emit("en" if language() == "zh_CN" else "zh_CN")

    def take_the_place_of(self, old: "MainWindow") -> None:
        """Show this window exactly where `old` was, on the same page, and let `old` go."""
        self.setGeometry(old.geometry())
        self.show_page(PAGES[old.pages.currentIndex()][0])
        self.show()
        old.hide()
        old.deleteLater()
        self.activateWindow()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._leaving or self.isHidden():
            event.accept()
        elif self._may_close():
            self._leaving = True
            preferences.update(width=self.width(), height=self.height())
            if self.services.training.is_running():
                event.ignore()
                self._let_go_of_run()
            else:
                recovery.forget()
                event.accept()
        else:
            event.ignore()

    def _let_go_of_run(self) -> None:
        """Save the run, or leave it alone as was asked, then close."""
        self.status.setEnabled(False)
        leave = self._run_may == "leave"
        if not leave:
            self.workspace.notice.emit(Notice(_("Saving the run, then closing…")))
        self.services.training.shut_down(lambda: QTimer.singleShot(0, self._close_now), leave=leave)

    def _close_now(self) -> None:
        recovery.forget()
        self.close()

    def _may_close(self) -> bool:
        if self.workspace.is_training:
            self._run_may = ask_about_run(self, self.workspace, "close")
            return self._run_may != "stay" and self._may_drop_changes()
        return self._may_drop_changes()

    def _may_drop_changes(self) -> bool:
        return not self.workspace.is_modified or self.files.ask_to_save()

    def _arrange(self) -> None:
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget, stretch in (
            (self.top, 0),
            (Hairline(), 0),
            (self.living, 0),
            (self.pages, 1),
            (Hairline(), 0),
            (self.status, 0),
        ):
            column.addWidget(widget, stretch)
        self.setCentralWidget(middle)

    def _show_problems(self) -> None:
        """Show what keeps the network from training, if it is the network."""
        if self.workspace.report.errors:
            self.show_page("design")
            self.design.show_problems()

    def _say(self, notice: Notice) -> None:
        self.toast.show_notice(notice)

    def _show_title(self, name: str) -> None:
        self.setWindowTitle(f"{name} – Layerwise")

    def _offer_pause(self) -> None:
        """Let a run be held, a held one go on, and one that broke off resume."""
        going = self.workspace.state in {State.RUNNING, State.PAUSED}
        self.commands["pause"].setEnabled(going or self.workspace.interrupted_run is not None)

    def _offer_commands(self, state: State) -> None:
        self._offer_pause()
        self.commands["stop"].setEnabled(state in {State.RUNNING, State.PAUSED, State.STARTING})
        self.commands["again"].setEnabled(state is State.IDLE)
        can_leave = state in {State.RUNNING, State.PAUSED} and self.workspace.can_leave
        self.commands["leave"].setEnabled(can_leave)
