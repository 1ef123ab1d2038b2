"""The trainer's own speed in float32 is exact: the losses are those of the loop by hand."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from studio.analysis.analyze import analyze
from studio.datasets.dataset import Split
from studio.network.build import build
from studio.training.data.batches import DeviceData
from studio.training.opening import opened
from studio.training.plan import read_plan
from tests.benchmarks.workloads import WORKLOADS

STEPS = 30


@pytest.mark.slow
@pytest.mark.parametrize("name", [*WORKLOADS])
def test_losses_are_those_of_the_loop_by_hand(name):
    work = WORKLOADS[name]
    samples = work.batch * STEPS
    nothing = np.empty(0, dtype=np.int64)
    data = DeviceData.of(work.data(samples), Split(np.arange(samples), nothing, nothing))
    graph = work.graph()
    report = analyze(graph)
    plan = read_plan({"batch_size": work.batch, "threads": 1, "device": "cpu"})
    with opened(build(graph, report), data, plan) as session:
        batches = list(session.epoch_batches())
        ours = [session.stepper.step(x, y, 1e-3)[0].item() for x, y in batches]
    plain = build(graph, report)
    optimizer = torch.optim.Adam(plain.parameters(), lr=1e-3)
    theirs = []
    for x, y in batches:
        optimizer.zero_grad()
        loss = functional.cross_entropy(next(iter(plain(x).values())), y)
        loss.backward()
        optimizer.step()
        theirs.append(loss.item())
    assert len(ours) == STEPS
    # of losses around 1; those of the pictures begin at 4, where float32 is as much coarser
    apart = np.abs(np.subtract(ours, theirs)) / np.maximum(1, theirs)
    assert apart.max() < 1e-6
