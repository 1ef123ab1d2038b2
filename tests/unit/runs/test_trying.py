"""Is a run that is kept open asked as one that is opened for each question, and does it write?"""

import itertools
from pathlib import Path

import numpy as np
import pytest

from studio.datasets.source import Source
from studio.datasets.texts.corpus import Corpus
from studio.datasets.texts.pairs import Pairs
from studio.errors import DataError
from studio.graph.model import Graph
from studio.runs.predict import predict
from studio.runs.request import RunRequest
from studio.runs.trying import Tryout
from studio.runs.writing import written_on
from studio.training.choices.optimizers import Adam
from studio.training.plan import Plan
from tests.unit.runs.projects import performed, request
from tests.unit.runs.writers import speaker, translator

ROW = "5.1, 3.5, 1.4, 0.2"


def test_an_open_run_answers_as_one_that_is_opened_anew(tmp_path):
    performed(request(tmp_path))
    run = tmp_path / "run-0001"
    tryout = Tryout.opened(run)
    inputs = tryout.read({tryout.trained.first: ROW})
    assert tryout.ask(inputs, ROW) == predict(run, [ROW])[0]
    (batch,) = tryout.prepared(inputs)
    assert batch.shape == (1, 4)
    assert float(batch.abs().max()) < 3, "normalized"
    assert tryout.writer is None
    assert tryout.known(tryout.trained.first, "a text") is None
    with pytest.raises(DataError, match="missing"):
        tryout.read({})
    with pytest.raises(DataError, match="next word"):
        written_on(tryout, {}, "", 3)


def learned(source: Source, graph: Graph, folder: Path, epochs: int) -> Tryout:
    plan = Plan(optimizer=Adam(learning_rate=0.02), epochs=epochs, threads=1, device="cpu")
    performed(RunRequest(graph, source, plan.changed(batch_size=16), folder))
    return Tryout.opened(folder / "run-0001")


def test_a_text_is_gone_on_with_the_same_for_the_same_seed(tmp_path):
    path = tmp_path / "verse.txt"
    path.write_text("abcdefgh " * 900, encoding="utf-8")
    source = Corpus(file=str(path), window=16)
    words = len(source.load().vocabulary)
    tryout = learned(source, speaker(16, words), tmp_path / "runs", 4)
    assert written_on(tryout, {}, "abcdefgh ab", 7) == ("abcdefgh abcdefgh ", False)
    assert written_on(tryout, {}, "abcdefgh " * 5, 3)[0].endswith("h abc")
    free = [written_on(tryout, {}, "ab", 30, boldness=9.0, seed=seed)[0] for seed in (1, 1, 2)]
    assert free[0] == free[1] != free[2]
    assert tryout.writer is not None
    assert np.isclose(tryout.shares({tryout.trained.first: tryout.writer.sample([2])}).sum(), 1)


def test_a_sentence_is_written_from_its_start_to_its_end(tmp_path):
    path = tmp_path / "pairs.tsv"
    known = {"one": "uno", "two": "dos", "red": "rojo", "big": "gran"}
    asked = [one for count in (1, 2, 3, 4) for one in itertools.permutations(known, count)] * 8
    lines = [f"{' '.join(one)}\t{' '.join(known[word] for word in one)}" for one in asked]
    path.write_text("\n".join(["english\tspanish", *lines]), encoding="utf-8")
    source = Pairs(file=str(path), first_column="english", second_column="spanish")
    graph = translator((4, 5), (8, 8))
    tryout = learned(source, graph, tmp_path / "runs", 10)
    inputs = {"tokens": tryout.typed("tokens", "two red")}
    text, is_whole = written_on(tryout, inputs, "", 9)
    assert is_whole
    assert text == "dos rojo"
    assert written_on(tryout, inputs, "dos", 9)[0].startswith("dos ")
    assert written_on(tryout, inputs, "", 1) == ("dos", False)
    answer = tryout.ask(tryout.read({"tokens": "big", "target": "gran"}))
    assert answer.label == "<end>"
