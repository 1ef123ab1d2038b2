"""How fast a network trains while the window is open and its plots stream, and how late it is.

Run `python -m tests.benchmarks.bench_window FOLDER` with the folder of the four MNIST files. The
window trains the network of the articles in its thread; a hand-written PyTorch loop trains the
same in a process of its own, in turns. Goals: at least twice the samples per second of the loop by
hand, and 99 of 100 ticks of a 16 ms timer less than 16 ms late.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from studio.app import Studio
from studio.datasets.mnist import Mnist
from tests.benchmarks.bench_training import BATCH, Contender, by_hand, unpacked
from tests.benchmarks.lateness import Lateness

_LEAD_IN = 20
"""Steps at the start of a run that do not count: buffers are made, the threads warm up."""


def window_rate(studio: Studio, steps: int, late: Lateness) -> float:
    """Train in the window for so many steps; return samples per second."""
    services = studio.services
    services.training.start(services.workspace.run_request())
    loop, watch = QEventLoop(), QTimer()

    def look() -> None:
        history = services.workspace.history
        made = history.step if history is not None else 0
        if made > _LEAD_IN and not late.is_running:
            late.start()
        if made > steps + _LEAD_IN:
            late.stop()
            watch.stop()
            services.workspace.stop()

    watch.timeout.connect(look)
    services.training.ended.connect(loop.quit)
    watch.start(25)
    loop.exec()
    late.stop()
    history = services.workspace.history
    assert history is not None
    counted = (history.steps > _LEAD_IN) & (history.steps <= steps + _LEAD_IN)
    steps_made, spent = history.steps[counted], history.elapsed[counted]
    return float((steps_made[-1] - steps_made[0]) * BATCH / (spent[-1] - spent[0]))


def opened(arguments: argparse.Namespace) -> Studio:
    """Return the program on its Train page, with the network of the articles and MNIST."""
    app = QApplication([sys.argv[0]])
    studio = Studio(app)
    studio.start(None)
    workspace = studio.services.workspace
    workspace.new_from("mnist-cnn")
    workspace.set_source(Mnist(folder=str(arguments.folder)))
    plan = workspace.plan
    workspace.set_plan(
        plan.changed(epochs=20, batch_size=BATCH, threads=arguments.threads, augment=())
    )
    workspace.path = Path(tempfile.mkdtemp()) / "bench.layerwise"
    studio.window.resize(1600, 1000)
    studio.window.show_page(arguments.page)
    until = time.monotonic() + 20
    while time.monotonic() < until and workspace.dataset is None:
        app.processEvents()
    return studio


def main() -> None:
    """Print rates, ratios and lateness as JSON."""
    arguments = _arguments()
    studio, late = opened(arguments), Lateness()
    with (
        tempfile.TemporaryDirectory() as folder,
        Contender(by_hand, arguments, unpacked(arguments, Path(folder))) as hand,
    ):
        window_rate(studio, arguments.steps, Lateness())
        hand.run()  # warms up
        pairs = [
            (window_rate(studio, arguments.steps, late), hand.run()[0])
            for _round in range(arguments.rounds)
        ]
    ratios = sorted(ours / theirs for ours, theirs in pairs)
    ticks = sorted(late.found)
    sys.stdout.write(
        json.dumps(
            {
                "window": [round(pair[0]) for pair in pairs],
                "by_hand": [round(pair[1]) for pair in pairs],
                "ratios": [round(ratio, 2) for ratio in ratios],
                "median": round(statistics.median(ratios), 2),
                "ticks": len(ticks),
                "late_p50_ms": round(ticks[len(ticks) // 2], 2),
                "late_p99_ms": round(ticks[int(len(ticks) * 0.99)], 2),
                "late_max_ms": round(ticks[-1], 2),
                "load": [round(load, 1) for load in os.getloadavg()],
            }
        )
        + "\n"
    )
    studio.close()
    studio.window.hide()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--page", choices=("design", "train"), default="train")
    return parser.parse_args()


if __name__ == "__main__":
    main()
