"""Does a report say what was found, whole in one file, with nothing in it taken for markup?"""

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest

from studio.cli import main
from studio.datasets.builtin import Iris
from studio.datasets.corrections import Corrections
from studio.datasets.dataset import Dataset
from studio.errors import FileError
from studio.runs.judging import figures
from studio.runs.judging.answers import Answers
from studio.runs.judging.judgment import Judgment
from studio.runs.judging.report import report_of, write_judged
from tests.unit.runs.projects import performed, request

NASTY = ("<script>alert(1)</script>", "a|b*c")


def judgment(**changes: object) -> Judgment:
    truth = np.array([0, 0, 1, 1, 0, 1])
    share = np.array([0.9, 0.4, 0.2, 0.7, 0.6, 0.1], np.float32)
    dataset = Dataset(
        "flowers",
        np.zeros((6, 2), np.float32),
        truth,
        classes=NASTY,
        origins=[f"<b>{number}</b>" for number in range(6)],
    )
    scores = np.stack([share, 1 - share], axis=1)
    answers = Answers(np.arange(6), truth, scores, NASTY)
    return Judgment(Path("run-0001"), "test", Iris(), dataset, answers)


def test_a_page_is_whole_and_takes_no_text_for_markup(tmp_path: Path) -> None:
    write_judged(tmp_path / "report.html", judgment())

    page = (tmp_path / "report.html").read_text()
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "<b>" not in page
    assert not re.search(r"(src|href)=", page)
    plots = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    assert len(plots) == 4
    for plot in plots:
        ET.fromstring(plot)


def test_markdown_names_its_plots_beside_it(tmp_path: Path) -> None:
    write_judged(tmp_path / "my report.md", judgment())

    text = (tmp_path / "my report.md").read_text()
    named = re.findall(r"!\[.*?\]\((.*?)\)", text)
    assert len(named) == 4
    for place in named:
        ET.parse(tmp_path / place.replace("%20", " "))
    assert "<script" not in text
    assert "a\\|b\\*c" in text


def test_a_report_says_the_marks_by_the_corrected_labels() -> None:
    wrong = judgment()
    right = wrong.corrected_by(Corrections({"<b>1</b>": NASTY[1]}, ("<b>3</b>",)))

    assert len(right.answers) == 5
    assert right.corrected.tolist() == [1, 3]
    assert right.answers.is_right.sum() == wrong.answers.is_right.sum() + 1
    shown = str(report_of(right))
    assert f"{right.answers.is_right.mean():.4f}" in shown
    assert f"{figures.calibration(right.answers).error:.4f}" in shown


def test_numbers_are_reported_with_their_residuals(tmp_path: Path) -> None:
    truth = np.linspace(0, 1, 8, dtype=np.float32)[:, None]
    dataset = Dataset("sizes", np.zeros((8, 2), np.float32), truth)
    answers = Answers(np.arange(8), truth, truth * np.float32(0.5))

    write_judged(tmp_path / "r.html", Judgment(Path("run"), "test", Iris(), dataset, answers))

    page = (tmp_path / "r.html").read_text()
    off = truth * 0.5 - truth
    fit = 1 - np.square(off).sum() / np.square(truth - truth.mean()).sum()
    assert f"{fit:.4f}" in page
    assert page.count("<circle") == 8


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="neither"):
        write_judged(tmp_path / "report.docx", judgment())


def test_the_command_line_writes_a_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    performed(request(tmp_path / "flowers", epochs=2))
    target = tmp_path / "report.html"

    status = main(
        ["evaluate", str(tmp_path / "flowers" / "run-0001"), "--report", str(target), "--json"]
    )

    assert status == 0
    accuracy = json.loads(capsys.readouterr().out)["metrics"]["accuracy"]
    assert f"{accuracy:.4f}" in target.read_text()
