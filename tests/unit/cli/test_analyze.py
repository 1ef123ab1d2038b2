"""`layerwise analyze` and `templates`, as a shell meets them."""

import json
import subprocess
import sys

import pytest

from studio import cli
from studio.__main__ import main


def test_the_json_of_a_template(capsys):
    assert main(["analyze", "template:mnist-cnn", "--json"]) == 0
    value = json.loads(capsys.readouterr().out)
    assert value["parameters"]["total"] == 54_410
    assert (value["depth"], value["findings"]) == (2, [])


def test_the_table_lines_up(capsys):
    assert main(["analyze", "template:small-resnet"]) == 0
    lines = capsys.readouterr().out.splitlines()
    rule = lines[1]
    ends = [
        end for end in range(1, len(rule)) if rule[end - 1] == "─" and rule[end : end + 1] != "─"
    ]
    column = lines[0].index("Parameters") + len("Parameters")
    assert column in ends
    rows = [line for line in lines[2 : lines.index("")] if line]
    assert all(row[column - 1].isdigit() for row in rows)
    assert "block × 2" in "\n".join(rows)
    assert "218,490 (218,490 trainable, 0 frozen)" in "\n".join(lines)


def test_findings_are_part_of_the_answer(tmp_path, capsys):
    file = tmp_path / "a.layerwise"
    file.write_text(
        '{"layerwise": 1, "graph": {"x": {"type": "input", "shape": [784]},'
        ' "conv": {"type": "conv2d", "from": ["x"]}, "y": {"type": "output", "from": ["conv"]}}}'
    )
    assert main(["analyze", str(file)]) == 0
    assert (
        "Error (conv): conv cannot take what x gives. "
        "Expected 3 axes (channels height width) but received 1 (784)."
    ) in capsys.readouterr().out


def test_the_data_of_the_project_take_part(tmp_path, capsys):
    file = tmp_path / "a.layerwise"
    file.write_text(
        '{"layerwise": 1, "data": {"type": "iris"}, "graph": {"x": {"type": "input", "shape": [5]},'
        ' "fc": {"type": "linear", "from": ["x"]}, "y": {"type": "output", "from": ["fc"]}}}'
    )
    assert main(["analyze", str(file), "--json"]) == 0
    found = [finding["problem"] for finding in json.loads(capsys.readouterr().out)["findings"]]
    assert found == [
        "x takes 5, but the samples of the data are 4.",
        "y gives 10 scores, but the labels have 3 classes.",
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["analyze", "none.layerwise"], "none.layerwise"),
        (["analyze", "template:mnist-cn"], "Did you mean mnist-cnn?"),
        (["analyse", "x"], "There is no command called analyse. Did you mean analyze?"),
        (["analyze"], "FILE"),
        (["analyze", "x", "--jason"], "--jason"),
    ],
)
def test_a_refusal_is_one_line_on_stderr(words, said, capsys):
    assert main(words) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert said in captured.err
    assert captured.err.count("\n") == 1


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"graph": 3}', '{"layerwise": 99}', "\x00\xff"]
)
def test_a_broken_file_is_refused_without_a_traceback(content, tmp_path, capsys):
    file = tmp_path / "broken.layerwise"
    file.write_text(content)
    status = main(["analyze", str(file)])
    captured = capsys.readouterr()
    assert status == 2
    assert captured.err.count("\n") == 1
    assert "Something went wrong" not in captured.err


def test_a_fault_of_the_program_shows_no_traceback(monkeypatch, capsys):
    monkeypatch.setattr("studio.cli.analyze.analyze", lambda *_args: 1 // 0)
    assert cli.main(["analyze", "template:mlp"]) == 2
    captured = capsys.readouterr()
    assert "ZeroDivisionError" in captured.err
    assert "Traceback" not in captured.err


def test_the_gallery_lists_every_template_with_what_it_teaches(capsys):
    assert main(["templates", "--json"]) == 0
    entries = json.loads(capsys.readouterr().out)["templates"]
    assert [entry["name"] for entry in entries][:3] == ["digits-cnn", "mnist-cnn", "lenet5"]
    assert all(entry["title"] and entry["about"].endswith(".") for entry in entries)
    assert main(["templates"]) == 0
    assert "54,410" in capsys.readouterr().out


def test_analyze_loads_neither_torch_nor_qt():
    code = (
        "import sys; from studio.__main__ import main; main(['analyze', 'template:mlp', '--json']);"
        "sys.exit(any(name in sys.modules for name in ('torch', 'PySide6', 'sklearn')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
