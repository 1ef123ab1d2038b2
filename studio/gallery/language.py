"""Which sizes the families of transformers have in common, and what follows from them."""

from collections.abc import Mapping
from typing import Any

from studio.catalogue.attention.bias import PaddingMask
from studio.catalogue.dense.linear import Linear
from studio.catalogue.sequences.embedding import Embedding
from studio.fields import choice, flag, integer, number
from studio.graph.draft import Draft
from studio.presets.feed_forward import ACTIVATIONS

HEAD = 64
"""How many features a head has in most published networks."""

SMALL = 0.1
"""How far the vectors of words spread that few texts are to teach: what is learned stands out."""

_MOST_HEADS = 10_000


def vocabulary(default: int) -> Any:
    """Declare how many words there are."""
    return integer(
        default=default, high=100_000_000, hint="How many different words or pieces of words."
    )


def length(default: int, hint: str = "How many words come in at once.") -> Any:
    """Declare how long the text of the input is."""
    return integer(default=default, high=1_000_000, hint=hint)


def positions(default: int) -> Any:
    """Declare how many places of a text can be told apart."""
    return integer(
        default=default, high=100_000_000, hint="For how many places there are learned vectors."
    )


def width(default: int) -> Any:
    """Declare how many features each step has."""
    return integer(default=default, high=1_000_000, hint="How many features describe each step.")


def layers(default: int, hint: str = "How many transformer layers follow each other.") -> Any:
    """Declare how often the block is repeated."""
    return integer(default=default, high=10_000, hint=hint)


def decoder_layers() -> Any:
    """Declare how often the block of the decoder is repeated."""
    return integer(
        default=None,
        high=10_000,
        optional=True,
        hint="How many layers the decoder has; empty means as many as the encoder.",
    )


def heads() -> Any:
    """Declare how many heads attention has."""
    return integer(
        default=None,
        high=_MOST_HEADS,
        optional=True,
        hint="How many views attention takes side by side; empty means one per 64 features.",
    )


def fitting_heads() -> Any:
    """Declare how many heads attention has where their size is a setting of its own."""
    return integer(
        default=None,
        high=_MOST_HEADS,
        optional=True,
        hint="How many views attention takes side by side; empty shares all features out.",
    )


def features_per_head(default: int) -> Any:
    """Declare how large the heads are where nobody says how many there are."""
    return integer(
        default=default,
        high=100_000,
        hint="How many features fall to each head where heads is empty.",
    )


def head_dim() -> Any:
    """Declare how large the heads are, however many there are."""
    return integer(
        default=None,
        high=100_000,
        optional=True,
        label="Head size",
        hint="How many features each head works with; empty shares all features out.",
    )


def rope_base() -> Any:
    """Declare how slowly positions turn."""
    return number(
        default=10_000.0,
        low=1.0,
        high=1e12,
        label="Rotation base",
        hint="How slow the slowest turn of positions is; more suits longer texts.",
    )


def hidden(default: int | None = None) -> Any:
    """Declare how wide the feed-forward part is inside."""
    return integer(
        default=default,
        high=10_000_000,
        optional=True,
        hint="Features inside the feed-forward part; empty: 4 times those outside, 8/3 if gated.",
    )


def activation(default: str) -> Any:
    """Declare what bends the values between the linear layers of the feed-forward part."""
    return choice(
        default=default, options=ACTIVATIONS, hint="The function inside the feed-forward part."
    )


def dropout(default: float) -> Any:
    """Declare how much is silenced behind embeddings and parts of layers."""
    return number(
        default=default, low=0.0, high=1.0, hint="Share of values silenced while training."
    )


def attention_dropout(default: float) -> Any:
    """Declare how many looks are silenced."""
    return number(
        default=default, low=0.0, high=1.0, hint="Share of the looks silenced while training."
    )


def eps(default: float) -> Any:
    """Declare what normalization adds to the variance."""
    return number(
        default=default,
        low=1e-12,
        high=1.0,
        label="Normalization epsilon",
        hint="Keeps normalization from dividing by zero.",
    )


def padding(default: int | None) -> Any:
    """Declare which word says nothing."""
    return integer(
        default=default,
        low=0,
        high=100_000_000,
        optional=True,
        hint="The id that only fills up short texts. Empty: none.",
    )


def masked() -> Any:
    """Declare whether an input says which steps are there."""
    return flag(
        default=False,
        label="Attention mask",
        hint="Add an input that says 1 for each word and 0 for what only fills up.",
    )


def padding_mask(
    draft: Draft, ids: str, padding: int | None, length: int, *, asked: bool
) -> tuple[str, ...]:
    """Add what hides the steps that only fill up; nothing where no id does.

    Where it is `asked`, an input for `length` steps says which those are, otherwise the `ids` do.
    """
    if asked:
        ids, padding = draft.input("attention_mask", length, dtype="int64"), 0
    if padding is None:
        return ()
    return (draft.add("padding_mask", PaddingMask(padding_idx=padding), ids),)


def heads_of(width: int, size: int = HEAD) -> int:
    """Return the usual number of heads of `size` features; the largest that divides the width."""
    most = min(max(1, width // size), _MOST_HEADS)
    return next(heads for heads in range(most, 0, -1) if width % heads == 0)


def words(vocabulary: int, width: int, padding: int | None = None, std: float = 1.0) -> Embedding:
    """Return the table of words; the id `padding` has no vector, if it is one of them at all."""
    if padding is not None and padding >= vocabulary:
        padding = None
    return Embedding(num_embeddings=vocabulary, embedding_dim=width, padding_idx=padding, std=std)


def word_scores(
    draft: Draft,
    words: int,
    source: str,
    owner: str,
    bias: Mapping[str, str] | None = None,
) -> str:
    """Add the layer that scores all words with the table that they were looked up in.

    `owner` is the weight it borrows, or "" for one of its own. It has an offset for each word where
    `bias` is given, which says of whom it is borrowed, or is empty for one of its own.
    """
    tied = {"weight": owner} if owner else {}
    layer = Linear(out_features=words, bias=bias is not None)
    return draft.add("head", layer, source, tied=tied | dict(bias or {}))
