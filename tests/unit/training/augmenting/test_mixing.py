"""Samples are mixed with their answers, and losses and metrics understand what comes of it."""

from typing import Any

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from studio.families import read
from studio.training.choices.augmentations import CutMix, MixUp
from studio.training.choices.losses import LOSSES
from studio.training.data.augmenting.mixing import mixed, paired, shares
from studio.training.objectives.term import Term
from tests.unit.training.toys import cnn, made, mlp, numbers, pictures, rows, running

ANSWERS = torch.eye(3)[[0, 1, 2, 0]]


def ring(kept: list[float]) -> Tensor:
    """Return draws with which every sample is mixed with the one before it."""
    u = torch.full((4, 4), 0.5)
    u[:, 0], u[:, 1] = torch.tensor(kept), torch.arange(4) / 4
    return u


def test_partners_form_one_ring():
    partners = paired(torch.rand(50, generator=torch.Generator().manual_seed(0)))
    place, seen = 0, set()
    for _step in range(50):
        place = int(partners[place])
        seen.add(place)
    assert len(seen) == 50


def test_mixup_fades_samples_and_answers_alike():
    x = torch.arange(0, 160, 40, dtype=torch.uint8).reshape(4, 1, 1, 1).expand(4, 1, 2, 2)
    found, truth = mixed(MixUp(), x, ANSWERS, ring([1.0, 0.75, 0.5, 0.0]))
    assert found[:, 0, 0, 0].tolist() == [0, 30, 60, 80]
    assert truth[1].tolist() == [0.25, 0.75, 0.0]
    assert truth[3].tolist() == [0.0, 0.0, 1.0]
    _x, values = mixed(MixUp(), x, torch.tensor([0.0, 10.0, 20.0, 30.0]), ring([1, 0.5, 1, 1]))
    assert values.tolist() == [0.0, 5.0, 20.0, 30.0]


def test_cutmix_pastes_as_much_as_it_says():
    x = torch.arange(4, dtype=torch.uint8).reshape(4, 1, 1, 1).expand(4, 1, 8, 8)
    found, truth = mixed(CutMix(), x, ANSWERS, ring([0.75] * 4))
    pasted = found[1] == 0
    assert int(pasted.sum()) == 16
    assert pasted[0, 2:6, 2:6].all() or pasted.float().mean() == 0.25
    assert truth[1].tolist() == [0.25, 0.75, 0.0]
    whole, same = mixed(CutMix(), x, ANSWERS, ring([1.0] * 4))
    assert torch.equal(whole, x)
    assert torch.equal(same, ANSWERS)


def test_shares_follow_the_beta_distribution():
    found = shares(MixUp(alpha=2.0), 20_000, torch.Generator().manual_seed(0))
    assert float(found.mean()) == pytest.approx(0.5, abs=0.01)
    assert float(found.var()) == pytest.approx(1 / 20, rel=0.05)  # 1 / (4 (2 α + 1))


SCORES = torch.randn(5, 4, generator=torch.Generator().manual_seed(3))
LABELS = torch.tensor([[0, 1], [2, 2], [3, 0], [1, 3], [2, 0]])
SHARE = torch.tensor([0.9, 0.5, 0.6, 1.0, 0.75])
TRUTH = functional.one_hot(LABELS[:, 0], 4) * SHARE[:, None] + functional.one_hot(
    LABELS[:, 1], 4
) * (1 - SHARE[:, None])


@pytest.mark.parametrize(
    "loss",
    [
        {"type": "cross_entropy"},
        {"type": "cross_entropy", "label_smoothing": 0.1},
        {"type": "nll"},
        {"type": "focal"},
        {"type": "multi_margin"},
        {"type": "multi_margin", "margin": 2.0, "squared": True},
        {"type": "bce"},
    ],
    ids=str,
)
def test_the_loss_of_mixed_labels_is_that_of_both_by_their_shares(loss):
    term = _term(loss)
    expected = torch.stack(
        [
            share * term.mean(one[None], labels[:1])
            + (1 - share) * term.mean(one[None], labels[1:])
            for one, labels, share in zip(SCORES, LABELS, SHARE, strict=True)
        ]
    ).mean()
    assert torch.allclose(term.mean(SCORES, TRUTH), expected, atol=1e-6)


@pytest.mark.parametrize("kind", ["cross_entropy", "nll", "focal", "multi_margin"])
@pytest.mark.parametrize("more", [{"class_weights": "1, 2, 3, 4"}, {"ignore_index": 2}], ids=str)
def test_whole_labels_as_shares_have_the_loss_of_labels(kind, more):
    if kind == "multi_margin" and "ignore_index" in more:
        pytest.skip("this loss ignores no class")
    term = _term({"type": kind} | more)
    labels = LABELS[:, 0]
    whole = functional.one_hot(labels, 4).float()
    assert torch.allclose(term.mean(SCORES, whole), term.mean(SCORES, labels), atol=1e-6)
    assert float(term.weight(whole)) == float(term.weight(labels))


def test_one_score_of_two_classes_learns_from_shares_too():
    truth = torch.tensor([[0.3, 0.7], [1.0, 0.0]])
    scores = torch.tensor([[0.5], [-1.0]])
    expected = functional.binary_cross_entropy_with_logits(scores[:, 0], truth[:, 1])
    assert torch.allclose(_term({"type": "bce"}, 2).mean(scores, truth), expected)


def test_scores_that_no_label_names_have_no_share():
    found = _term({"type": "bce"}).mean(torch.zeros(5, 6), TRUTH)
    assert float(found) == pytest.approx(0.6931, abs=1e-4)


@pytest.mark.parametrize("loss", ["cross_entropy", "focal", "multi_margin", "bce", "mse"])
@pytest.mark.parametrize("augment", [["mixup"], ["cutmix", "mixup"]], ids=str)
def test_networks_learn_from_mixed_pictures(loss, augment):
    plan: dict[str, Any] = {"epochs": 12, "optimizer": {"type": "adam", "learning_rate": 0.02}}
    events = list(
        running(made(cnn()), pictures(), augment=augment, targets=[{"loss": loss}], **plan)
    )
    assert events[-1].reason == "finished"
    metrics = events[-1].metrics
    assert metrics["validation"]["accuracy"] > 0.8
    epoch = next(e for e in reversed(events) if hasattr(e, "train"))
    assert 0.4 < epoch.train["accuracy"] <= 1.0
    assert sum(map(sum, events[-1].confusion)) == 16, "judged by samples as they are"


def test_numbers_and_tables_are_mixed_too():
    plan: dict[str, Any] = {"epochs": 20, "optimizer": {"type": "adam", "learning_rate": 0.02}}
    events = list(running(made(mlp(classes=1)), numbers(), augment=["mixup"], **plan))
    assert events[-1].metrics["validation"]["r2"] > 0.8
    assert list(running(made(mlp()), rows(), augment=["mixup"]))[-1].reason == "finished"


def _term(loss: dict[str, Any], classes: int = 4) -> Term:
    values = {name: value for name, value in loss.items() if name != "type"}
    names = tuple("abcd"[:classes])
    return Term.of(read(LOSSES[loss["type"]], values), names, None)
