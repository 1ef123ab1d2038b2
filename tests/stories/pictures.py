"""Makes the pictures of the README from the real window: `python -m tests.stories.pictures`.

With a language and a scheme ("zh_CN light") it writes them to the folder named third instead.
"""

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["LAYERWISE_HOME"] = tempfile.mkdtemp(prefix="layerwise-")

from PIL import Image
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from studio.app import Studio
from studio.paths import resources
from studio.ui import preferences
from studio.ui.gallery import GalleryDialog
from studio.workspace import State

SIZE = 1440, 900


def main(language: str = "en", scheme: str = "dark", folder: str = "") -> None:
    """Walk through the journey and keep a picture of each step."""
    preferences.update(language=language, scheme=scheme, welcomed=True)
    studio = Studio(QApplication([]))
    studio.window.resize(*SIZE)
    studio.start(None)
    target = Path(folder) if folder else resources() / "pictures"
    target.mkdir(parents=True, exist_ok=True)
    try:
        _journey(studio, target, scheme)
    finally:
        studio.window.hide()
        studio.close()
        _wait(lambda: not studio.services.training.is_running())


def _journey(studio: Studio, folder: Path, scheme: str) -> None:
    window, workspace = studio.window, studio.services.workspace
    _wait(lambda: workspace.dataset is not None)
    window.runs.start()
    _wait(lambda: workspace.state is State.IDLE and workspace.history is not None)
    _keep(window, folder / f"design-{scheme}.png")
    workspace.toggle_frozen(["conv2d_1"])
    workspace.select(["conv2d_1"])
    _keep(window, folder / "freeze.png")
    window.runs.train_again()
    _wait(lambda: workspace.state is State.IDLE)
    for page in ("data", "train", "runs"):
        window.show_page(page)
        _keep(window, folder / f"{page}.png")
    _judge(studio, folder)
    _build(studio, folder)
    _understand(studio, folder)


def _judge(studio: Studio, folder: Path) -> None:
    """Show what the first run takes for what, and the samples that were hardest for it."""
    window, workspace = studio.window, studio.services.workspace
    window.show_page("runs")
    panel = window._runs.widget()
    panel.judge(workspace.runs()[-1].folder)
    _wait(lambda: not panel.judging.asker.is_asking)
    mistakes = panel.judging.mistakes
    mistakes.which.set_value("hardest")
    mistakes.which.chosen.emit("hardest")
    mistakes.samples.grid.picked.emit(0)
    _keep(window, folder / "judge.png")


def _understand(studio: Studio, folder: Path) -> None:
    window = studio.window
    studio.services.workspace.new_from("gpt2")
    window.show_page("understand")
    window.understand.show_tab("explorer")
    _keep(window, folder / "understand.png")
    gallery = GalleryDialog(window)
    gallery.resize(1200, 760)
    gallery.show()
    _rest(3000)
    gallery.search.setText("2015")
    _keep(gallery, folder / "gallery.png")
    gallery.close()


def _build(studio: Studio, folder: Path) -> None:
    window, workspace = studio.window, studio.services.workspace
    window.show_page("design")
    workspace.new_from("small-resnet")
    _rest(800)
    window.design.canvas.actions_by_id["command"].trigger()
    line = next(line for line in window.design.canvas.findChildren(QLineEdit) if line.isVisible())
    QTest.keyClicks(line, "conv 32 3 -> relu -> pool 2")
    _keep(window, folder / "build.png")


def _keep(widget: QWidget, path: Path) -> None:
    _rest(700)
    widget.grab().save(str(path))
    with Image.open(path) as picture:
        picture.convert("RGB").save(path, optimize=True)


def _wait(reached: Callable[[], bool]) -> None:
    while not reached():
        _rest(50)


def _rest(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


if __name__ == "__main__":
    main(*sys.argv[1:])
