"""The network that is proposed fits the data, whatever they are, and learns what is in them."""

from collections.abc import Callable

import numpy as np
import pytest
import torch

from studio.analysis.analyze import analyze
from studio.datasets.dataset import Answer, Dataset, Split
from studio.errors import DataError
from studio.network.build import build
from studio.workspace.proposing import proposed

RANDOM = np.random.default_rng(0)
PARTS = Split(np.arange(40), np.arange(40, 50), np.arange(50, 60))


def classes(count: int = 3) -> dict[str, object]:
    return {"targets": np.arange(60) % count, "classes": tuple(map(str, range(count)))}


def pictures(side: int = 24) -> Dataset:
    pixels = RANDOM.integers(0, 256, (60, 3, side, side), dtype=np.uint8)
    return Dataset("", pixels, **classes())  # type: ignore[arg-type]


def rows() -> Dataset:
    values = RANDOM.normal(size=(60, 5)).astype(np.float32)
    return Dataset("", values, values[:, :2].copy())


def waves() -> Dataset:
    return Dataset("", RANDOM.normal(size=(60, 1, 400)).astype(np.float32), **classes())  # type: ignore[arg-type]


def series() -> Dataset:
    values = RANDOM.normal(size=(60, 30, 2)).astype(np.float32)
    return Dataset("", values, values[:, -1, :1].copy(), channels=2)


def forecasts(columns: tuple[str, ...] = ("rides", "rain")) -> Dataset:
    """Windows of a series that rises by 1 from step to step, and falls by 1 in the other column."""
    steps = np.arange(60)[:, np.newaxis] + np.arange(10)
    values = np.stack([steps, -steps], axis=2).astype(np.float32)
    return Dataset(
        "",
        values[:, :8],
        values[:, 8:, 0],
        columns=columns,
        target_name="rides",
        is_ordered=True,
        channels=2,
    )


def texts(vocabulary: int = 500) -> Dataset:
    ids = RANDOM.integers(1, vocabulary, (60, 12))
    return Dataset("", ids, vocabulary=tuple(map(str, range(vocabulary))), **classes())  # type: ignore[arg-type]


def corpus() -> Dataset:
    ids, words = RANDOM.integers(1, 9, (60, 12)), tuple("abcdefghi")
    return Dataset("", ids, np.roll(ids, -1, 1), words, vocabulary=words)


def translations() -> Dataset:
    ids, words = RANDOM.integers(1, 9, (60, 12)), tuple("abcdefghi")
    after = np.where(ids[:, :7] == 1, -100, ids[:, :7])
    before = {"target": ids[:, :7]}
    return Dataset("", ids, after, words, vocabulary=words, more_inputs=before)


def captions() -> Dataset:
    seen, said = pictures(), translations()
    return Dataset(
        "", seen.inputs, said.targets, said.classes, more_inputs={"caption": said.inputs[:, :7]}
    )


KINDS: tuple[Callable[[], Dataset], ...] = (
    *(pictures, rows, waves, series, forecasts, texts, corpus, translations, captions),
)


@pytest.mark.parametrize("make", KINDS, ids=lambda make: make.__name__)
def test_the_network_takes_the_samples_and_answers_what_is_asked(
    make: Callable[[], Dataset],
) -> None:
    dataset = make()

    graph, plan = proposed(dataset, PARTS)

    report = analyze(graph)
    assert not report.errors
    network = build(graph, report).eval()
    given = {name: torch.as_tensor(values[:4]) for name, values in dataset.more_inputs.items()}
    samples = torch.as_tensor(dataset.inputs[:4])
    samples = samples if dataset.inputs.dtype == np.int64 else samples.float()
    answer = network(*(given.get(name, samples) for name in network.inputs))["answer"]
    places = dataset.targets.shape[1:] if dataset.classes else ()
    outputs = len(dataset.classes) or dataset.targets.shape[1]
    assert tuple(answer.shape) == (4, *places, outputs)
    assert plan.batch_size <= len(PARTS.train)
    assert plan.epochs * len(PARTS.train) // plan.batch_size >= 1


def test_pairs_of_tokens_count_only_where_tokens_repeat() -> None:
    keys = [
        {node.layer.key for node in proposed(dataset, PARTS)[0].nodes.values()}
        for dataset in (texts(500), texts(9))
    ]

    assert "token_ngrams" not in keys[0]
    assert "token_ngrams" in keys[1]


def test_what_follows_in_a_series_moves_with_its_level() -> None:
    dataset = forecasts()
    graph, _plan = proposed(dataset, PARTS)
    network = build(graph, analyze(graph)).eval()
    window = torch.as_tensor(dataset.inputs[:3])
    raised, other = window.clone(), window.clone()
    raised[:, :, 0] += 100
    other[:, :, 1] += 100

    answer = network(window)["answer"]

    assert torch.allclose(network(raised)["answer"], answer + 100, atol=1e-3)
    assert torch.allclose(network(other)["answer"], answer, atol=1e-3)


def test_series_of_which_something_else_is_asked_are_no_forecasts() -> None:
    graph, _plan = proposed(forecasts(("tides", "rain")), PARTS)

    assert "gru" in {node.layer.key for node in graph.nodes.values()}


def test_numbers_that_stand_out_are_cut_off_only_where_few_rows_tell_of_classes() -> None:
    numbers = rows()
    labeled = Dataset("", numbers.inputs, **classes())  # type: ignore[arg-type]
    many = Split(np.arange(6_000) % 40, PARTS.validation, PARTS.test)

    kept = [
        [node.layer.key for node in proposed(dataset, parts)[0].nodes.values()]
        for dataset, parts in ((labeled, PARTS), (numbers, PARTS), (labeled, many))
    ]

    assert ["clamp" in keys for keys in kept] == [True, False, False]
    assert ["batch_norm1d" in keys for keys in kept] == [False, False, True]


def test_a_picture_with_one_number_to_predict_is_no_caption() -> None:
    seen = pictures()
    dataset = Dataset("", seen.inputs, RANDOM.normal(size=(60, 1)).astype(np.float32))

    graph, _plan = proposed(dataset, PARTS)

    assert [name for name, node in graph.nodes.items() if node.layer.key == "input"] == ["image"]


def test_samples_of_an_unknown_kind_are_refused() -> None:
    volumes = np.zeros((60, 1, 4, 4, 4), np.float32)

    with pytest.raises(DataError, match="4 axes"):
        proposed(Dataset("", volumes, **classes()), PARTS)  # type: ignore[arg-type]


def test_every_further_thing_to_predict_gets_an_answer_of_its_own() -> None:
    values = RANDOM.normal(size=(60, 5)).astype(np.float32)
    more = {
        "color": Answer(np.arange(60) % 4, tuple("abcd")),
        "size, in all": Answer(values[:, :2].copy()),
    }
    dataset = Dataset("", values, more_targets=more, **classes())  # type: ignore[arg-type]

    graph, plan = proposed(dataset, PARTS)

    report = analyze(graph)
    shapes = {target.field: report.nodes[target.output].inputs[0] for target in plan.targets}
    assert not report.errors
    assert {name: list(shape or ()) for name, shape in shapes.items()} == {
        "": [3],
        "color": [4],
        "size, in all": [2],
    }
    assert [target.loss.key for target in plan.targets] == ["cross_entropy", "cross_entropy", "mse"]
