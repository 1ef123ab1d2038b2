"""A run that goes on says what will not be bit for bit as it would have been."""

from dataclasses import replace
from typing import Any

import pytest

from studio.training.checkpoints.checkpoint import load
from studio.training.events import Started
from tests.unit.training.toys import made, mlp, rows, running


def inexact(tmp_path: Any, facts: dict[str, Any] | None = None, **plan: Any) -> str:
    list(running(made(mlp()), rows(), folder=tmp_path, epochs=2))
    start = load(tmp_path, "last")
    start = replace(start, facts={**start.facts, **(facts or {})})
    settings = {"epochs": 4} | plan
    first = next(running(made(mlp()), rows(), start=start, **settings))
    assert isinstance(first, Started)
    return first.inexact


def test_a_run_that_goes_on_as_it_was_says_nothing(tmp_path):
    assert inexact(tmp_path) == ""
    assert inexact(tmp_path, checkpoint_every=5, checkpoints_kept=0, device="cpu") == ""


@pytest.mark.parametrize(
    ("facts", "plan", "sentence"),
    [
        ({}, {"threads": 2}, "with 1 threads so far, and now with 2."),
        ({"threads": 7}, {}, "with 7 threads so far, and now with 1."),
        ({"strategy": "fsdp"}, {}, "by the strategy fsdp so far, and is by ddp now."),
        ({"torch": "1.0"}, {}, "PyTorch 1.0 so far"),
        ({"device": "NVIDIA H200"}, {}, "on NVIDIA H200 so far, and now on cpu."),
        ({}, {"precision": "bfloat16"}, "in float32 so far, and now in bfloat16."),
        ({"processor": "NEON"}, {}, "with NEON instructions so far"),
        ({}, {"batch_size": 8}, "The batch size was 16 so far, and is 8 now."),
        ({}, {"l1": 0.1, "seed": 5}, "The plan was edited: l1, seed."),
    ],
)
def test_what_differs_is_said(tmp_path, facts, plan, sentence):
    told = inexact(tmp_path, facts, **plan)
    assert sentence in told
    assert told.count(". ") == 0


def test_a_checkpoint_of_an_earlier_version_says_nothing_of_what_it_does_not_know(tmp_path):
    list(running(made(mlp()), rows(), folder=tmp_path, epochs=2))
    start = load(tmp_path, "last")
    known = {"threads", "device", "precision", "processor"}
    facts = {name: value for name, value in start.facts.items() if name not in known}
    old = replace(start, facts=facts)
    assert next(running(made(mlp()), rows(), start=old, epochs=4)).inexact == ""
