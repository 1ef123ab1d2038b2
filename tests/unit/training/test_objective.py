"""Losses are those of torch or of their paper, whatever the truth looks like."""

from typing import Any

import numpy as np
import pytest
import torch
from sklearn.utils.class_weight import compute_class_weight
from torch.nn import functional

from studio.datasets.normalization import Normalization, Scaling
from studio.errors import SettingError, TrainingError
from studio.training.objectives.objective import Objective
from studio.training.plan import LOSSES, read_plan

CLASSES = ("a", "b", "c")
RANDOM = torch.Generator().manual_seed(0)
SCORES = torch.randn(12, 3, generator=RANDOM)
LABELS = torch.randint(0, 3, (12,), generator=RANDOM)
STEPS = torch.randn(4, 6, 3, generator=RANDOM)
IDS = torch.randint(0, 3, (4, 6), generator=RANDOM)
IDS[0, 2:] = -100
IDS[3, 5] = -100


def objective(
    loss: Any, classes: tuple[str, ...] = CLASSES, labels: torch.Tensor | None = None
) -> Objective:
    plan = read_plan({"targets": [{"output": "out", "loss": loss}]})
    scaling = Scaling() if classes else Scaling(None, Normalization((10.0, -5.0), (2.0, 0.5)))
    return Objective.of(plan, ("out",), classes, scaling, labels)


def loss_of(loss: Any, scores: torch.Tensor, y: torch.Tensor, **options: Any) -> torch.Tensor:
    return objective(loss, **options).loss({"out": scores}, y)


WEIGHTS = torch.tensor([1.0, 2.5, 0.5])
ONES = functional.one_hot(LABELS, 3).float()


@pytest.mark.parametrize(
    ("loss", "expected"),
    [
        ("cross_entropy", functional.cross_entropy(SCORES, LABELS)),
        (
            {"type": "cross_entropy", "label_smoothing": 0.1, "class_weights": "1, 2.5 0.5"},
            functional.cross_entropy(SCORES, LABELS, weight=WEIGHTS, label_smoothing=0.1),
        ),
        (
            {"type": "cross_entropy", "ignore_index": 1},
            functional.cross_entropy(SCORES, LABELS, ignore_index=1),
        ),
        ("nll", functional.nll_loss(SCORES, LABELS)),
        (
            {"type": "nll", "class_weights": [1, 2.5, 0.5]},
            functional.nll_loss(SCORES, LABELS, weight=WEIGHTS),
        ),
        ("multi_margin", functional.multi_margin_loss(SCORES, LABELS)),
        (
            {"type": "multi_margin", "squared": True, "margin": 0.5, "class_weights": "1 2.5 0.5"},
            functional.multi_margin_loss(SCORES, LABELS, p=2, margin=0.5, weight=WEIGHTS),
        ),
        ("bce", functional.binary_cross_entropy_with_logits(SCORES, ONES)),
        (
            {"type": "bce", "pos_weight": 3.0},
            functional.binary_cross_entropy_with_logits(SCORES, ONES, pos_weight=torch.tensor(3.0)),
        ),
        (
            "kl_div",
            functional.kl_div(SCORES.log_softmax(-1), ONES, reduction="batchmean"),
        ),
        ("mse", functional.mse_loss(SCORES, ONES)),
        ({"type": "focal", "gamma": 0.0}, functional.cross_entropy(SCORES, LABELS)),
    ],
)
def test_losses_of_classes_are_those_of_torch(loss, expected):
    scores = SCORES.log_softmax(-1) if loss == "kl_div" else SCORES
    assert loss_of(loss, scores, LABELS) == pytest.approx(float(expected), abs=1e-6)


def test_focal_loss_is_that_of_its_paper():
    shares = SCORES.softmax(-1)[torch.arange(12), LABELS]
    terms = WEIGHTS[LABELS] * (1 - shares) ** 1.5 * -shares.log()
    loss = {"type": "focal", "gamma": 1.5, "class_weights": "1 2.5 0.5"}
    assert loss_of(loss, SCORES, LABELS) == pytest.approx(float(terms.mean()), abs=1e-6)
    hidden = {"type": "focal", "gamma": 1.5, "ignore_index": 1}
    kept = LABELS != 1
    expected = ((1 - shares) ** 1.5 * -shares.log())[kept].mean()
    assert loss_of(hidden, SCORES, LABELS) == pytest.approx(float(expected), abs=1e-6)


NUMBERS = torch.tensor([[8.0, -4.0], [13.0, -5.5], [10.0, -6.0]])
NORMAL = (NUMBERS - torch.tensor([10.0, -5.0])) / torch.tensor([2.0, 0.5])
GUESSES = torch.randn(3, 2, generator=RANDOM)


@pytest.mark.parametrize(
    ("loss", "expected"),
    [
        ("mse", functional.mse_loss(GUESSES, NORMAL)),
        ("l1", functional.l1_loss(GUESSES, NORMAL)),
        ({"type": "huber", "delta": 0.3}, functional.huber_loss(GUESSES, NORMAL, delta=0.3)),
        (
            {"type": "smooth_l1", "beta": 0.3},
            functional.smooth_l1_loss(GUESSES, NORMAL, beta=0.3),
        ),
    ],
)
def test_losses_of_numbers_are_those_of_torch_on_normalized_numbers(loss, expected):
    assert loss_of(loss, GUESSES, NUMBERS, classes=()) == pytest.approx(float(expected))


def test_counts_are_learned_as_they_are_and_answered_as_counts():
    counts = torch.tensor([[0.0, 3.0], [1.0, 7.0], [4.0, 0.0]])
    found = objective({"type": "poisson_nll", "full": True}, classes=(), labels=counts)
    expected = functional.poisson_nll_loss(GUESSES, counts, full=True)
    assert found.loss({"out": GUESSES}, counts) == pytest.approx(float(expected))
    assert torch.equal(found.answers({"out": GUESSES}), GUESSES.exp())
    with pytest.raises(TrainingError, match="numbers below 0"):
        objective("poisson_nll", classes=(), labels=NUMBERS)


def test_numbers_with_their_variances_take_two_scores_each():
    scores = torch.randn(3, 4, generator=RANDOM)
    found = objective("gaussian_nll", classes=())
    expected = functional.gaussian_nll_loss(scores[:, :2], NORMAL, scores[:, 2:].exp(), eps=1e-6)
    assert found.loss({"out": scores}, NUMBERS) == pytest.approx(float(expected))
    in_units = scores[:, :2] * torch.tensor([2.0, 0.5]) + torch.tensor([10.0, -5.0])
    assert torch.allclose(found.answers({"out": scores}), in_units)
    found.check({"out": scores}, NUMBERS)
    with pytest.raises(TrainingError, match="need 4"):
        found.check({"out": scores[:, :2]}, NUMBERS)


SEQUENCE_LOSSES = ["cross_entropy", "nll", "focal"]


@pytest.mark.parametrize("loss", SEQUENCE_LOSSES)
def test_a_sequence_is_as_many_samples_as_it_has_steps_with_an_answer(loss):
    kept = IDS != -100
    expected = loss_of(loss, STEPS[kept], IDS[kept])
    assert loss_of(loss, STEPS, IDS) == pytest.approx(float(expected), abs=1e-6)
    found = objective(loss)
    assert float(found.weight(IDS)) == int(kept.sum()) == 19
    assert torch.equal(found.answers({"out": STEPS}), STEPS.argmax(-1))
    found.check({"out": STEPS}, IDS)


def test_an_ignored_class_among_the_others_is_passed_over():
    loss = {"type": "cross_entropy", "ignore_index": 0, "class_weights": "1 2.5 0.5"}
    ids = IDS.clamp_min(0)
    kept = ids != 0
    expected = functional.cross_entropy(STEPS[kept], ids[kept], weight=WEIGHTS)
    assert loss_of(loss, STEPS, ids) == pytest.approx(float(expected), abs=1e-6)


def test_a_sequence_without_any_answer_costs_nothing():
    assert loss_of("cross_entropy", STEPS, torch.full((4, 6), -100)) == 0
    hidden = {"type": "cross_entropy", "ignore_index": 1, "class_weights": "1 2 3"}
    assert loss_of(hidden, SCORES, torch.ones(12, dtype=torch.int64)) == 0


def test_a_picture_has_its_classes_behind_the_samples():
    scores = torch.randn(2, 3, 4, 5, generator=RANDOM)
    y = torch.randint(0, 3, (2, 4, 5), generator=RANDOM)
    found = objective("cross_entropy")
    expected = functional.cross_entropy(scores, y)
    assert found.loss({"out": scores}, y) == pytest.approx(float(expected), abs=1e-6)
    assert torch.equal(found.answers({"out": scores}), scores.argmax(1))
    assert torch.allclose(found.shares({"out": scores}), scores.softmax(1).movedim(1, -1))
    found.check({"out": scores}, y)
    with pytest.raises(TrainingError, match="need 3 × 4 × 5"):
        found.check({"out": scores[:, :2]}, y)


@pytest.mark.parametrize("scores", [STEPS[:, :5], STEPS[..., :2], STEPS[:, 0], STEPS[..., None]])
def test_scores_that_cannot_answer_a_sequence_are_refused(scores):
    with pytest.raises(TrainingError, match="need 3 × 6"):
        objective("cross_entropy").check({"out": scores}, IDS)


def test_yes_or_no_does_not_answer_sequences():
    with pytest.raises(TrainingError, match="need 3"):
        objective("bce").check({"out": STEPS}, IDS)


def test_balanced_classes_weigh_as_scikit_learn_says():
    labels = torch.tensor([0] * 6 + [1] * 3 + [2])
    expected = compute_class_weight("balanced", classes=np.arange(3), y=labels.numpy())
    loss = {"type": "cross_entropy", "class_weights": "balanced"}
    found = objective(loss, labels=labels).terms[0].weights
    assert found is not None
    assert found.tolist() == pytest.approx(expected.tolist())
    hidden = loss | {"ignore_index": 0}
    found = objective(hidden, labels=labels).terms[0].weights
    assert found is not None
    assert found.tolist() == pytest.approx([1, 4 / 6, 2])


def test_wrong_weights_are_refused_with_a_sentence():
    with pytest.raises(TrainingError, match="2 class weights, but the data have 3 classes"):
        objective({"type": "cross_entropy", "class_weights": "1, 2"})
    for wrong in ("a, b", "-1, 2", [1, None], "0, 0", 3, "nan"):
        with pytest.raises(SettingError, match="class_weights must be"):
            read_plan({"targets": [{"loss": {"type": "nll", "class_weights": wrong}}]})


def test_surplus_scores_are_trained_with_weights_too():
    wide = torch.randn(12, 5, generator=RANDOM)
    padded = torch.tensor([1.0, 2.5, 0.5, 1.0, 1.0])
    loss = {"type": "cross_entropy", "class_weights": "1 2.5 0.5"}
    expected = functional.cross_entropy(wide, LABELS, weight=padded)
    assert loss_of(loss, wide, LABELS) == pytest.approx(float(expected))


def test_targets_count_by_their_weights():
    targets = [
        {"output": "one", "weight": 0.25},
        {"output": "two", "loss": "bce", "weight": 2.0},
    ]
    found = Objective.of(read_plan({"targets": targets}), ("one", "two"), CLASSES, Scaling())
    expected = 0.25 * functional.cross_entropy(
        SCORES, LABELS
    ) + 2 * functional.binary_cross_entropy_with_logits(-SCORES, ONES)
    assert found.loss({"one": SCORES, "two": -SCORES}, LABELS) == pytest.approx(float(expected))


@pytest.mark.parametrize("loss", [cls.key for cls in LOSSES])
def test_every_loss_of_parts_adds_up_to_that_of_the_whole(loss):
    classes: tuple[str, ...] = CLASSES
    scores, y = SCORES, LABELS
    settings: Any = {"type": loss}
    if "class_weights" in LOSSES[loss].declared:
        settings["class_weights"] = "1 2.5 0.5"
    if LOSSES[loss].truth == "quantities":
        classes, y = (), torch.rand(12, 2, generator=RANDOM) * 5
        scores = torch.randn(12, 2 * LOSSES[loss].scores, generator=RANDOM)
    found = objective(settings, classes=classes)
    whole = found.weights(y)
    parts = [
        found.loss({"out": part}, truth, whole)
        for part, truth in zip(scores.split([5, 3, 4]), y.split([5, 3, 4]), strict=True)
    ]
    expected = float(found.loss({"out": scores}, y))
    assert float(sum(parts)) == pytest.approx(expected, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("loss", ["cross_entropy", "focal", "nll", "multi_margin", "bce"])
def test_classes_are_not_compared_with_numbers(loss):
    with pytest.raises(TrainingError, match="compares classes"):
        objective(loss, classes=())


@pytest.mark.parametrize("loss", ["poisson_nll", "gaussian_nll"])
def test_numbers_are_not_compared_with_classes(loss):
    with pytest.raises(TrainingError, match="compares numbers"):
        objective(loss)


def test_one_answer_for_many_samples_is_refused():
    with pytest.raises(TrainingError, match="out gives 1 answer for 12 samples"):
        objective("cross_entropy").check({"out": SCORES[:1]}, LABELS)
