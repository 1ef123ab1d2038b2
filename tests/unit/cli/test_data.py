"""`layerwise data inspect`: what is said of data, and what is refused in one sentence."""

import json
from pathlib import Path

import pytest

from studio.cli import DONE, REFUSED, main
from studio.graph.file import ProjectFile, write_project
from studio.graph.model import Graph


@pytest.fixture
def project(tmp_path: Path) -> Path:
    path = tmp_path / "digits.layerwise"
    write_project(path, ProjectFile(Graph({}), {"type": "digits", "validation": 0.2}, {}))
    return path


def test_the_data_of_a_project_are_told_as_one_object(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["data", "inspect", str(project), "--json"]) == DONE

    found = json.loads(capsys.readouterr().out)
    assert (found["kind"], found["samples"], found["shape"]) == ("digits", 1797, [1, 8, 8])
    assert found["classes"]["0"] == 178
    assert sum(found["parts"].values()) == 1797
    assert found["parts"]["validation"] == 359
    assert found["range"] == [0, 255]


def test_a_setting_can_be_changed_before_looking(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["data", "inspect", str(project), "--set", "validation=0", "--json"]) == DONE

    assert json.loads(capsys.readouterr().out)["parts"]["validation"] == 0


def test_people_read_samples_parts_and_classes(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["data", "inspect", str(project)]) == DONE

    said = capsys.readouterr().out
    assert "1,797" in said
    assert "0 178, 1 182" in said


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["nowhere"], "There is no file or folder nowhere."),
        ([".", "--as", "digits"], "digits is built in and is not read from a path."),
        ([".", "--as", "digit"], "There is no data set called digit."),
    ],
)
def test_what_cannot_be_looked_at_is_refused_in_a_sentence(
    words: list[str],
    sentence: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)

    assert main(["data", "inspect", *words]) == REFUSED

    said = capsys.readouterr().err
    assert said.startswith(sentence)
    assert said.count("\n") == 1


def test_a_folder_without_data_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["data", "inspect", str(tmp_path)]) == REFUSED

    assert "holds no data of a kind that is known" in capsys.readouterr().err
