"""Every command of the window in one table: its name, its key, its icon, and the verb it calls."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QApplication

from studio.ui.icons import icon
from studio.wording import _, marked

if TYPE_CHECKING:
    from studio.ui.window import MainWindow

Verb = Callable[["MainWindow"], object]


@dataclass(frozen=True)
class Action:
    """One command; `text` and `hint` are translated where they are shown."""

    id: str
    menu: str
    text: str
    verb: Verb
    shortcut: str = ""
    icon: str = ""
    hint: str = ""


FILE, EDIT, VIEW = marked("File"), marked("Edit"), marked("View")
RUN, HELP = marked("Run"), marked("Help")

ACTIONS = (
    Action(
        "new",
        FILE,
        marked("New from template…"),
        lambda w: w.files.choose_template(),
        "Ctrl+N",
        "new",
    ),
    Action("open", FILE, marked("Open…"), lambda w: w.files.choose_project(), "Ctrl+O", "open"),
    Action("save", FILE, marked("Save"), lambda w: w.files.save(), "Ctrl+S", "save"),
    Action(
        "save_as", FILE, marked("Save as…"), lambda w: w.files.save_as(), "Ctrl+Shift+S", "save"
    ),
    Action(
        "export_picture",
        FILE,
        marked("Export picture…"),
        lambda w: w.exports.choose_picture(),
        "Ctrl+Shift+E",
        "picture",
        marked("Save the page as SVG, PNG or PDF, whole, for papers and slides."),
    ),
    Action(
        "export_summary",
        FILE,
        marked("Export summary…"),
        lambda w: w.exports.choose_summary(),
        "",
        "table",
        marked("Save a table of all layers as Markdown, CSV or LaTeX."),
    ),
    Action(
        "copy_summary",
        FILE,
        marked("Copy summary as Markdown"),
        lambda w: w.exports.copy_summary(),
        "Ctrl+Shift+C",
        "copy",
    ),
    Action("quit", FILE, marked("Quit"), lambda w: w.close(), "Ctrl+Q"),
    Action("undo", EDIT, marked("Undo"), lambda w: w.workspace.undo(), "Ctrl+Z", "undo"),
    Action("redo", EDIT, marked("Redo"), lambda w: w.workspace.redo(), "Ctrl+Shift+Z", "redo"),
    Action(
        "design", VIEW, marked("Design page"), lambda w: w.show_page("design"), "Ctrl+1", "design"
    ),
    Action("data", VIEW, marked("Data page"), lambda w: w.show_page("data"), "Ctrl+2", "data"),
    Action("train", VIEW, marked("Train page"), lambda w: w.show_page("train"), "Ctrl+3", "train"),
    Action("runs", VIEW, marked("Runs page"), lambda w: w.show_page("runs"), "Ctrl+4", "runs"),
    Action(
        "understand",
        VIEW,
        marked("Understand page"),
        lambda w: w.show_page("understand"),
        "Ctrl+5",
        "understand",
    ),
    Action(
        "scheme", VIEW, marked("Light or dark"), lambda w: w.toggle_scheme(), "Ctrl+Shift+L", "moon"
    ),
    Action(
        "language",
        VIEW,
        marked("English or Chinese"),
        lambda w: w.toggle_language(),
        "",
        "language",
    ),
    Action(
        "start",
        RUN,
        marked("Train"),
        lambda w: w.runs.start(),
        "Ctrl+R",
        "play",
        marked("Train the network on the chosen data."),
    ),
    Action(
        "pause",
        RUN,
        marked("Pause or resume"),
        lambda w: w.runs.pause_or_resume(),
        "Ctrl+P",
        "pause",
        marked("Hold the run between two steps; the model stays in memory."),
    ),
    Action(
        "stop",
        RUN,
        marked("Stop and save"),
        lambda w: w.workspace.stop(),
        "Ctrl+.",
        "stop",
        marked("End the run after this step and save the weights as they are."),
    ),
    Action(
        "enqueue",
        RUN,
        marked("Add to queue"),
        lambda w: w.runs.enqueue(),
        "Ctrl+Alt+R",
        "queue_add",
        marked("Let the work as it is now wait for its turn; the queue is on the Train page."),
    ),
    Action(
        "leave",
        RUN,
        marked("Leave the run alone"),
        lambda w: w.runs.leave(),
        "",
        "isolated",
        marked("Follow an isolated run no longer; it goes on, and can be watched again later."),
    ),
    Action(
        "again",
        RUN,
        marked("Train again from this run"),
        lambda w: w.runs.train_again(),
        "Ctrl+Shift+R",
        "play",
        marked(
            "Start a new run from the weights of the one shown: freeze some layers and fine-tune."
        ),
    ),
    Action("welcome", HELP, marked("Five things to try"), lambda w: w.show_welcome(), "F1", "info"),
)


def build(window: "MainWindow") -> dict[str, QAction]:
    """Return the window's actions by id; their shortcuts work from then on."""
    made: dict[str, QAction] = {}
    for entry in ACTIONS:
        action = QAction(icon(entry.icon) if entry.icon else icon("dots"), _(entry.text), window)
        action.setIconVisibleInMenu(bool(entry.icon))
        action.setShortcut(QKeySequence(entry.shortcut))
        action.setToolTip(tooltip(entry))
        action.triggered.connect(lambda _checked=False, verb=entry.verb: verb(window))
        window.addAction(action)
        made[entry.id] = action
    return made


def tooltip(entry: Action) -> str:
    """Return the name of a command, its key, and what it is good for."""
    keys = QKeySequence(entry.shortcut).toString(QKeySequence.SequenceFormat.NativeText)
    head = f"{_(entry.text)}  ({keys})" if keys else _(entry.text)
    return f"{head}\n{_(entry.hint)}" if entry.hint else head


def application() -> QApplication:
    """Return the running application."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    return app
