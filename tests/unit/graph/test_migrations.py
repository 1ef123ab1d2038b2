import pytest

from studio.errors import FileError
from studio.graph.migrations import migrated


def renamed(project):
    return {("graph" if key == "network" else key): value for key, value in project.items()}


def counted(project):
    return project | {"count": project.get("count", 0) + 1}


def test_an_old_project_goes_through_every_step_it_missed():
    steps = (renamed, counted)

    assert migrated({"layerwise": 1, "network": {}}, steps) == {
        "layerwise": 3,
        "graph": {},
        "count": 1,
    }
    assert migrated({"layerwise": 2, "network": {}}, steps)["network"] == {}
    assert migrated({"layerwise": 3}, steps) == {"layerwise": 3}


def test_a_step_does_not_change_what_it_was_given():
    project = {"layerwise": 1, "network": {}}

    migrated(project, (renamed,))

    assert project == {"layerwise": 1, "network": {}}


@pytest.mark.parametrize("version", [None, 0, -1, "1", 1.0, True])
def test_a_file_without_a_version_is_no_project(version):
    with pytest.raises(FileError, match="This is no Layerwise project"):
        migrated({"layerwise": version})
