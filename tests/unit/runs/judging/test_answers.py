"""What a run answers sample by sample: the same as its marks say, and kept in a file."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn import metrics

from studio.datasets.builtin import Digits, Iris
from studio.errors import DataError, FileError
from studio.runs.evaluate import evaluate
from studio.runs.judging import figures, picking
from studio.runs.judging.answers import Answers, read_answers, write_answers
from studio.runs.judging.asking import judgment_of
from tests.unit.runs.projects import performed, request


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("flowers")
    performed(request(folder, epochs=3))
    return folder / "run-0001"


@pytest.fixture(scope="module")
def answers(run: Path) -> Answers:
    return judgment_of(run, "train").answers


def test_answers_agree_with_the_marks_of_the_run(run: Path, answers: Answers) -> None:
    judged = evaluate(run, "train")

    assert len(answers) == judged.samples
    assert answers.is_right.mean() == pytest.approx(judged.result.metrics["accuracy"], abs=1e-6)
    assert figures.confusion(answers).tolist() == [list(row) for row in judged.result.confusion]
    assert answers.losses.mean() == pytest.approx(judged.result.metrics["loss"], rel=1e-5)
    np.testing.assert_allclose(answers.scores.sum(axis=1), 1, rtol=1e-5)


def test_figures_are_those_of_scikit_learn(answers: Answers) -> None:
    said, truth = answers.answered, answers.truth
    precision, recall, f1, support = metrics.precision_recall_fscore_support(
        truth, said, labels=range(3), zero_division=0
    )

    found = figures.marks(figures.confusion(answers))

    assert not answers.is_right.all()
    assert [one.precision for one in found] == pytest.approx(precision, abs=1e-6)
    assert [one.recall for one in found] == pytest.approx(recall, abs=1e-6)
    assert [one.f1 for one in found] == pytest.approx(f1, abs=1e-6)
    assert [one.support for one in found] == list(support)
    for number in range(3):
        curve, steep = figures.roc(answers, number), figures.precision_recall(answers, number)
        assert curve is not None
        assert steep is not None
        area = metrics.roc_auc_score(truth == number, answers.scores[:, number])
        assert curve.area == pytest.approx(area, abs=1e-6)
        assert len(steep.x) == len(steep.y) == len(steep.thresholds)


def test_a_threshold_counts_alarms_and_hits(answers: Answers) -> None:
    everything = figures.at_threshold(answers, 1, 0.0)
    half = figures.at_threshold(answers, 1, 0.5)

    assert everything[:, 0].tolist() == [0, 0]
    assert half.sum() == len(answers)
    assert half[1, 1] == ((answers.truth == 1) & (answers.scores[:, 1] >= 0.5)).sum()


def test_calibration_is_perfect_where_confidence_equals_the_share_of_right_answers() -> None:
    scores = np.array([[0.75, 0.25]] * 4, dtype=np.float32)
    sure = Answers(np.arange(4), np.array([0, 0, 0, 1]), scores, ("no", "yes"))

    honest, boasting = (
        figures.calibration(sure),
        figures.calibration(replace(sure, truth=1 - sure.truth)),
    )

    assert honest.error == pytest.approx(0.0, abs=1e-6)
    assert boasting.error == pytest.approx(0.5, abs=1e-6)
    assert honest.counts.tolist() == [0, 0, 0, 0, 0, 0, 0, 4, 0, 0]


def test_cells_and_hardest_samples_come_in_order(answers: Answers) -> None:
    counts = figures.confusion(answers)
    true, predicted = (int(place) for place in np.argwhere(counts - np.diag(np.diag(counts)))[0])
    place = {int(sample): index for index, sample in enumerate(answers.samples)}

    cell = [place[int(sample)] for sample in picking.in_cell(answers, true, predicted)]
    worst = [place[int(sample)] for sample in picking.hardest(answers, 10)]
    doubtful = [place[int(sample)] for sample in picking.doubtful(answers, 5)]

    assert len(cell) == counts[true, predicted]
    assert sorted(answers.confidence[cell], reverse=True) == list(answers.confidence[cell])
    assert answers.losses[worst[0]] == answers.losses.max()
    assert not answers.is_right[doubtful].any()


def test_flips_name_what_was_gained_and_lost() -> None:
    truth, samples = np.zeros(4, dtype=np.int64), np.array([3, 5, 8, 9])
    right, wrong = [0.9, 0.1], [0.2, 0.8]
    before = Answers(samples, truth, np.array([right, wrong, right, wrong], np.float32), ("a", "b"))
    after = Answers(samples, truth, np.array([wrong, right, right, wrong], np.float32), ("a", "b"))

    found = picking.flips(before, after)

    assert found.gained.tolist() == [5]
    assert found.lost.tolist() == [3]
    with pytest.raises(DataError, match="not asked about the same samples"):
        picking.flips(before, replace(after, samples=samples + 100))
    with pytest.raises(DataError, match="One run knows 2 classes, the other 3"):
        picking.flips(before, replace(after, classes=("a", "b", "c")))


def test_a_file_gives_back_what_was_written(tmp_path: Path, answers: Answers) -> None:
    path = tmp_path / "answers.safetensors"

    write_answers(path, answers)

    again = read_answers(path)
    assert again.classes == answers.classes
    np.testing.assert_array_equal(again.samples, answers.samples)
    np.testing.assert_array_equal(again.truth, answers.truth)
    np.testing.assert_array_equal(again.scores, answers.scores)
    path.write_bytes(b"no answers")
    with pytest.raises(FileError, match="does not hold the answers of a run"):
        read_answers(path)


def test_other_data_are_judged_if_they_suit(run: Path) -> None:
    other = judgment_of(run, "test", Iris(test=0.4, split_seed=7)).answers

    assert len(other) == 60
    with pytest.raises(DataError, match="takes 4, but a sample of these data is 1 × 8 × 8"):
        judgment_of(run, "test", Digits())
