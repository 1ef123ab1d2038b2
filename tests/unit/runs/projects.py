"""A small request to train on iris, for tests."""

from pathlib import Path
from typing import Any

from studio.datasets.builtin import Iris
from studio.graph.model import Graph
from studio.graph.spelling import graph_from_json
from studio.runs.request import RunRequest
from studio.training.control import Control
from studio.training.events import Ended, Event
from studio.training.plan import Plan


def flowers(hidden: int = 8, *, frozen: bool = False) -> Graph:
    return graph_from_json(
        {
            "flower": {"type": "input", "shape": [4]},
            "linear_1": {
                "type": "linear",
                "out_features": hidden,
                "frozen": frozen,
                "from": ["flower"],
            },
            "relu_1": {"type": "relu", "from": ["linear_1"]},
            "linear_2": {"type": "linear", "out_features": 3, "from": ["relu_1"]},
            "scores": {"type": "output", "from": ["linear_2"]},
        }
    )


def request(folder: Path, graph: Graph | None = None, **changes: Any) -> RunRequest:
    plan = Plan(epochs=3, batch_size=16, threads=1, device="cpu")
    parent, resume = changes.pop("parent", None), changes.pop("resume", False)
    checkpoint = changes.pop("checkpoint", "last")
    return RunRequest(
        *(graph or flowers(), Iris(), plan.changed(**changes), folder, parent),
        resume=resume,
        checkpoint=checkpoint,
    )


def performed(asked: RunRequest, control: Control | None = None) -> tuple[list[Event], Ended]:
    from studio.runs.perform import perform  # torch is only needed here

    events = list(perform(asked, control or Control()))
    ended = events[-1]
    assert isinstance(ended, Ended)
    return events, ended
