"""What a run says about memory: the fullest moment of its own steps; and recomputing in a run."""

from contextlib import nullcontext
from typing import Any

import torch

from studio.analysis.analyze import analyze
from studio.analysis.memory import Terms, training_memory
from studio.graph.block import Block
from studio.graph.model import Graph, Node, Wire
from studio.runs.event_json import from_line, to_line
from studio.training.events import Ended, Started, StepDone
from studio.training.plan import read_plan
from tests.unit.training.toys import chain, cnn, made, mlp, pictures, rows, running


def _tower() -> Graph:
    inside = chain(
        x=("input", {"sample": (4, 8, 8)}),
        conv=("conv2d", {"out_channels": 4, "kernel_size": 3, "padding": 1}),
        norm=("batch_norm2d", {}),
        act=("relu", {}),
        drop=("dropout", {"p": 0.25}),
        y=("output", {}),
    )
    outside = chain(
        image=("input", {"sample": (1, 8, 8)}),
        first=("conv2d", {"out_channels": 4, "kernel_size": 3, "padding": 1}),
        tower=("identity", {}),
        flat=("flatten", {}),
        last=("linear", {"out_features": 3}),
        scores=("output", {}),
    )
    tower = Node(Block(graph=inside, repeat=5), (Wire("first"),))
    return Graph({**outside.nodes, "tower": tower})


def _ended(events: list[object]) -> Ended:
    last = events[-1]
    assert isinstance(last, Ended)
    return last


def test_a_run_measures_what_was_predicted():
    plan: dict[str, Any] = {"batch_size": 16, "optimizer": {"type": "adam"}}
    predicted = training_memory(analyze(cnn()), Terms.of(read_plan(plan))).total
    peak = _ended(list(running(made(cnn()), pictures(), **plan))).memory_peak
    assert abs(peak - predicted) < 0.1 * predicted


def test_measuring_a_step_changes_no_bit(monkeypatch):
    first, second = made(cnn()), made(cnn())
    list(running(first, pictures()))
    monkeypatch.setattr("studio.training.scales.Scales.weighed", lambda *_all: nullcontext())
    assert _ended(list(running(second, pictures()))).memory_peak == 0
    assert all(
        torch.equal(a, b) for a, b in zip(first.parameters(), second.parameters(), strict=True)
    )


def test_a_recomputing_run_learns_the_same_to_the_bit_with_less_memory():
    plain, again = made(_tower()), made(_tower())
    many = list(running(plain, pictures()))
    few = list(running(again, pictures(), checkpointing=True))
    losses, others = (
        [event.loss for event in events if isinstance(event, StepDone)] for events in (many, few)
    )
    assert losses == others
    for one, other in zip(
        [*plain.parameters(), *plain.buffers()], [*again.parameters(), *again.buffers()],
        strict=True,
    ):  # fmt: skip
        assert torch.equal(one, other)
    assert _ended(few).memory_peak < 0.8 * _ended(many).memory_peak


def test_both_figures_survive_the_log_and_old_logs_lack_them():
    events = list(running(made(mlp()), rows(), epochs=1))
    assert _ended(events).memory_peak > 0
    assert from_line(to_line(events[-1])) == events[-1]
    started = next(event for event in events if isinstance(event, Started))
    line = to_line(started)
    assert from_line(line.replace(',"memory_predicted":0', "")) == started
    assert from_line(line.replace('"memory_predicted":0', '"memory_predicted":7')) != started
