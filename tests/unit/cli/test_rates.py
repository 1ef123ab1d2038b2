"""`layerwise rates` tries learning rates, leaves nothing behind and refuses in a sentence."""

import json
from pathlib import Path

import pytest

from studio.__main__ import main

QUICK = ["--set", "plan.threads=1", "--steps", "30"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_rates_are_answered_as_json_and_nothing_is_written(folder, capsys):
    assert main(["rates", "template:mlp", *QUICK, "--low", "1e-6", "--high", "1", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["rates"][0] == 1e-6
    assert found["rates"][-1] <= 1
    assert len(found["rates"]) == len(found["losses"]) == len(found["smoothed"]) <= 30
    assert found["rates"] == sorted(found["rates"])
    assert 1e-6 < found["suggested"] < 1
    assert not list(folder.iterdir())


def test_the_suggestion_is_told_beside_the_rate_of_the_plan(folder, capsys):
    assert main(["rates", "template:mlp", *QUICK, "--set", "plan.optimizer=sgd"]) == 0
    assert "The plan has 0.05." in capsys.readouterr().out


def test_rates_so_small_that_nothing_falls_suggest_nothing(folder, capsys):
    words = ["--low", "1e-30", "--high", "1e-29", "--set", "plan.batch_size=102"]
    assert main(["rates", "template:mlp", *QUICK, *words]) == 0
    assert "did not fall" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words", [["--low", "3", "--high", "1"], ["--steps", "1"], ["--low", "0"], ["--high", "inf"]]
)
def test_a_search_without_sense_is_refused(folder, capsys, words):
    assert main(["rates", "template:mlp", *words]) == 2
    assert "cannot be tried" in capsys.readouterr().err


def test_a_network_that_cannot_train_is_refused_like_a_run(folder, capsys):
    assert main(["rates", "template:mlp", "--set", "plan.batch_size=100000"]) == 2
    assert "The batch size is 100000" in capsys.readouterr().err
