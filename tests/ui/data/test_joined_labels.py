"""Does one click make each label of a cell an answer of its own?"""

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from studio.ui.bridge import TrainingBridge
from studio.ui.data.panel import DataPanel
from studio.ui.kit import FixButton
from studio.ui.loading import DatasetLoader, EngineLoader
from studio.ui.services import Services
from studio.workspace import Workspace

PATIENCE = 60_000


@pytest.fixture
def services():
    workspace, app = Workspace(), QApplication.instance()
    return Services(
        workspace,
        TrainingBridge(workspace, app),
        EngineLoader(app),
        DatasetLoader(workspace, app),
    )


def test_a_click_on_settle_parts_the_labels(qtbot, shown, services, tmp_path):
    workspace = services.workspace
    draw, kinds = np.random.default_rng(0), ("red", "big", "old", "red;big", "big;old", "red;old")
    rows = [f"{draw.normal():.3f},{draw.choice(kinds)}" for _row in range(150)]
    (tmp_path / "things.csv").write_text("\n".join(["size,tags", *rows]))
    panel = shown(DataPanel(services), 1300, 760)
    services.data.bring(tmp_path / "things.csv")
    qtbot.waitUntil(lambda: workspace.dataset is not None, timeout=PATIENCE)
    assert workspace.dataset.more_targets == {}

    fixes = [one for one in panel.findChildren(FixButton) if one.isVisibleTo(panel)]
    assert len(fixes) == 1
    fixes[0].click()
    qtbot.waitUntil(lambda: workspace.dataset is None, timeout=PATIENCE)
    qtbot.waitUntil(lambda: workspace.dataset is not None, timeout=PATIENCE)

    assert workspace.source.labels == "semicolon"
    assert [workspace.dataset.target_name, *workspace.dataset.more_targets] == [
        "tags: big", "tags: old", "tags: red"
    ]  # fmt: skip
    qtbot.waitUntil(lambda: not services.data.is_loading, timeout=PATIENCE)
