"""A table of which several columns are predicted is learned, judged and asked as any other."""

import json
from pathlib import Path

import numpy as np
import pytest

from studio.cli import main
from studio.datasets.tables.table import Table
from studio.graph.spelling import graph_from_json
from studio.runs.evaluate import evaluate
from studio.runs.predict import predict
from studio.runs.request import RunRequest
from studio.runs.trying import Tryout
from studio.training.plan import read_plan
from tests.unit.runs.projects import performed


def test_columns_of_classes_and_numbers_have_an_output_each(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = []
    for x, y in np.random.default_rng(0).standard_normal((200, 2)).round(3):
        rows.append(f"{x},{y},{'far' if x > 0 else 'near'},{500 + 100 * y:.2f}")
    (tmp_path / "data.csv").write_text("\n".join(["x,y,place,price", *rows]))
    source = Table(file=str(tmp_path / "data.csv"), target="place,price")
    graph = graph_from_json(
        {
            "row": {"type": "input", "shape": [2]},
            "first": {"type": "linear", "out_features": 16, "from": ["row"]},
            "act": {"type": "relu", "from": ["first"]},
            "kind": {"type": "linear", "out_features": 2, "from": ["act"]},
            "place": {"type": "output", "from": ["kind"]},
            "sum": {"type": "linear", "out_features": 1, "from": ["act"]},
            "price": {"type": "output", "from": ["sum"]},
        }
    )
    plan = read_plan(
        {
            "targets": [
                {"output": "place", "field": "place", "loss": "cross_entropy"},
                {"output": "price", "field": "price", "loss": "mse"},
            ],
            "optimizer": {"type": "adam", "learning_rate": 0.02},
            "epochs": 30,
            "batch_size": 16,
            "threads": 1,
            "device": "cpu",
        }
    )
    _, ended = performed(RunRequest(graph, source, plan, tmp_path / "runs"))
    run = tmp_path / "runs" / "run-0001"

    assert ended.metrics["test"]["accuracy"] > 0.8
    assert ended.metrics["test"]["price/r2"] > 0.8
    assert evaluate(run, "test").result.metrics == pytest.approx(ended.metrics["test"], rel=1e-5)
    near, far = predict(run, ["-2, 0", "2, 0"])
    assert (near.label, far.label) == ("near", "far")
    assert near.further["price"].values == pytest.approx((500,), abs=40)
    dear = predict(run, ["2, 2"])[0]
    assert dear.further["price"].values[0] > near.further["price"].values[0] + 100
    asked = Tryout.opened(run).ask({"row": np.array([2, 2], np.float32)}, "2, 2")
    assert asked == dear
    assert main(["predict", str(run), "2, 2", "--json"]) == 0
    (told,) = json.loads(capsys.readouterr().out)["predictions"]
    assert (told["class"], told["further"]["price"]["values"]) == (
        "far", list(dear.further["price"].values)
    )  # fmt: skip
    assert main(["predict", str(run), "2, 2"]) == 0
    assert "price: " in capsys.readouterr().out
