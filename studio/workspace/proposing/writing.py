"""The networks to begin with where a text is to be written: translations, captions.

One part reads the sentence or the picture, and the state it ends with starts another that writes
word by word (Sutskever et al. 2014; Vinyals et al. 2015), looking back at the words that were read
(Luong et al. 2015).
"""

from studio.catalogue.attention.bias import PaddingMask
from studio.catalogue.attention.multi_head import MultiHeadAttention
from studio.catalogue.dense.linear import Linear
from studio.catalogue.functions.activation import Tanh
from studio.catalogue.functions.regularization import Dropout
from studio.catalogue.meeting.merge import Concat
from studio.catalogue.sequences.embedding import Embedding
from studio.catalogue.sequences.recurrent import GRU
from studio.datasets.dataset import Dataset
from studio.graph.draft import Draft
from studio.workspace.proposing.pictures import stages

_WORDS, _STATE = 128, 256


def written_input(dataset: Dataset) -> str:
    """Return the input that brings what was written so far, or nothing if none does."""
    if not dataset.classes or dataset.targets.ndim != 2:
        return ""
    found = [
        name
        for name, values in dataset.more_inputs.items()
        if values.dtype == dataset.targets.dtype and values.shape == dataset.targets.shape
    ]
    return found[0] if len(found) == len(dataset.more_inputs) == 1 else ""


def writing(draft: Draft, dataset: Dataset, samples: int) -> str:
    """Add a network that reads a sample and writes about it, and return its last layer."""
    words, name = len(dataset.classes), written_input(dataset)
    reads = len(dataset.sample) == 1
    memory, state = _read(draft, dataset) if reads else _seen(draft, dataset, samples)
    before = draft.input(name, *dataset.targets.shape[1:], dtype="int64")
    last = draft.chain(
        before,
        written_embedding=Embedding(num_embeddings=words, embedding_dim=_WORDS, padding_idx=0),
        written_dropout=Dropout(p=0.3),
    )
    last = draft.add("writer", GRU(hidden_size=_STATE), last, state)
    if reads:
        mask = draft.add("padding", PaddingMask(padding_idx=0), "tokens")
        looking = MultiHeadAttention(num_heads=4, score_bias=True)
        found = draft.add("attention", looking, last, memory, mask)
        last = draft.add("both", Concat(dim=-1), last, found)
    return draft.chain(last, dropout=Dropout(p=0.3), linear=Linear(out_features=words))


def _read(draft: Draft, dataset: Dataset) -> tuple[str, str]:
    """Return what was read at every word, and the state at the end."""
    ids = draft.input("tokens", *dataset.sample, dtype="int64")
    table = Embedding(num_embeddings=len(dataset.vocabulary), embedding_dim=_WORDS, padding_idx=0)
    words = draft.chain(ids, embedding=table, embedding_dropout=Dropout(p=0.3))
    reader = GRU(hidden_size=_STATE, return_state=True, padding_idx=0)
    read = draft.add("reader", reader, words, ids)
    return read, f"{read}.1"


def _seen(draft: Draft, dataset: Dataset, samples: int) -> tuple[str, str]:
    """Return what was seen of a picture, as the state to write from."""
    seen = draft.chain(
        stages(draft, dataset, samples), seen=Linear(out_features=_STATE), tanh=Tanh()
    )
    return seen, seen
