"""Trained runs with a sample that is tried, and a canvas on which layers are looked into."""

import numpy as np
import pytest

from studio.datasets.builtin import Digits
from studio.datasets.texts.texts import Texts
from studio.graph.spelling import graph_from_json
from studio.runs.request import RunRequest
from studio.training.plan import Plan
from studio.ui.canvas.panel import CanvasPanel
from studio.ui.looking.inside import Inside
from studio.workspace import Workspace
from studio.workspace.trial import Trial
from tests.ui.canvas.conftest import Hand
from tests.unit.runs.projects import performed

PICTURES = {
    "image": {"type": "input", "shape": [1, 8, 8]},
    "conv": {"type": "conv2d", "out_channels": 6, "padding": 1, "from": ["image"]},
    "relu": {"type": "relu", "from": ["conv"]},
    "flat": {"type": "flatten", "from": ["relu"]},
    "linear": {"type": "linear", "out_features": 10, "from": ["flat"]},
    "scores": {"type": "output", "from": ["linear"]},
}
INSIDE = {
    "input_1": {"type": "input", "shape": [6, 8]},
    "look": {"type": "attention", "num_heads": 2, "from": ["input_1"]},
    "sum": {"type": "add", "from": ["input_1", "look"]},
    "output_1": {"type": "output", "from": ["sum"]},
}
TEXT = {
    "ids": {"type": "input", "shape": [6], "dtype": "int64"},
    "words": {"type": "embedding", "num_embeddings": 30, "embedding_dim": 8, "from": ["ids"]},
    "layers": {"type": "block", "graph": INSIDE, "repeat": 2, "from": ["words"]},
    "gru": {"type": "gru", "hidden_size": 5, "output": "sequence", "from": ["layers"]},
    "mean": {"type": "reduce", "dim": [1], "from": ["gru"]},
    "linear": {"type": "linear", "out_features": 2, "from": ["mean"]},
    "scores": {"type": "output", "from": ["linear"]},
}


def ran(tmp_path, nodes, source, sample, name="sample"):
    """Return a workspace on a run of one epoch, in which a sample is tried."""
    workspace = Workspace()
    workspace.document.replace(graph_from_json(nodes))
    workspace.path = tmp_path / "tried.layerwise"
    plan = Plan(epochs=1, batch_size=8, threads=1, device="cpu")
    performed(RunRequest(workspace.document.graph, source, plan, workspace.runs_folder))
    assert workspace.open_run(workspace.runs_folder / "run-0001")
    run = workspace.run_folder
    assert run is not None
    workspace.try_out(Trial(run, sample, name))
    return workspace


@pytest.fixture
def pictures(tmp_path):
    sample = {"image": Digits().load().inputs[0]}
    return ran(tmp_path, PICTURES, Digits(), sample, "zero")


@pytest.fixture
def texts(tmp_path):
    good = ["a good film", "good good story", "fine story here", "good and fine one"]
    bad = ["a bad film", "bad bad story", "dull story here", "bad and dull one"]
    rows = [f"{line},{label}" for label, lines in (("up", good), ("down", bad)) for line in lines]
    path = tmp_path / "lines.csv"
    path.write_text("text,label\n" + "\n".join(rows * 4), encoding="utf-8")
    source = Texts(path=str(path), max_length=6, fewest=1)
    learned = source.load().learned
    sample = {"ids": source.sample("a good film", learned)}
    return ran(tmp_path, TEXT, source, sample, "a good film")


@pytest.fixture
def look(qtbot, shown):
    """A function that shows a workspace on a canvas and looks inside with the key for it."""

    def begin(workspace):
        panel = CanvasPanel(workspace)
        inside = Inside(workspace, panel.view)
        panel.look_asked.connect(lambda _none: inside.turn(on=not inside.is_on))
        shown(panel, 1300, 820)
        panel.activateWindow()
        panel.view.setFocus()
        qtbot.waitUntil(panel.view.hasFocus, timeout=2000)
        return Looked(qtbot, workspace, panel, inside)

    return begin


class Looked:
    """A canvas with the card over it, and a hand for both."""

    def __init__(self, qtbot, workspace, panel, inside):
        self.qtbot, self.workspace, self.panel, self.inside = qtbot, workspace, panel, inside
        self.card, self.hand = inside.card, Hand(panel)

    def turn(self):
        from PySide6.QtCore import Qt

        self.hand.key(Qt.Key.Key_I)

    def at(self, name):
        """Click a layer and wait until it is looked into."""
        self.hand.click(self.hand.body(name))
        assert self.workspace.selection == {name}
        self.wait(name)

    def wait(self, name):
        """Wait until a layer of the page is shown."""
        path = " › ".join((*self.workspace.location, name))
        self.qtbot.waitUntil(
            lambda: self.card.title.text() == path and self.card.stack.isVisible(), timeout=20_000
        )
        self.still()

    def still(self):
        """Wait until no look is under way."""
        asking = self.inside._asking
        self.qtbot.waitUntil(
            lambda: not asking.is_busy and not self.inside._soon.isActive(), timeout=20_000
        )

    def known(self):
        """Return the output that is shown."""
        return np.array(self.card.output._shown.values)
