"""`layerwise export`: pictures and tables without a window."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from studio import cli
from studio.__main__ import main
from studio.gallery import load

ROOT = Path(__file__).resolve().parents[3]


def test_a_table_is_printed_where_no_file_is_named(capsys):
    assert main(["export", "template:digits-cnn", "--format", "csv"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("path,level,type")
    assert len(lines) == 1 + len(load("digits-cnn").graph) + 1


@pytest.mark.parametrize(("ending", "begins"), [("md", "# "), ("csv", "path,"), ("tex", "% ")])
def test_the_ending_says_which_table_is_meant(tmp_path, ending, begins):
    out = tmp_path / f"net.{ending}"
    assert main(["export", "template:digits-cnn", "--out", str(out)]) == 0
    assert out.read_text(encoding="utf-8").startswith(begins)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--out", "net.xyz"], "does not say which format"),
        (["--format", "svg"], "needs a file"),
        (["--out", "net.png", "--scale", "99"], "from 0.1 to 8"),
    ],
)
def test_a_wrong_order_is_refused_in_one_sentence(capsys, words, sentence):
    assert main(["export", "template:digits-cnn", *words]) == cli.REFUSED
    told = capsys.readouterr().err
    assert sentence in told
    assert told.count("\n") == 1


@pytest.mark.parametrize(
    ("ending", "magic"), [("svg", b"<?xml"), ("png", b"\x89PNG"), ("pdf", b"%PDF")]
)
def test_a_picture_is_drawn_without_a_display(tmp_path, ending, magic):
    out = tmp_path / f"net.{ending}"
    kept = {k: v for k, v in os.environ.items() if k not in {"DISPLAY", "QT_QPA_PLATFORM"}}
    words = [sys.executable, "-m", "studio", "export", "template:digits-cnn", "--out", str(out)]
    done = subprocess.run(words, cwd=ROOT, env=kept, capture_output=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert out.read_bytes().startswith(magic)
