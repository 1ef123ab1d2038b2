"""Ticks from the command line: given as a setting, foreseen by analyze, kept by what follows."""

import json
from pathlib import Path
from typing import Any

import pytest

from studio.__main__ import main

PROJECT: dict[str, Any] = {
    "layerwise": 1,
    "data": {"type": "iris"},
    "graph": {
        "row": {"type": "input", "shape": [4]},
        "first": {"type": "linear", "from": ["row"], "out_features": 8},
        "scale": {"type": "layer_norm", "from": ["first"]},
        "last": {"type": "linear", "from": ["scale"], "out_features": 3},
        "scores": {"type": "output", "from": ["last"]},
    },
    "plan": {"epochs": 4, "batch_size": 16, "threads": 1, "seed": 1},
}
TICKS = [
    {"at": {"type": "step"}, "actions": [{"type": "bypass", "paths": ["scale"]}]},
    {"at": {"type": "fraction", "at": 0.5}, "actions": [{"type": "freeze", "paths": ["first"]}]},
    {"at": "plateau", "actions": ["stop"]},
]


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "iris.layerwise"
    path.write_text(json.dumps(PROJECT))
    return path


def said(capsys, *words: object) -> dict[str, Any]:
    assert main([str(word) for word in words]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_analyze_foresees_the_run(file, capsys):
    assert "ticks" not in said(capsys, "analyze", file, "--json")
    file.write_text(json.dumps(PROJECT | {"plan": PROJECT["plan"] | {"ticks": TICKS}}))
    found = said(capsys, "analyze", file, "--json")["ticks"]
    half = found["steps"] // 2
    assert [(span["first"], span["bypassed"], span["frozen"]) for span in found["spans"]] == [
        (0, ["scale"], []),
        (half, ["scale"], ["first"]),
    ]
    assert [span["trainable"] for span in found["spans"]] == [40 + 27, 27]
    assert found["spans"][1]["until"] == found["steps"]
    assert found["conditions"] == ["no better loss for 3 epochs"]


def test_analyze_says_why_ticks_were_left_out(file, capsys):
    wrong = [{"at": "epoch", "actions": [{"type": "freeze", "paths": ["frist"]}]}]
    file.write_text(json.dumps(PROJECT | {"plan": PROJECT["plan"] | {"ticks": wrong}}))
    assert main(["analyze", str(file), "--json"]) == 0
    out, err = capsys.readouterr()
    assert "ticks" not in json.loads(out)
    assert "Did you mean first?" in err


def test_a_run_with_ticks_is_judged_later_as_it_was_at_its_end(file, capsys):
    assignment = f"plan.ticks={json.dumps(TICKS)}"
    done = said(capsys, "train", file, "--set", assignment, "--json")
    again = said(capsys, "evaluate", done["run"], "--json")
    assert again["metrics"]["loss"] == pytest.approx(done["metrics"]["test"]["loss"], rel=1e-5)
    lines = Path(done["run"], "events.jsonl").read_text().splitlines()
    events = [json.loads(line) for line in lines]
    came = [event["number"] for event in events if event["event"] == "TickFired"]
    assert came[:2] == [0, 1]


def test_a_bad_tick_is_refused_before_anything_is_made(file, capsys):
    assert main(["train", str(file), "--set", 'plan.ticks=[{"at": "epohc"}]']) == 2
    assert "Did you mean epoch?" in capsys.readouterr().err
    assert not list(file.parent.glob("*.runs"))
