"""Are the engine and the samples loaded behind the window, and only the newest wish fulfilled?"""

import pytest

from studio.datasets.mnist import Mnist
from studio.datasets.source import SOURCES
from studio.errors import DataError
from studio.ui.loading import DatasetLoader, EngineLoader
from studio.workspace import Workspace

PATIENCE = 60_000


@pytest.fixture
def workspace() -> Workspace:
    return Workspace()


def test_the_engine_tells_its_version_once_it_is_there(qtbot, qapp):
    loader = EngineLoader(qapp)
    with qtbot.waitSignal(loader.ready, timeout=PATIENCE) as heard:
        loader.start()
        loader.start()
    assert heard.args[0][0].isdigit()


def test_a_source_that_changes_is_loaded_and_split(qtbot, qapp, workspace):
    loader = DatasetLoader(workspace, qapp)
    workspace.set_source(SOURCES["iris"]())
    assert loader.is_loading
    qtbot.waitUntil(lambda: workspace.dataset is not None, timeout=PATIENCE)
    qtbot.waitUntil(lambda: not loader.is_loading)
    assert len(workspace.dataset) == 150
    assert (
        len(workspace.split.train) + len(workspace.split.validation) + len(workspace.split.test)
        == 150
    )


def test_only_the_last_of_several_wishes_is_delivered(qtbot, qapp, workspace):
    loader = DatasetLoader(workspace, qapp)
    sizes: list[int | None] = []
    workspace.dataset_changed.connect(lambda data: sizes.append(len(data) if data else None))
    workspace.set_source(SOURCES["digits"]())
    workspace.set_source(SOURCES["wine"]())
    workspace.set_source(SOURCES["iris"]())
    qtbot.waitUntil(lambda: not loader.is_loading, timeout=PATIENCE)
    qtbot.wait(300)
    assert [size for size in sizes if size] == [150]


def test_a_source_that_cannot_be_read_is_explained_and_can_be_tried_again(
    qtbot, qapp, workspace, tmp_path
):
    loader = DatasetLoader(workspace, qapp)
    workspace.set_source(Mnist(folder=str(tmp_path)))
    with qtbot.waitSignal(loader.failed, timeout=PATIENCE) as heard:
        pass
    assert isinstance(heard.args[0], DataError)
    assert loader.error is heard.args[0]
    assert not workspace.dataset
    workspace.set_source(SOURCES["iris"]())
    qtbot.waitUntil(lambda: loader.error is None)
    qtbot.waitUntil(lambda: workspace.dataset is not None, timeout=PATIENCE)
