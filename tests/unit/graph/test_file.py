import pytest

from studio.errors import FileError
from studio.graph import edits
from studio.graph.file import ProjectFile, project_from_json, read_project, write_project
from studio.graph.text import LARGEST
from tests.toys.graphs import network, residual


def refusal(path) -> str:
    with pytest.raises(FileError) as caught:
        read_project(path)
    return str(caught.value)


def test_a_project_comes_back_from_disk(tmp_path):
    graph = edits.set_frozen(edits.group(residual(), ["relu_1", "linear_1"]), ["block_1"], True)
    project = ProjectFile(graph, {"type": "digits"}, {"epochs": 3}, {"author": "Zoë"})

    write_project(tmp_path / "a.layerwise", project)

    assert read_project(tmp_path / "a.layerwise") == project


def test_a_project_reads_like_a_page(tmp_path):
    path = tmp_path / "a.layerwise"

    write_project(path, ProjectFile(network("input 4 → linear 3 → output"), plan={"epochs": 2}))

    assert path.read_text(encoding="utf-8") == (
        "{\n"
        '  "layerwise": 1,\n'
        '  "graph": {\n'
        '    "input_1": {"type": "input", "shape": [4]},\n'
        '    "linear_1": {"type": "linear", "out_features": 3, "from": ["input_1"]},\n'
        '    "output_1": {"type": "output", "from": ["linear_1"]}\n'
        "  },\n"
        '  "plan": {"epochs": 2}\n'
        "}\n"
    )


def test_the_least_project_is_empty():
    assert project_from_json({"layerwise": 1}) == ProjectFile()


def test_a_project_that_cannot_be_written_leaves_the_old_one(tmp_path):
    path = tmp_path / "a.layerwise"
    write_project(path, ProjectFile(residual()))

    with pytest.raises(FileError):
        write_project(path, ProjectFile(residual(), {"x": float("nan")}))

    assert read_project(path) == ProjectFile(residual())


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[]", "A project must be a JSON object, but it is of type list."),
        ("{}", "This is no Layerwise project: it does not say “layerwise”: 1."),
        ('{"layerwise": true}', "This is no Layerwise project: it does not say “layerwise”: 1."),
        (
            '{"layerwise": 9}',
            "The project has version 9, but this program knows up to 1."
            " Open it with a newer Layerwise.",
        ),
        ('{"layerwise": 1, "plan": []}', "plan must be an object, but it is of type list."),
        ('{"layerwise": 1, "data": "x"}', "data must be an object, but it is of type str."),
        (
            '{"layerwise": 1, "graph": {"a": {}}}',
            "In a: type must be the name of a layer, but None was given.",
        ),
    ],
)
def test_a_file_that_is_no_project_is_refused_by_name(tmp_path, text, sentence):
    path = tmp_path / "a.layerwise"
    path.write_text(text, encoding="utf-8")

    assert refusal(path) == f"a.layerwise: {sentence}"


def test_a_missing_file_is_refused(tmp_path):
    path = tmp_path / "none.layerwise"

    assert refusal(path) == (
        f"Cannot read {path}: No such file or directory. Check the path and the permissions."
    )


def test_a_folder_is_no_project(tmp_path):
    assert refusal(tmp_path) == f"{tmp_path} is not a file."


def test_a_path_that_no_system_knows_is_refused(tmp_path):
    assert "Cannot read" in refusal(tmp_path / "a\0b")


def test_a_huge_file_is_refused_without_reading_it_all(tmp_path):
    path = tmp_path / "huge.layerwise"
    with path.open("wb") as stream:
        stream.truncate(LARGEST + 1)

    assert refusal(path) == f"{path} is larger than 50 MB, so it can be no project."
