"""A program made to be killed: it trains a network while it saves its project again and again.

python kill_child.py PROJECT RUNS
"""

import itertools
import sys
import threading
from dataclasses import replace
from pathlib import Path

from studio.cli import main
from studio.graph.file import read_project, write_project


def save_for_ever(path: Path) -> None:
    project = read_project(path)
    for number in itertools.count(1):
        write_project(path, replace(project, extra={"saved": number}))


if __name__ == "__main__":
    project, runs = sys.argv[1:]
    threading.Thread(target=save_for_ever, args=(Path(project),), daemon=True).start()
    sys.exit(main(["train", project, "--runs", runs]))
