"""How far a text is padded, or beside which others it is asked about, never changes its answer."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from studio.catalogue.dense.linear import Linear
from studio.catalogue.sequences.embedding import Embedding, EmbeddingBag
from studio.catalogue.sequences.recurrent import GRU
from studio.catalogue.shaping.splitting import SelectToken
from studio.datasets.texts.texts import Texts
from studio.gallery.families.textcnn import TextCNN
from studio.graph.draft import Draft
from studio.graph.model import Graph
from studio.runs.judging.asking import judgment_of
from studio.runs.predict import predict
from studio.runs.request import RunRequest
from studio.runs.trained import Trained
from studio.training.plan import Plan
from tests.unit.runs.projects import performed

WORDS = ("good", "bad", "film", "play", "song", "very", "not", "so", "dull", "fine")
LENGTH = 24


def _bag(size: int) -> Graph:
    draft = Draft()
    ids = draft.input("tokens", LENGTH, dtype="int64")
    bag = EmbeddingBag(num_embeddings=size, embedding_dim=8, padding_idx=0)
    draft.output("answer", draft.chain(ids, bag=bag, linear=Linear(out_features=2)))
    return draft.graph()


def _gru(size: int) -> Graph:
    draft = Draft()
    ids = draft.input("tokens", LENGTH, dtype="int64")
    table = Embedding(num_embeddings=size, embedding_dim=8, padding_idx=0)
    steps = draft.chain(ids, embedding=table, gru=GRU(hidden_size=12))
    end = draft.add("end", SelectToken(mode="last_other"), steps, ids)
    draft.output("answer", draft.chain(end, linear=Linear(out_features=2)))
    return draft.graph()


def _both(size: int) -> Graph:
    draft = Draft()
    ids = draft.input("tokens", LENGTH, dtype="int64")
    steps = draft.chain(ids, embedding=Embedding(num_embeddings=size, embedding_dim=8))
    reader = GRU(hidden_size=12, bidirectional=True, output="last", padding_idx=0)
    end = draft.add("gru", reader, steps, ids)
    draft.output("answer", draft.chain(end, linear=Linear(out_features=2)))
    return draft.graph()


def _cnn(size: int) -> Graph:
    return TextCNN(vocabulary=size, length=LENGTH, width=8, filters=6).graph()


NETWORKS: dict[str, Callable[[int], Graph]] = {
    "bag": _bag,
    "gru": _gru,
    "both ways": _both,
    "textcnn": _cnn,
}


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Texts:
    random = np.random.default_rng(0)
    path = tmp_path_factory.mktemp("texts") / "texts.tsv"
    rows = [
        f"{' '.join(random.choice(WORDS, random.integers(1, LENGTH)))}\t{number % 2}"
        for number in range(300)
    ]
    path.write_text("\n".join(["sentence\tlabel", *rows]))
    return Texts(path=str(path), max_length=LENGTH, test=0.3)


@pytest.fixture(scope="module", params=NETWORKS)
def run(
    request: pytest.FixtureRequest, texts: Texts, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    folder = tmp_path_factory.mktemp(request.param)
    graph = NETWORKS[request.param](len(texts.load().vocabulary))
    performed(RunRequest(graph, texts, Plan(epochs=2, threads=1, device="cpu"), folder))
    return folder / "run-0001"


def test_a_text_gets_the_same_answer_alone_and_beside_63_others(run: Path, texts: Texts) -> None:
    dataset = texts.load()
    judged = judgment_of(run, "test").answers
    numbers = judged.samples[:64].tolist()
    words = [dataset.texts[number] for number in numbers]
    together = predict(run, words)
    assert len(words) == len(together) == 64
    for place, word in enumerate(words):
        alone = predict(run, [word])[0].probabilities
        scores = dict(zip(judged.classes, judged.scores[place].tolist(), strict=True))
        assert alone == pytest.approx(together[place].probabilities, abs=1e-6)
        assert alone == pytest.approx(scores, abs=1e-6)


def test_more_padding_changes_no_answer(run: Path, texts: Texts) -> None:
    network = Trained.opened(run).network.eval()
    ids = torch.from_numpy(texts.load().inputs[:64])
    wider = torch.nn.functional.pad(ids, (0, 9))
    assert int((ids == 0).sum()) > 0
    with torch.inference_mode():
        for one, other in zip(network(ids).values(), network(wider).values(), strict=True):
            assert float((one - other).abs().max()) < 1e-6
