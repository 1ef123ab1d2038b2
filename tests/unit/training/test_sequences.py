"""Sequences whose every step has a class are learned, judged and taken up like anything else."""

import math
from typing import Any

import numpy as np
import pytest
import torch
from torch.nn import functional

from studio.datasets.dataset import Dataset
from studio.errors import TrainingError
from studio.graph.model import Graph
from studio.training.checkpoints.checkpoint import load
from studio.training.control import Control
from studio.training.device import Machine
from studio.training.events import Ended, EpochDone
from studio.training.judging.evaluation import evaluate
from studio.training.plan import read_plan
from studio.training.session import Session
from tests.unit.training.toys import Ticking, chain, device_data, made, running

CLASSES = tuple("abcdefg")


def tagged(samples: int = 96) -> Dataset:
    """Return words of which each has the tag of the one before it; some have none."""
    random = np.random.default_rng(0)
    words = random.integers(0, 7, (samples, 6))
    tags = np.roll(words, 1, axis=1)
    tags[:, 0] = -100
    tags[::3, 4:] = -100
    return Dataset("tags", words, tags, classes=CLASSES)


def tagger() -> Graph:
    return chain(
        words=("input", {"sample": (6,), "dtype": "int64"}),
        embed=("embedding", {"num_embeddings": 7, "embedding_dim": 8}),
        gru=("gru", {"hidden_size": 16, "output": "sequence"}),
        head=("linear", {"out_features": 7}),
        scores=("output", {}),
    )


PLAN: dict[str, Any] = {"epochs": 30, "optimizer": {"type": "adam", "learning_rate": 0.02}}


def session(**settings: Any) -> Session:
    plan = read_plan({"batch_size": 16, "threads": 1} | PLAN | settings)
    return Session(made(tagger()), device_data(tagged()), plan, Machine.chosen(plan, 1))


def test_tags_are_learned_and_the_perplexity_falls_to_one():
    events = list(running(made(tagger()), tagged(), **PLAN))
    end = events[-1]
    assert isinstance(end, Ended)
    found = end.metrics["test"]
    assert found["accuracy"] > 0.95
    assert found["perplexity"] == pytest.approx(math.exp(found["loss"]))
    assert found["perplexity"] < 1.5
    assert found["top5"] == 1
    assert found["auroc"] > 0.99
    first = next(event for event in events if isinstance(event, EpochDone))
    assert 4 < first.train["perplexity"] < 8
    counted = int((tagged().targets[80:] != -100).sum())
    assert sum(map(sum, end.confusion)) == counted


@pytest.mark.parametrize("batch_size", [3, 16, 100])
def test_metrics_are_those_of_all_steps_with_a_tag_whatever_the_batches(batch_size):
    held = session()
    found = evaluate(
        *(held.network, held.data, "train", held.objective, held.machine), batch_size=batch_size
    )
    words, tags = held.data.inputs[:64], held.data.targets[:64]
    with torch.inference_mode():
        scores = held.network(words)["scores"]
    kept = tags != -100
    loss = functional.cross_entropy(scores[kept], tags[kept])
    assert found.metrics["loss"] == pytest.approx(float(loss), abs=1e-6)
    assert found.metrics["perplexity"] == pytest.approx(float(loss.exp()), abs=1e-5)
    right = (scores.argmax(-1) == tags)[kept].float().mean()
    assert found.metrics["accuracy"] == pytest.approx(float(right))


@pytest.mark.parametrize("loss", ["cross_entropy", "nll", "focal"])
def test_a_weighted_loss_does_not_depend_on_how_samples_are_batched(loss):
    weighted = {"loss": {"type": loss, "class_weights": "1, 9, 2, 0.1, 5, 3, 4"}}
    held = session(targets=[weighted])
    arguments = (held.network, held.data, "train", held.objective, held.machine)
    first, *others = [evaluate(*arguments, batch_size=size).metrics for size in (64, 5, 17)]
    for other in others:
        assert other == pytest.approx(first, rel=1e-5)


def test_many_words_are_judged_without_a_table(monkeypatch):
    held = session()
    arguments = (held.network, held.data, "train", held.objective, held.machine)
    with_table = evaluate(*arguments)
    monkeypatch.setattr("studio.training.judging.evaluation._TABLE", 5)
    without = evaluate(*arguments)
    assert without.metrics == with_table.metrics
    assert with_table.confusion
    assert with_table.per_class
    assert not without.confusion
    assert not without.per_class


def test_smoothed_labels_have_no_perplexity():
    loss = {"loss": {"type": "cross_entropy", "label_smoothing": 0.1}}
    held = session(targets=[loss])
    found = evaluate(held.network, held.data, "train", held.objective, held.machine)
    assert "perplexity" not in found.metrics


def test_going_on_with_sequences_equals_never_having_stopped(tmp_path):
    straight, stopped, resumed = made(tagger()), made(tagger()), made(tagger(), seed=3)
    plan = PLAN | {"epochs": 3}
    whole = list(running(straight, tagged(), **plan))
    control = Control(Ticking())
    passes = []

    def counted(module: torch.nn.Module, *_rest: Any) -> None:
        passes.append(module.training)
        if sum(passes) == 6:
            control.stop()

    stopped.embed.register_forward_hook(counted)
    list(running(stopped, tagged(), control, folder=tmp_path, **plan))
    start = load(tmp_path, "last")
    assert (start.step, start.position) == (6, 2)
    rest = list(running(resumed, tagged(), start=start, **plan))
    for name, value in straight.state_dict().items():
        assert torch.equal(value, resumed.state_dict()[name]), name
    ends = [event.train for event in whole if isinstance(event, EpochDone)][1:]
    assert [event.train for event in rest if isinstance(event, EpochDone)] == ends


def test_scores_for_whole_sequences_do_not_answer_every_step():
    network = chain(
        words=("input", {"sample": (6,), "dtype": "int64"}),
        embed=("embedding", {"num_embeddings": 7, "embedding_dim": 8}),
        gru=("gru", {"hidden_size": 16, "output": "last"}),
        head=("linear", {"out_features": 7}),
        scores=("output", {}),
    )
    with pytest.raises(TrainingError, match="need 7 × 6"):
        list(running(made(network), tagged()))
