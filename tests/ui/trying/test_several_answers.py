"""Are all answers of a network shown that gives several of one sample?"""

import numpy as np
import pytest
from PySide6.QtCore import Qt

from studio.datasets.source import read_source
from studio.ui.trying.panel import TryPanel

PATIENCE = 60_000


@pytest.fixture
def houses(tmp_path):
    random = np.random.default_rng(3)
    lines = ["area,rooms,town,price,floor"]
    for _row in range(240):
        area, rooms = random.uniform(40, 200), int(random.integers(1, 7))
        town = "Bonn" if area > 120 else "Ulm"
        lines.append(
            f"{area:.1f},{rooms},{town},{1000 * area:.0f},{'high' if rooms > 3 else 'low'}"
        )
    (tmp_path / "houses.csv").write_text("\n".join(lines), "utf-8")
    return read_source(
        {"type": "table", "file": str(tmp_path / "houses.csv"), "target": "town,price,floor"}
    )


@pytest.fixture
def panel(qtbot, shown, trained, houses):
    panel = shown(TryPanel(trained(source=houses, epochs=25)), 330, 900)
    qtbot.waitUntil(lambda: not panel.asking.is_busy, timeout=PATIENCE)
    return panel


def test_each_answer_stands_under_its_name(qtbot, panel):
    answer = panel.answer
    assert answer.name.text() == "town"
    assert answer.name.isVisible()
    assert answer.answer.text() in {"Bonn", "Ulm"}
    assert list(answer.further.parts) == ["price", "floor"]
    price, floor = answer.further.parts.values()
    assert float(price.answer.text().replace(",", "")) == pytest.approx(120_000, rel=0.5)
    assert not price.bars.isVisible()
    assert floor.answer.text() in {"high", "low"}
    assert floor.note.text().startswith("with ")
    assert "high" in floor.bars.accessibleDescription()
    said = panel._workspace.trial.answer.split(", ")
    assert (said[0], said[-1]) == (answer.answer.text(), floor.answer.text())


def test_each_answer_is_live_and_keeps_its_place(qtbot, panel):
    before = dict(panel.answer.further.parts)
    price = before["price"].answer.text()
    area = panel.fields[0].cells["area"].field
    area.selectAll()
    qtbot.keyClicks(area, "60")
    qtbot.waitUntil(lambda: before["price"].answer.text() != price, timeout=PATIENCE)
    assert panel.answer.further.parts == before


def test_the_truth_is_told_of_each(qtbot, panel):
    qtbot.mouseClick(panel.sample, Qt.MouseButton.LeftButton)
    parts = panel.answer.further.parts
    qtbot.waitUntil(lambda: "right answer" in panel.answer.note.text(), timeout=PATIENCE)
    told = [panel.answer.note.text(), *(part.note.text() for part in parts.values())]
    assert all(one.startswith("The right answer is ") for one in told)
    assert told[2] in {"The right answer is high.", "The right answer is low."}


def test_where_a_sentence_is_shown_no_old_answer_stands_beside_it(panel):
    panel.answer.say("", "Not this.")
    assert not panel.answer.name.isVisible()
    assert not panel.answer.further.isVisible()
    assert panel.answer.further.parts == {}
