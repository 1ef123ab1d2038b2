"""Whatever lies in a file, on the clipboard or in the command bar is sound or refused."""

import copy
import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from studio.errors import EditError, FileError, SettingError
from studio.graph import edits
from studio.graph.command import apply, parse
from studio.graph.file import ProjectFile, project_from_json, project_to_json, read_project
from studio.graph.model import Graph
from studio.graph.text import json_text, json_value
from tests.laws.networks import assert_sentence, assert_sound, json_values

PROJECT: dict[str, Any] = {
    "layerwise": 1,
    "graph": {
        "image": {"type": "input", "shape": [1, 8, 8]},
        "conv2d_1": {
            "type": "conv2d",
            "out_channels": 4,
            "kernel_size": [3, 3],
            "from": ["image"],
            "frozen": True,
            "colour": "red",
        },
        "block_1": {
            "type": "block",
            "repeat": 2,
            "graph": {
                "way_in": {"type": "input", "shape": [4, 6, 6]},
                "relu_1": {"type": "relu", "from": ["way_in"]},
                "way_out": {"type": "output", "from": ["relu_1"]},
            },
            "from": ["conv2d_1"],
            "at": [0, 244.5],
        },
        "flatten_1": {"type": "flatten", "from": ["block_1"]},
        "linear_1": {"type": "linear", "out_features": 144, "from": ["flatten_1"]},
        "linear_2": {
            "type": "linear",
            "out_features": 144,
            "from": ["linear_1"],
            "tied": {"weight": "linear_1.weight"},
        },
        "add_1": {"type": "add", "from": ["linear_2", None, "flatten_1"]},
        "magic": {
            "type": "hologram",
            "strength": [1, {"a": None}],
            "from": ["add_1", "linear_1.1"],
        },
        "scores": {"type": "output", "from": ["magic"]},
    },
    "data": {"type": "digits"},
    "plan": {"epochs": 2},
    "author": {"name": "Zoë"},
}
TEXT = json_text(PROJECT)


@st.composite
def spoiled(draw) -> Any:
    """Draw the project with a few of its values exchanged, dropped or put elsewhere."""
    project = copy.deepcopy(PROJECT)
    for _round in range(draw(st.integers(1, 3))):
        holders = list(_holders(project))
        holder = draw(st.sampled_from(holders))
        keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        key = draw(st.sampled_from(keys))
        match draw(st.sampled_from(["drop", "exchange", "borrow", "rename", "again"])):
            case "drop":
                del holder[key]
            case "exchange":
                holder[key] = draw(json_values | st.sampled_from([0, -1, 10**17, "image", "x.0"]))
            case "borrow":
                holder[key] = copy.deepcopy(draw(st.sampled_from(holders)))
            case "again" if isinstance(holder, list):
                holder.append(copy.deepcopy(holder[key]))
            case "rename" if isinstance(holder, dict):
                known = ["type", "from", "graph", "tied", "at", "frozen", "scores", "repeat"]
                holder[draw(st.text(max_size=4) | st.sampled_from(known))] = holder.pop(key)
    return project


def _holders(value: Any):
    if isinstance(value, dict | list):
        if value:
            yield value
        for item in value.values() if isinstance(value, dict) else value:
            yield from _holders(item)


def assert_refused_or_sound(value: Any) -> None:
    try:
        project = project_from_json(value)
    except FileError as refusal:
        assert_sentence(refusal)
        return
    assert_sound(project.graph)
    assert_same_again(project)


def assert_same_again(project: ProjectFile) -> None:
    text = json_text(project_to_json(project))
    again = project_from_json(json_value(text))
    assert again == project
    assert json_text(project_to_json(again)) == text


def test_a_project_is_written_as_it_was_read_to_the_byte():
    assert json_text(project_to_json(project_from_json(json_value(TEXT)))) == TEXT


@given(json_values)
def test_any_json_value_is_a_project_or_refused(value):
    assert_refused_or_sound(value)
    assert_refused_or_sound({"layerwise": 1, "graph": value})
    assert_refused_or_sound({"layerwise": 1, "graph": {"a": value}})
    assert_refused_or_sound({"layerwise": 1, "graph": {"a": {"type": "conv2d", "from": value}}})


@given(spoiled())
def test_any_spoiled_project_is_sound_or_refused(value):
    assert_refused_or_sound(value)


@given(st.binary(max_size=40), st.integers(0, len(TEXT)), st.integers(0, 30))
@example(b"\xef\xbb\xbf", 0, 0)
@example(b'{"layerwise": 1, "x": NaN}', 0, 10_000)
@example(b'{"layerwise": 1, "x": 1e999}', 0, 10_000)
@example(b'{"layerwise": ' + b"9" * 5_000 + b"}", 0, 10_000)
@example(b'{"layerwise": 1, "x": "\\ud800"}', 0, 10_000)
@example(b"[" * 100_000, 0, 10_000)
def test_any_bytes_are_a_project_or_refused(tmp_path_factory, splinter, place, lost):
    content = TEXT.encode()
    path = tmp_path_factory.mktemp("bytes") / "any.layerwise"
    path.write_bytes(content[:place] + splinter + content[place + lost :])

    try:
        project = read_project(path)
    except FileError as refusal:
        assert_sentence(refusal)
    else:
        assert_sound(project.graph)
        assert_same_again(project)


@given(st.text() | spoiled().map(json.dumps))
def test_any_clipboard_is_pasted_or_refused(text):
    try:
        graph, names = edits.paste(text, Graph(), (10.0, 20.0))
    except EditError as refusal:
        assert_sentence(refusal)
    else:
        assert_sound(graph)
        assert set(names) == set(graph)


WORDS = """
conv linear relu pool input output block add flatten 3 -1 0.5 3x5 (3,5) 1e5 none true = > -> → | ,
( ) bias=false kernel_size=3 out_features= dim=-1 p=0.1 × x .
"""
words = st.sampled_from(WORDS.split())


@given(st.text() | st.lists(words, max_size=12).map(" ".join))
def test_any_command_is_understood_or_refused(text):
    try:
        layers = parse(text)
    except (EditError, SettingError) as refusal:
        assert_sentence(refusal)
    else:
        assert_sound(apply(Graph(), layers))


def test_no_depth_of_nesting_breaks_the_reader():
    def nested(depth: int) -> dict[str, Any]:
        graph: dict[str, Any] = {}
        for _level in range(depth):
            graph = {"block_1": {"type": "block", "graph": graph}}
        return {"layerwise": 1, "graph": graph}

    shallow = project_from_json(json_value(json.dumps(nested(40))))
    assert_sound(shallow.graph)
    for depth in (60, 200, 400):
        with pytest.raises(FileError, match="nested more than 100 levels deep"):
            json_value(json.dumps(nested(depth)))
