"""A run of a network with several inputs is made, resumed and judged as any other."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.datasets.builtin import Iris
from studio.datasets.dataset import Dataset
from studio.errors import TrainingError
from studio.graph.spelling import graph_from_json
from studio.runs.evaluate import evaluate
from studio.runs.info import read_info
from studio.runs.predict import predict
from tests.unit.runs.projects import performed, request

GRAPH = graph_from_json(
    {
        "petals": {"type": "input", "shape": [2]},
        "flower": {"type": "input", "shape": [4]},
        "all": {"type": "concat", "dim": 1, "from": ["flower", "petals"]},
        "last": {"type": "linear", "out_features": 3, "from": ["all"]},
        "scores": {"type": "output", "from": ["last"]},
    }
)


@pytest.fixture(autouse=True)
def _petals_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    load = Iris.load

    def with_petals(source: Iris, *order: Any) -> Dataset:
        dataset = load(source, *order)
        petals = dataset.inputs[:, 2:].copy()
        blank = dataset.inputs * np.array([1, 1, 0, 0], np.float32)
        return replace(dataset, inputs=blank, more_inputs={"petals": petals})

    monkeypatch.setattr(Iris, "load", with_petals)


def test_a_run_learns_from_all_inputs_and_is_judged_alike(tmp_path: Path) -> None:
    optimizer = {"type": "adam", "learning_rate": 0.05}
    _, ended = performed(request(tmp_path, GRAPH, epochs=20, optimizer=optimizer))
    run = tmp_path / "run-0001"

    judged = evaluate(run, "test")

    assert ended.metrics["test"]["accuracy"] > 0.85
    assert judged.result.metrics == pytest.approx(ended.metrics["test"], rel=1e-5)
    scaling = read_info(run).scaling
    assert scaling.more["petals"] is not None
    with pytest.raises(TrainingError, match="takes petals, flower, but a prediction is given one"):
        predict(run, ["5.1,3.5,1.4,0.2"])


def test_a_run_goes_on(tmp_path: Path) -> None:
    performed(request(tmp_path, GRAPH, epochs=2))
    _, ended = performed(
        request(tmp_path, GRAPH, epochs=4, parent=tmp_path / "run-0001", resume=True)
    )
    _, whole = performed(request(tmp_path, GRAPH, epochs=4))

    assert ended.metrics == whole.metrics
