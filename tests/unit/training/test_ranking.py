"""What shares tell agrees with torchmetrics and scikit-learn, ties and missing classes included."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as sklearn_metrics
from torchmetrics import functional as oracle

from studio.training.judging.metrics import averages, class_sides, confusion, sides
from studio.training.judging.ranking import Ranks, auroc


@given(st.integers(2, 5), st.integers(6, 60), st.integers(0, 10_000), st.booleans())
def test_the_area_is_that_of_scikit_learn(classes, samples, seed, ties):
    random = torch.Generator().manual_seed(seed)
    truth = torch.arange(samples) % classes
    shares = torch.randn(samples, classes, generator=random).softmax(-1)
    if ties:
        shares = (shares * 4).round() / 4
        shares = (shares + 0.01) / (shares + 0.01).sum(-1, keepdim=True)
    if classes == 2:
        expected = sklearn_metrics.roc_auc_score(truth, shares[:, 1].double())
    else:
        each = [sklearn_metrics.roc_auc_score(truth == at, shares[:, at]) for at in range(classes)]
        expected = sum(each) / classes
    assert auroc(truth, shares) == pytest.approx(expected, abs=1e-6 if not ties else 1e-2)


def test_ties_count_half():
    truth = torch.tensor([0, 0, 1, 1])
    shares = torch.tensor([[0.9, 0.1], [0.5, 0.5], [0.5, 0.5], [0.1, 0.9]])
    assert auroc(truth, shares) == pytest.approx(0.875)
    assert auroc(truth, torch.full((4, 2), 0.5)) == pytest.approx(0.5)


def test_classes_without_samples_have_no_area():
    shares = torch.tensor([[0.6, 0.3, 0.1], [0.2, 0.5, 0.3], [0.5, 0.4, 0.1], [0.1, 0.7, 0.2]])
    truth = torch.tensor([0, 1, 0, 1])
    two = [auroc(truth == at, torch.stack([1 - s, s], 1)) for at, s in enumerate(shares.T[:2])]
    assert auroc(truth, shares) == pytest.approx(sum(filter(None, two)) / 2)
    assert auroc(torch.zeros(4, dtype=torch.int64), shares) is None


@given(st.integers(6, 20), st.integers(1, 50), st.integers(0, 1000))
def test_the_accuracy_of_five_guesses_is_that_of_torchmetrics(classes, samples, seed):
    random = torch.Generator().manual_seed(seed)
    truth = torch.randint(0, classes, (samples,), generator=random)
    shares = torch.rand(samples, classes, generator=random)
    ranks = Ranks(classes)
    for part, some in zip(truth.split(7), shares.split(7), strict=True):
        ranks.add(some, part)
    expected = oracle.classification.multiclass_accuracy(
        shares, truth, num_classes=classes, top_k=5, average="micro"
    )
    assert ranks.result()["top5"] == pytest.approx(float(expected))


def test_five_guesses_among_five_classes_say_nothing():
    ranks = Ranks(5)
    ranks.add(torch.rand(8, 5), torch.arange(8) % 5)
    assert ranks.result().keys() == {"auroc"}
    assert Ranks(5).result() == {}


def test_scores_too_many_to_keep_leave_out_the_area(monkeypatch):
    monkeypatch.setattr("studio.training.judging.ranking._MOST", 50)
    ranks = Ranks(6)
    for _batch in range(3):
        ranks.add(torch.rand(8, 6), torch.arange(8) % 6)
    assert ranks.result().keys() == {"top5"}


@given(st.integers(2, 6), st.integers(1, 80), st.integers(0, 1000))
def test_micro_and_weighted_averages_are_those_of_scikit_learn(classes, samples, seed):
    random = torch.Generator().manual_seed(seed)
    truth = torch.randint(0, classes, (samples,), generator=random)
    answers = torch.randint(0, classes, (samples,), generator=random)
    found = averages(*sides(confusion(truth, answers, classes)))
    for how in ("micro", "weighted"):
        rows = sklearn_metrics.precision_recall_fscore_support(
            truth, answers, labels=range(classes), average=how, zero_division=0
        )
        for name, expected in zip(("precision", "recall", "f1"), rows, strict=False):
            assert found[f"{name}_{how}"] == pytest.approx(expected)


@given(st.integers(2, 6), st.integers(1, 80), st.integers(0, 1000))
def test_counts_without_a_table_are_those_of_the_table(classes, samples, seed):
    random = torch.Generator().manual_seed(seed)
    truth = torch.randint(0, classes, (samples,), generator=random)
    answers = torch.randint(0, classes, (samples,), generator=random)
    with_table = sides(confusion(truth, answers, classes))
    for one, other in zip(class_sides(truth, answers, classes), with_table, strict=True):
        assert torch.equal(one, other)
