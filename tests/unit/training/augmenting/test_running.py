"""Runs with augmentation: the same seed the same batches, whoever computes them and from where."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from studio.datasets.dataset import Dataset
from studio.errors import TrainingError
from studio.training.checkpoints.checkpoint import Checkpoint, load
from studio.training.choices.augmentations import AUGMENTATIONS
from studio.training.control import Control
from studio.training.data.augment import augmented, draws
from studio.training.data.epochs import Epoch
from studio.training.data.preview import previewed
from studio.training.plan import read_plan
from tests.unit.training.toys import (
    Ticking,
    chain,
    cnn,
    device_data,
    made,
    mlp,
    numbers,
    pictures,
    rows,
    running,
)

TEXTS = ("token_dropout", "token_swap")
FOR_PICTURES = [cls.key for cls in AUGMENTATIONS if cls.key not in TEXTS]
ALL = [{"type": key, "probability": 0.7} for key in FOR_PICTURES]


def words(samples: int = 96) -> Dataset:
    random = np.random.default_rng(3)
    inputs = random.integers(2, 12, (samples, 8))
    inputs[:, 6:] = 0
    return Dataset("words", inputs, inputs.sum(1) % 3, classes=("a", "b", "c"))


def reader() -> Any:
    return chain(
        words=("input", {"sample": (8,), "dtype": "int64"}),
        embed=("embedding", {"num_embeddings": 12, "embedding_dim": 4}),
        gru=("gru", {"hidden_size": 5, "output": "last"}),
        head=("linear", {"out_features": 3}),
        scores=("output", {}),
    )


def epoch(data: Any, number: int = 0, share: Any = None, **plan: Any) -> Any:
    return Epoch(data, read_plan({"batch_size": 10} | plan), number, steps=6, share=share)


def same(one: Any, other: Any) -> bool:
    return all(torch.equal(a, b) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("key", [*FOR_PICTURES, *TEXTS])
def test_batches_follow_from_seed_and_epoch(key):
    data = device_data(words() if key in TEXTS else pictures())
    plan: dict[str, Any] = {"augment": [key]}
    assert all(map(same, epoch(data, **plan), epoch(data, **plan)))
    assert not any(map(same, epoch(data, **plan), epoch(data, 1, **plan)))
    assert not all(map(same, epoch(data, **plan), epoch(data)))


@pytest.mark.parametrize("key", FOR_PICTURES)
def test_a_sample_that_is_not_to_be_changed_stays_bit_for_bit(key):
    data = device_data(pictures())
    never = epoch(data, augment=[{"type": key, "probability": 0.0}])
    for (x, _truth), (plain, _label) in zip(never, epoch(data), strict=True):
        assert torch.equal(x, plain)
    half = epoch(data, augment=[{"type": key, "probability": 0.5}])
    changed = [
        bool((one != other).any())
        for (x, _truth), (plain, _label) in zip(half, epoch(data), strict=True)
        for one, other in zip(x, plain, strict=True)
    ]
    assert 10 < sum(changed) < 45


@pytest.mark.parametrize("augment", [*FOR_PICTURES, None], ids=str)
def test_processes_have_together_what_one_has_alone(augment):
    data = device_data(pictures())
    plan: dict[str, Any] = {"augment": [augment] if augment else ALL}
    first = epoch(data, share=lambda batch: batch[:4], **plan)
    second = epoch(data, share=lambda batch: batch[4:], **plan)
    for (x, truth), (left, all_truth), (right, _again) in zip(
        epoch(data, **plan), first, second, strict=True
    ):
        assert torch.allclose(x, torch.cat([left, right]), atol=0.02)  # a pixel may round otherwise
        assert torch.equal(truth, all_truth)


def stopped(folder: Path, step: int, network: Any, data: Dataset, **plan: Any) -> Checkpoint:
    control = Control(Ticking())
    passes = iter(range(1_000_000))

    def look(module: Any, *_rest: Any) -> None:
        if module.training and next(passes) + 1 == step * plan.get("accumulate", 1):
            control.stop()

    list(network.children())[1].register_forward_hook(look)
    end = list(running(network, data, control, folder=folder, **plan))[-1]
    assert (end.reason, end.step) == ("stopped", step)
    return load(folder, "last")


SWITCH = {"at": {"type": "step", "at": 5}, "actions": [{"type": "augment", "augment": ALL}]}
RUNS: dict[str, Any] = {
    "all": (cnn, pictures, {"augment": ALL}),
    "in parts": (cnn, pictures, {"augment": ALL, "accumulate": 2}),
    "by a tick": (cnn, pictures, {"ticks": [SWITCH]}),
    "bfloat16": (cnn, pictures, {"augment": ALL, "precision": "bfloat16"}),
    "texts": (reader, words, {"augment": list(TEXTS)}),
}


@pytest.mark.parametrize("name", RUNS)
def test_a_run_that_goes_on_in_mid_epoch_equals_one_that_never_stopped(tmp_path, name):
    graph, dataset, plan = RUNS[name]
    straight, resumed = made(graph()), made(graph(), seed=9)
    end = list(running(straight, dataset(), **plan))[-1]
    start = stopped(tmp_path, 6, made(graph()), dataset(), **plan)
    assert start.position == 2
    again = list(running(resumed, dataset(), start=start, **plan))[-1]
    assert end.reason == again.reason == "finished"
    assert end.metrics == again.metrics
    for key, value in straight.state_dict().items():
        assert torch.equal(value, resumed.state_dict()[key]), key


def test_parts_of_a_batch_learn_what_the_whole_mixed_batch_teaches():
    graph = chain(
        image=("input", {"sample": (1, 8, 8)}),
        flat=("flatten", {}),
        last=("linear", {"out_features": 3}),
        scores=("output", {}),
    )
    whole, parts = made(graph), made(graph)
    plan: dict[str, Any] = {"augment": ["mixup", "cutmix", "flip"], "epochs": 1}
    list(running(whole, pictures(), **plan))
    list(running(parts, pictures(), accumulate=4, **plan))
    assert torch.allclose(whole.last.weight, parts.last.weight, atol=1e-5)


def test_padding_is_never_touched_and_dropped_tokens_are_unknown():
    dataset = words()
    data = device_data(dataset)
    for key in TEXTS:
        before = epoch(data)
        after = epoch(data, augment=[{"type": key, "share": 0.5}])
        for (x, _truth), (plain, _label) in zip(after, before, strict=True):
            assert torch.equal(x == 0, plain == 0)
            if key == "token_swap":
                assert torch.equal(x.sort(-1).values, plain.sort(-1).values)
            else:
                assert set(x[x != plain].tolist()) == {1}
    (all_unknown,) = previewed(dataset.inputs[:3], read_plan(_all_dropped()).augment, 0)
    assert (all_unknown == np.where(dataset.inputs[:3] == 0, 0, 1)).all()


def _all_dropped() -> dict[str, Any]:
    return {"augment": [{"type": "token_dropout", "share": 1.0}]}


@pytest.mark.parametrize(
    ("graph", "dataset", "augment", "said"),
    [
        (mlp, rows, ["flip"], "Flip needs pictures of 3 axes, but a sample has 1"),
        (mlp, rows, ["rand_augment"], "RandAugment needs pictures of whole numbers"),
        (cnn, pictures, ["token_swap"], "Token swap needs texts"),
        (reader, words, ["mixup"], "MixUp needs pixels or measurements"),
        (reader, words, ["noise"], "these are ids"),
        (cnn, pictures, ["mixup", "cutmix", "mixup"], "twice at most"),
    ],
)
def test_what_does_not_suit_is_refused_before_the_first_step(graph, dataset, augment, said):
    with pytest.raises(TrainingError, match=said):
        next(running(made(graph()), dataset(), augment=augment))


@pytest.mark.parametrize("key", ["flip", "rand_augment", "mixup", "cutmix"])
def test_labels_of_places_are_not_left_behind(key):
    data = pictures()
    labels = np.zeros((96, 8, 8), np.int64)
    marked = device_data(Dataset("marks", data.inputs, labels, classes=("a", "b")))
    with pytest.raises(TrainingError, match=r"moves things|for each sample"):
        marked.require_suiting(read_plan({"augment": [key]}).augment)
    marked.require_suiting(read_plan({"augment": ["color", "noise"]}).augment)


def test_measurements_take_noise_and_mixing():
    assert list(running(made(mlp(classes=1)), numbers(), augment=["noise", "mixup"]))[-1].reason


@pytest.mark.parametrize("key", ["shift", "rotate", "scale", "erase"])
def test_what_comes_into_a_spectrogram_is_as_dark_as_its_darkest_value(key):
    plan = read_plan({"augment": [{"type": key, "probability": 1.0}]})
    x = torch.full((20, 1, 9, 9), -5.0)
    x[:, :, 2, 2] = -13.8
    draw = draws(plan.augment, len(x), torch.Generator().manual_seed(1))
    found, _truth = augmented(x, torch.zeros(len(x)), plan.augment, draw)
    assert found.max() <= -5 + 1e-5
    assert found.min() >= -13.8 - 1e-5
    assert (found < -8).sum() > 1.5 * (x < -8).sum()


def test_a_preview_shows_what_the_seed_says_and_draws_anew_each_time():
    samples = pictures().inputs[:4]
    augment = read_plan({"augment": ALL}).augment
    one, two = previewed(samples, augment, 3, times=2)
    assert one.shape == samples.shape
    assert one.dtype == np.uint8
    assert not np.array_equal(one, two)
    assert np.array_equal(previewed(samples, augment, 3)[0], one)
    assert not np.array_equal(previewed(samples, augment, 4)[0], one)
