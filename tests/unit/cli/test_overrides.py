"""`--set`: changes what exists, refuses what does not, and guesses what was meant."""

from pathlib import Path

import pytest

from studio.cli.overrides import overridden
from studio.errors import StudioError
from studio.graph.file import ProjectFile
from studio.graph.spelling import graph_from_json, graph_json

PROJECT = ProjectFile(
    graph_from_json(
        {
            "image": {"type": "input", "shape": [1, 28, 28]},
            "block_1": {
                "type": "block",
                "graph": {
                    "x": {"type": "input", "shape": [1]},
                    "conv2d_1": {"type": "conv2d", "out_channels": 4, "from": ["x"]},
                    "y": {"type": "output", "from": ["conv2d_1"]},
                },
                "from": ["image"],
            },
            "linear_1": {"type": "linear", "out_features": 10, "from": ["block_1"]},
        }
    ),
    {"type": "mnist", "folder": "raw"},
    {"epochs": 5},
    {"title": "kept"},
)


def changed(*assignments: str) -> ProjectFile:
    return overridden(PROJECT, assignments, Path("/project"))


def test_nothing_to_set_resolves_paths_and_changes_nothing_else() -> None:
    project = changed()

    assert project.graph == PROJECT.graph
    assert project.extra == PROJECT.extra
    assert project.plan["epochs"] == 5
    assert project.data["folder"] == "/project/raw"


def test_settings_of_plan_and_data_are_replaced() -> None:
    project = changed(
        "plan.epochs=2",
        "plan.optimizer.learning_rate=1e-4",
        "plan.schedule=cosine",
        "plan.clip_norm=null",
        'plan.augment=[{"type": "shift", "pixels": 1}]',
        "data.validation=0",
    )

    assert project.plan["epochs"] == 2
    assert project.plan["optimizer"]["type"] == "adam"
    assert project.plan["optimizer"]["learning_rate"] == 1e-4
    assert project.plan["schedule"]["type"] == "cosine"
    assert [(one["type"], one["pixels"]) for one in project.plan["augment"]] == [("shift", 1)]
    assert project.data["validation"] == 0
    assert project.data["folder"] == "/project/raw"


def test_another_type_starts_from_its_own_settings() -> None:
    project = changed("plan.optimizer.type=sgd", "plan.optimizer.momentum=0.9")

    assert (project.plan["optimizer"]["type"], project.plan["optimizer"]["momentum"]) == (
        "sgd",
        0.9,
    )
    assert changed("data=iris").data["type"] == "iris"


def test_a_folder_on_the_command_line_is_taken_from_where_one_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert changed("data.folder=mine").data["folder"] == str(tmp_path / "mine")


@pytest.mark.parametrize("path", ["block_1/conv2d_1", "linear_1"])
def test_a_layer_is_frozen_by_its_path(path: str) -> None:
    spelled = graph_json(changed(f"graph.{path}.frozen=true").graph)

    node = spelled["block_1"]["graph"]["conv2d_1"] if "/" in path else spelled["linear_1"]
    assert node["frozen"] is True


def test_a_layer_gets_another_setting() -> None:
    spelled = graph_json(changed("graph.linear_1.out_features=7").graph)

    assert spelled["linear_1"]["out_features"] == 7


@pytest.mark.parametrize(
    ("assignment", "sentence"),
    [
        ("plan.epoch=3", "There is no epoch. Did you mean epochs?"),
        ("plan.optimizer.learnin_rate=3", "Did you mean learning_rate?"),
        ("plan.optimizer=adm", "There is no optimizer called adm. Did you mean adam?"),
        ("plan.epochs=0", "epochs must be a whole number from 1"),
        ("plan.epochs=", "epochs must be a whole number"),
        ("plan.epochs.x=1", "epochs has no settings of its own"),
        ("plan=3", "needs something like plan.epochs=2"),
        ("plan", "needs something like plan.epochs=2, but plan was given"),
        ("plam.epochs=2", "Did you mean plan?"),
        ("data.type=mnit", "Did you mean mnist?"),
        ("data=3", "Data set needs a word or an object"),
        ("graph.linear_2.frozen=true", "There is no linear_2. Did you mean linear_1?"),
        ("graph.linear_1.freezed=true", "There is no freezed. Did you mean frozen?"),
        ("graph.linear_1=3", "is named like graph.linear_1.frozen"),
        ("graph.linear_1.frozen=maybe", "frozen must be true, false or"),
        ("graph.linear_1/x.frozen=true", "linear_1 is no block"),
        ("graph.linear_1.out_features=0", "out_features must be a whole number"),
        ("graph.image.from=[[1]]", "from must be a list"),
    ],
)
def test_what_cannot_be_set_is_refused_in_a_sentence(assignment: str, sentence: str) -> None:
    with pytest.raises(StudioError) as refusal:
        changed(assignment)

    assert sentence in str(refusal.value)
    assert "\n" not in str(refusal.value)
