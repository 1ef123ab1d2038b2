"""Are numbers that were predicted judged rightly, and is a report written from the page?"""

import csv
from collections import deque
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from sklearn.metrics import r2_score

from studio.datasets.inspecting import source_of
from studio.datasets.opening import opened
from studio.runs.perform import perform
from studio.training.control import Control
from studio.ui.judging.page import JudgePage
from studio.ui.judging.plots import Cloud
from studio.workspace import Workspace
from studio.workspace.adopting import adopt

PATIENCE = 60_000
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A project with one run that predicts a price."""
    folder = tmp_path_factory.mktemp("houses")
    rng = np.random.default_rng(0)
    with (folder / "houses.csv").open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["area", "town", "price"])
        for _row in range(240):
            area, town = rng.uniform(40, 200), rng.choice(["north", "south"])
            writer.writerow([f"{area:.1f} ", town, f"{3_000 * area + rng.normal(0, 9_000):.0f}"])
    workspace = Workspace()
    workspace.set_source(source_of(folder / "houses.csv"))
    source = workspace.resolved_source
    assert source is not None
    workspace.accept_dataset(*opened(source))
    adopt(workspace)
    workspace.path = folder / "houses.layerwise"
    workspace.set_plan(workspace.plan.changed(epochs=2, threads=1))
    deque(perform(workspace.run_request(), Control()), maxlen=0)
    workspace.save()
    return workspace.path


@pytest.fixture
def workspace(project):
    made = Workspace()
    assert made.open(project)
    return made


@pytest.fixture
def page(shown, workspace, qtbot):
    made = shown(JudgePage(workspace), 1389, 800)
    made.judge(workspace.runs()[0].folder, "prices")
    qtbot.waitUntil(lambda: made.judgment is not None, timeout=PATIENCE)
    return made


def test_predicted_and_true_come_first_with_their_marks(page):
    answers = page.judgment.answers

    assert page.head.tab.value == "numbers"
    assert page.numbers.isVisible()
    fit = r2_score(answers.truth[:, 0], answers.scores[:, 0])
    assert page.numbers.cloud.value.text() == f"R² {fit:.3f}"
    off = abs(answers.scores - answers.truth).mean()
    assert page.numbers.residuals.value.text() == f"Mean error {off:,.0f}"


def test_of_very_many_samples_some_dots_are_drawn(shown):
    cloud = shown(Cloud("a", "b"), 400, 300)
    line = np.arange(100_000, dtype=np.float32)

    cloud.show_dots(line, line)

    drawn = cloud._dots.getData()[0]
    assert 2_000 < len(drawn) <= 4_000
    assert drawn[0] == 0
    assert drawn[-1] > 99_000


def test_the_farthest_off_comes_first_with_its_row_as_it_stands_in_the_file(page):
    page.head.tab._pick(1)
    table, judgment = page.mistakes.samples.table, page.judgment

    model = table.samples

    assert table.isVisible()
    worst = int(judgment.answers.losses.argmax())
    sample = int(judgment.answers.samples[worst])
    heads = [model.headerData(at, Qt.Orientation.Horizontal, 0) for at in range(5)]
    assert heads == ["True", "Answered", "Off by", "area", "town"]
    town = judgment.dataset.cells["town"][sample]
    assert model.data(model.index(0, 4)) == town
    assert town in {"north", "south"}


@pytest.mark.parametrize("ending", [".html", ".md"])
def test_the_report_is_written_where_somebody_chose(
    page, workspace, qtbot, monkeypatch, tmp_path, ending
):
    path, notices = tmp_path / f"report{ending}", []
    workspace.notice.connect(lambda notice: notices.append(notice.text))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_asked: (str(path), ""))

    qtbot.mouseClick(page.head.report, LEFT)

    qtbot.waitUntil(lambda: bool(notices), timeout=PATIENCE)
    assert str(path) in notices[0]
    text = path.read_text()
    assert "R²" in text
    assert page.judgment.run.name in text
    plots = text.count("<svg") if ending == ".html" else len(list(tmp_path.rglob("*.svg")))
    assert plots == 2


def test_a_report_that_cannot_be_written_is_explained(
    page, workspace, qtbot, monkeypatch, tmp_path
):
    notices = []
    workspace.notice.connect(notices.append)
    place = Path(tmp_path / "report.pdf")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_asked: (str(place), ""))

    qtbot.mouseClick(page.head.report, LEFT)

    qtbot.waitUntil(lambda: bool(notices), timeout=PATIENCE)
    assert notices[0].severity == "error"
    assert "report.pdf" in notices[0].text
    assert not place.exists()
