"""One's own photos, sentences and strokes, from the drop to the answer (see `own_data`)."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.stories.hands import QtHand
from tests.stories.own_data import Story, judge_photos, photos_in, reviews_in, try_out
from tests.ui.conftest import studio  # noqa: F401  the fixture

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ("Xvfb", "openbox", "xdotool")
DISPLAY = ":77"


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_photos_from_the_drop_to_what_flipped(studio, tmp_path):  # noqa: F811
    studio.window.resize(1400, 900)

    judge_photos(Story(studio, QtHand(), tmp_path), photos_in(tmp_path))


@pytest.mark.slow
@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_a_digit_and_a_sentence_are_recognized(studio, tmp_path):  # noqa: F811
    studio.window.resize(1400, 900)

    try_out(Story(studio, QtHand(), tmp_path), reviews_in(tmp_path))


@pytest.mark.slow
@pytest.mark.skipif(
    any(shutil.which(tool) is None for tool in TOOLS), reason=f"needs {', '.join(TOOLS)}"
)
def test_the_same_with_a_real_mouse_and_keyboard(tmp_path):
    environment = os.environ | {
        "DISPLAY": DISPLAY,
        "QT_QPA_PLATFORM": "xcb",
        "LAYERWISE_HOME": str(tmp_path / "home"),
        "PYTHONPATH": str(ROOT),
    }
    screen = ("Xvfb", DISPLAY, "-screen", "0", "1600x1000x24")
    story = (sys.executable, "-m", "tests.stories.own_data", str(tmp_path))
    with subprocess.Popen(screen) as server:
        time.sleep(2)
        with subprocess.Popen(["openbox"], env=environment) as manager:
            told = subprocess.run(
                story, env=environment, cwd=ROOT, capture_output=True, timeout=600, check=False
            )
            manager.terminate()
        server.terminate()

    assert told.returncode == 0, told.stderr.decode()[-3000:]
    assert (tmp_path / "flips.png").exists()
