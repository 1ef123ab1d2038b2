"""A studio with its window, made to work for long, that tells what it holds on the way.

python -m tests.reliability.memory_child (steps | edits | projects) COUNT [--leak] [--bare]
"""

import argparse
import gc
import json
import os
import random
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication

from studio.app import Studio
from studio.catalogue import CATALOGUE
from studio.graph import edits
from studio.graph.model import Graph
from studio.runs.history import History
from tests.reliability.memory_source import project

_PATIENCE_MS = 60_000
_ENDING_S = 2.0


class Census:
    """What the process holds at some moments."""

    def __init__(self, app: QApplication) -> None:
        self._app = app
        self.taken: list[dict[str, int]] = []

    def take(self, done: int) -> None:
        """Look once, after everything that waits to be deleted is gone."""
        self._app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        gc.collect()
        tops = [self._app, *self._app.topLevelWidgets()]
        self.taken.append(
            {
                "done": done,
                "bytes": _resident(),
                "threads": self._threads(),
                "files": _entries("/proc/self/fd"),
                "objects": sum(len(top.findChildren(QObject)) for top in tops),
                "widgets": len(self._app.allWidgets()),
            }
        )
        sys.stderr.write(f"{self.taken[-1]}\n")

    def _threads(self) -> int:
        """Count the threads that stay: those that read or write something may come to their end."""
        end = time.monotonic() + _ENDING_S
        count = _entries("/proc/self/task")
        while self.taken and count > self.taken[0]["threads"] and time.monotonic() < end:
            time.sleep(0.02)
            count = _entries("/proc/self/task")
        return count


def _entries(folder: str) -> int:
    return sum(1 for _entry in Path(folder).iterdir())


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


class Work:
    """The long work of one kind, with a census at the start, after warming up, and on the way."""

    def __init__(self, census: Census, studio: Studio, count: int, *, leak: bool) -> None:
        self._census, self._studio, self.count, self._leaks = census, studio, count, leak
        self._workspace = studio.services.workspace
        self._leaked: list[Any] = []
        self._keep: Callable[..., None] = self.leak
        self._at = 0

    def leak(self) -> None:
        """Lose something each time, if that is asked for."""
        if self._leaks:
            self._leaked.append(b"x" * 65536)
            self._leaked.append(QTimer(self._studio.app))
            self._leaked.append(os.dup(0))
            if len(self._leaked) % 60 == 0:
                threading.Thread(target=threading.Event().wait, daemon=True).start()

    def steps(self, done: Callable[[], None]) -> None:
        """Train so many steps with the curves in view; a census at epochs."""
        window, workspace = self._studio.window, self._workspace
        window.show_page("train")
        epochs = workspace.plan.epochs
        looks = {max(2, epochs * share // 20) for share in (2, 5, 8, 11, 14, 17)} | {epochs - 1}

        def look(history: History | None) -> None:
            told = len(history.epochs) if history else 0
            passed = {at for at in looks if at <= told}
            if passed:
                looks.difference_update(passed)
                self._census.take(history.epochs[-1].step if history else 0)
            self.leak()

        workspace.history_changed.connect(look)
        self._keep = look

        def finished() -> None:
            end = workspace.history.ended if workspace.history else None
            if end is None or end.reason != "finished":
                raise SystemExit(f"the run did not finish: {end}")
            done()

        self._studio.services.training.ended.connect(finished)
        self._studio.services.training.start(workspace.run_request())

    def edits(self, done: Callable[[], None]) -> None:
        """Edit and undo at random, so many times."""
        draw = random.Random(0)
        begin = min(2000, self.count // 2)  # till then, the past that undo keeps is not full
        looks = {begin + (self.count - begin) * share // 4 for share in range(5)}

        def some() -> None:
            for _number in range(50):
                if self._at in looks:
                    self._census.take(self._at)
                if self._at >= self.count:
                    timer.stop()
                    done()
                    return
                _edit(self._workspace, draw)
                self._at += 1
                self.leak()

        timer = QTimer(self._studio.app)
        timer.timeout.connect(some)
        timer.start(0)

    def projects(self, done: Callable[[], None]) -> None:
        """Open one project after the other, so many times, each with its data."""
        folder = Path(tempfile.mkdtemp())
        files = [folder / f"{name}.layerwise" for name in ("one", "two")]
        for index, file in enumerate(files):
            file.write_text(json.dumps(project(40 + index, 2)), encoding="utf-8")
        looks = {self.count * share // 20 for share in (8, 11, 14, 17, 20)}

        def next_one(dataset: object = None) -> None:
            if dataset is None:
                return
            self._at += 1
            if self._at in looks:
                self._census.take(self._at)
            self.leak()
            if self._at >= self.count:
                done()
            else:
                QTimer.singleShot(0, lambda: self._workspace.open(files[self._at % 2]))

        self._workspace.dataset_changed.connect(next_one)
        self._keep = next_one
        self._workspace.open(files[0])


def _edit(workspace: Any, draw: random.Random) -> None:
    """Do one thing that a user might do to the page."""
    page: Graph = workspace.page
    inner = [name for name in page if page[name].layer.key not in {"input", "output"}]
    what = draw.random()
    if what < 0.3:
        workspace.undo()
    elif what < 0.35:
        workspace.redo()
    elif what < 0.55 and len(inner) < 12:
        layer = CATALOGUE[draw.choice(("relu", "dropout", "linear", "layer_norm"))]()
        after = draw.choice(["row", *inner]) if "row" in page else None
        workspace.edit("Add", lambda graph: edits.add(graph, layer, after=after))
    elif what < 0.7 and len(inner) > 3:
        name = draw.choice(inner)
        workspace.edit("Delete", lambda graph: edits.remove(graph, [name]))
    elif what < 0.85 and inner:
        places = {draw.choice(inner): (draw.uniform(0, 900), draw.uniform(0, 600))}
        workspace.edit("Move", lambda graph: edits.move(graph, places))
    elif inner:
        workspace.toggle_frozen([draw.choice(inner)])


def main() -> None:
    """Work, and write the census as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=("steps", "edits", "projects"))
    parser.add_argument("count", type=int)
    parser.add_argument("--leak", action="store_true")
    parser.add_argument("--bare", action="store_true", help="close the window first")
    parser.add_argument("--per-epoch", type=int, default=1000)
    given = parser.parse_args()
    app = QApplication(["layerwise"])
    app.setQuitOnLastWindowClosed(False)
    studio = Studio(app)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "points.layerwise"
        epochs = max(1, given.count // given.per_epoch)
        content = project(given.per_epoch, epochs)
        file.write_text(json.dumps(content), encoding="utf-8")
        studio.start(file)
        census = Census(app)
        work = Work(census, studio, given.count, leak=given.leak)
        begin = getattr(work, given.kind)

        def leave() -> None:
            if not given.bare:
                studio.window.hide()  # a hidden window closes without asking
            studio.close()
            app.quit()

        def start() -> None:
            if given.bare:
                studio.close()
                studio.window.hide()
                studio.window.deleteLater()
            begin(lambda: QTimer.singleShot(0, leave))

        # the engine is large, and loaded behind the window
        studio.services.engine.ready.connect(lambda _version: QTimer.singleShot(1000, start))
        app.exec()
    sys.stdout.write(f"\n{json.dumps(census.taken)}\n")


if __name__ == "__main__":
    main()
