"""How long a newcomer waits: from starting the program to the first picture of its window.

`python -m tests.benchmarks.bench_start [STARTS]` starts it that often, each in its own process,
and prints the seconds, and whether torch was already loaded then (it must not be).
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

CHILD = """
import sys, time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from studio.app import Studio
app = QApplication([])
studio = Studio(app)
studio.start(None)
studio.window.repaint()
print(time.time(), "torch" in sys.modules, flush=True)
studio.window.hide()
QTimer.singleShot(0, app.quit)
app.exec()
"""


def main(starts: int) -> None:
    """Print the time of each start and their median, as JSON."""
    seconds, early = [], []
    for _start in range(starts):
        with tempfile.TemporaryDirectory() as home:
            environment = {"QT_QPA_PLATFORM": "offscreen"} | os.environ | {"LAYERWISE_HOME": home}
            began = time.time()
            done = subprocess.run(
                [sys.executable, "-c", CHILD],
                env=environment,
                capture_output=True,
                text=True,
                check=True,
            )
        shown, loaded = done.stdout.split()
        seconds.append(round(float(shown) - began, 3))
        early.append(loaded == "True")
    median = round(statistics.median(seconds), 3)
    report = {"seconds": seconds, "median": median, "torch_loaded": any(early)}
    sys.stdout.write(json.dumps(report) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
