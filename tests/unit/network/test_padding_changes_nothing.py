"""A text gets one answer, alone or beside 63 others, however far it is filled up.

Every way in which a network gathers a text is here: recurrent layers, pooling, filters, attention,
and the networks for texts of the gallery.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import Tensor

from studio import gallery
from studio.analysis.analyze import analyze
from studio.graph.model import Graph
from studio.network.build import build
from studio.network.network import Network
from tests.unit.analysis.networks import graph

LENGTH, WORDS = 24, 40
IDS = {"type": "input", "shape": [LENGTH], "dtype": "int64"}
TABLE = {"type": "embedding", "num_embeddings": WORDS, "embedding_dim": 8, "padding_idx": 0}
END: Mapping[str, Any] = {
    "linear": {"type": "linear", "out_features": 3},
    "scores": "output",
}
POOLS = {
    how: {"type": "pool_tokens", "operation": how, "from": ["reader", "words"]}
    for how in ("mean", "sum", "max")
} | {"end": {"type": "select_token", "mode": "last_other", "from": ["reader", "words"]}}


def _reading(key: str, *, both: bool, levels: int, pool: str) -> Graph:
    reader = {"type": key, "hidden_size": 6, "bidirectional": both, "num_layers": levels}
    reader |= {"padding_idx": 0, "from": ["vectors", "words"]}
    if pool == "last":
        return graph(words=IDS, vectors=TABLE, reader={**reader, "output": "last"}, **END)
    return graph(words=IDS, vectors=TABLE, reader=reader, pool=POOLS[pool], **END)


def _bag(mode: str) -> Graph:
    return graph(words=IDS, bag={**TABLE, "type": "embedding_bag", "mode": mode}, **END)


def _pairs() -> Graph:
    pairs = {"type": "token_ngrams", "longest": 3, "vocabulary": WORDS, "buckets": 60}
    bag = {**TABLE, "type": "embedding_bag", "mode": "sum", "num_embeddings": WORDS + 60}
    return graph(words=IDS, pairs=pairs, bag=bag, **END)


def _state_space() -> Graph:
    end = {"type": "select_token", "mode": "last_other", "from": ["ssm", "words"]}
    return graph(words=IDS, vectors=TABLE, ssm={"type": "selective_ssm"}, end=end, **END)


def _cell() -> Graph:
    """Return an answer from the cell in which an LSTM ends."""
    reader = {"type": "lstm", "hidden_size": 6, "return_state": True, "padding_idx": 0}
    reader |= {"from": ["vectors", "words"]}
    cell = {"type": "linear", "out_features": 3, "from": ["reader.2"]}
    return graph(words=IDS, vectors=TABLE, reader=reader, linear=cell, scores="output")


def _filtering(how: str) -> Graph:
    """Return two filters on top of each other, masked in between."""
    masked = {"type": "mask_tokens", "dim": 2}
    conv = {"type": "conv1d", "out_channels": 6, "kernel_size": 3, "padding": "same"}
    return graph(
        words=IDS,
        vectors=TABLE,
        channels={"type": "permute", "dims": [0, 2, 1]},
        conv_1=conv,
        gelu="gelu",
        mask={**masked, "from": ["gelu", "words"]},
        conv_2=conv,
        pool={"type": "pool_tokens", "operation": how, "dim": 2, "from": ["conv_2", "words"]},
        **END,
    )


def _looking(*, rotary: bool, causal: bool) -> Graph:
    """Return two attention layers with a padding mask."""
    angles = {"angles": {"type": "rotary_positions", "dim": 4, "from": ["words"]}} if rotary else {}
    places = {} if rotary else {"places": {"type": "position_embedding", "from": ["vectors"]}}
    start = "vectors" if rotary else "places"
    look = {"type": "attention", "num_heads": 2, "score_bias": True, "causal": causal}
    look |= {"rotary": "halves"} if rotary else {}
    further = [*angles, "mask"]
    return graph(
        words=IDS,
        vectors={**TABLE, "from": ["words"]},
        **angles,
        **places,
        mask={"type": "padding_mask", "from": ["words"]},
        look_1={**look, "from": [start, *further]},
        norm="layer_norm",
        look_2={**look, "from": ["norm", *further]},
        pool={"type": "pool_tokens", "from": ["look_2", "words"]},
        **END,
    )


def _published(name: str) -> Graph:
    return gallery.load(name).graph


_SMALL = f"vocabulary={WORDS}&length={LENGTH}&width=16"
NETWORKS: Mapping[str, Callable[[], Graph]] = {
    **{
        f"{key}{' both' * both} ×{levels} {pool}": partial(
            _reading, key, both=both, levels=levels, pool=pool
        )
        for key in ("rnn", "gru", "lstm")
        for both in (False, True)
        for levels in (1, 2)
        for pool in ("last", *POOLS)
    },
    **{f"bag {mode}": partial(_bag, mode) for mode in ("mean", "sum", "max")},
    **{f"filters {how}": partial(_filtering, how) for how in ("mean", "sum", "max")},
    **{
        f"attention{' rotary' * rotary}{' causal' * causal}": partial(
            _looking, rotary=rotary, causal=causal
        )
        for rotary in (False, True)
        for causal in (False, True)
    },
    "pairs": _pairs,
    "state space": _state_space,
    "cell": _cell,
    "textcnn": partial(_published, f"textcnn?{_SMALL}&filters=6"),
    "bilstm": partial(_published, f"bilstm-sentiment?{_SMALL}&hidden=6"),
    "bert": partial(_published, f"bert-base-classifier?{_SMALL}&layers=2&heads=2&positions=40"),
}


@pytest.fixture(scope="module", params=NETWORKS)
def network(request: pytest.FixtureRequest) -> Network:
    report = analyze(NETWORKS[request.param]())
    assert not report.errors, report.errors
    return build(report.graph, report, seed=3).eval()


def _answers(network: Network, ids: Tensor) -> Tensor:
    """Return shares: those of classes, or of yes."""
    (name,) = network.outputs
    scores: Tensor = network(ids)[name]
    return scores if scores.shape[1] == 1 else scores.softmax(-1)


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    lengths=st.lists(st.integers(1, LENGTH), min_size=64, max_size=64),
    seed=st.integers(0, 1000),
    wider=st.integers(0, 9),
)
def test_neither_padding_nor_neighbors_change_an_answer(network, lengths, seed, wider):
    random = torch.Generator().manual_seed(seed)
    ids = torch.randint(1, WORDS, (64, max(5, *lengths) + wider), generator=random)
    ids[torch.arange(ids.shape[1]) >= torch.tensor(lengths)[:, None]] = 0
    with torch.inference_mode():
        together = _answers(network, ids)
        for row in range(0, 64, 7):
            # the widest filter looks at five words
            length = max(lengths[row], 5)
            alone = _answers(network, ids[row : row + 1, :length])
            torch.testing.assert_close(alone[0], together[row], rtol=0, atol=1e-6)


def test_longer_texts_answer_otherwise(network):
    ids = torch.arange(1, LENGTH + 1)[None] % WORDS
    cut = torch.where(torch.arange(LENGTH) < 12, ids, 0)
    assert (_answers(network, ids) - _answers(network, cut)).abs().max() > 1e-5
