"""Every network of the gallery that reads texts answers alike, however far they are filled up."""

import pytest
import torch
from torch import Tensor

from studio import gallery
from studio.analysis.analyze import analyze
from studio.gallery.areas import TEXT
from studio.network.build import build
from studio.network.network import Network

VOCABULARY, COUNT = 90, 64
LENGTHS = {"source": 24, "target": 19}
"""How long the longest text is that is read, and that is written; told apart in the answers."""
_TEXT = f"vocabulary={VOCABULARY}&length=24"
_TRANSFORMER = f"{_TEXT}&layers=2&width=32&heads=4"
_SIDES = f"{_TRANSFORMER}&decoder_length=19"
SMALL = {
    "bart": f"{_SIDES}&positions=30",
    "bert": f"{_TRANSFORMER}&positions=30",
    "gpt": f"{_TRANSFORMER}&positions=30",
    "llama": f"{_TRANSFORMER}&kv_heads=4&hidden=48",
    "phi": _TRANSFORMER,
    "recurrent_classifier": f"{_TEXT}&width=16&hidden=8",
    "recurrent_language_model": f"{_TEXT}&width=16",
    "seq2seq": f"source_words={VOCABULARY}&target_words={VOCABULARY}&length=24&width=16",
    "t5": _SIDES,
    "textcnn": f"{_TEXT}&width=16&filters=6",
    "transformer": f"{_TRANSFORMER}&hidden=48",
}
"""What makes a family small enough to be run here."""

NAMES = [
    name
    for name, entry in gallery.published().items()
    if entry.area == TEXT and entry.architecture is not None
]
PADDED = {"input_ids": "source", "source": "source", "words": "source",
          "decoder_input_ids": "target", "target": "target"}  # fmt: skip


def _built(name: str, more: str = "") -> tuple[Network, int]:
    """Return a small variant that draws nothing at random, and the id that only fills up."""
    architecture = gallery.published()[name].architecture
    assert architecture is not None
    report = analyze(gallery.load(f"{name}?{SMALL[architecture.key]}{more}").graph)
    assert not report.errors
    padding = getattr(architecture, "padding", 0)
    return build(report.graph, report, seed=3).eval(), padding or 0


def _texts(padding: int) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """Return ids of 64 texts read and 64 written, filled up behind, and how long each is."""
    random = torch.Generator().manual_seed(7)
    ids, lengths = {}, {}
    for side, longest in LENGTHS.items():
        count = torch.randint(5, longest + 1, (COUNT,), generator=random)
        count[0], count[1] = longest, 5
        row = torch.randint(3, VOCABULARY, (COUNT, longest), generator=random)
        row[torch.arange(longest) >= count[:, None]] = padding
        ids[side], lengths[side] = row, count
    return ids, lengths


def _largest_difference(network: Network, padding: int) -> float:
    """Return how far answers to single texts are from those among 63 others, words alone.

    As a share of the largest number of an answer.
    """
    ids, lengths = _texts(padding)
    sides = [PADDED[name] for name in network.inputs]
    largest = 0.0
    with torch.inference_mode():
        together = network(*(ids[side] for side in sides))
        for row in range(0, COUNT, 3):
            own = {side: int(lengths[side][row]) for side in sides}
            alone = network(*(ids[side][row : row + 1, : own[side]] for side in sides))
            for name, answer in alone.items():
                among = together[name][row : row + 1]
                if among.shape != answer.shape:
                    among = among[:, : answer.shape[1]]
                difference = (among - answer).abs().max() / answer.abs().max()
                largest = max(largest, float(difference))
    return largest


def test_every_family_of_networks_for_texts_is_looked_at():
    drawn = [gallery.published()[name].architecture for name in NAMES]
    assert {one.key for one in drawn if one is not None} == set(SMALL)


@pytest.mark.parametrize("name", NAMES)
def test_a_text_gets_one_answer_alone_and_beside_longer_ones(name):
    network, padding = _built(name)
    assert _largest_difference(network, padding) < 1e-5


@pytest.mark.parametrize(
    "name", ["transformer-base", "bert-base", "t5-small", "bart-base", "seq2seq-gru",
             "seq2seq-attention", "bilstm-sentiment"],
)  # fmt: skip
def test_without_a_padding_id_the_answer_would_differ(name):
    network, _padding = _built(name, "&padding=null")
    assert _largest_difference(network, 0) > 1e-4
