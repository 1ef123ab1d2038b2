"""The Transformer of 2017: an encoder reads, a decoder writes, attention everywhere."""

import math
from typing import Any

from studio.catalogue.functions.function import Scale
from studio.catalogue.functions.regularization import Dropout
from studio.catalogue.meeting.product import MatMul
from studio.catalogue.parameter import Parameter
from studio.catalogue.sequences.embedding import Lookup
from studio.catalogue.sequences.waves import SinusoidalPositions
from studio.fields import integer, number
from studio.gallery import language
from studio.gallery.architecture import Architecture, Entry, architecture, publish
from studio.gallery.areas import TEXT
from studio.graph.draft import Draft
from studio.graph.model import Graph
from studio.presets.transformer import DecoderLayer, EncoderLayer
from studio.wording import marked


@architecture("transformer")
class Transformer(Architecture):
    """Encoder and decoder layers over one table of words, which also scores the answers."""

    vocabulary: int = integer(
        default=37_000, high=100_000_000, hint="How many different pieces of words there are."
    )
    length: int = integer(default=64, high=1_000_000, hint="How many pieces a sentence has.")
    width: int = integer(default=512, high=1_000_000, hint="How many features describe a piece.")
    layers: int = integer(default=6, high=1000, hint="Layers of the encoder and of the decoder.")
    heads: int = integer(default=8, high=10_000, hint="How many views attention takes.")
    hidden: int = integer(
        default=2048, high=10_000_000, hint="Features inside the feed-forward parts."
    )
    dropout: float = number(
        default=0.1, low=0.0, high=1.0, hint="Share of values silenced while training."
    )
    padding: int | None = language.padding(0)

    def graph(self) -> Graph:
        draft = Draft()
        read = draft.input("source", self.length, dtype="int64")
        written = draft.input("target", self.length, dtype="int64")
        axes = (self.vocabulary, self.width)
        table = draft.add("table", Parameter(axes=axes, std=self.width**-0.5))
        settings: dict[str, Any] = {
            "width": self.width,
            "heads": self.heads,
            "hidden": self.hidden,
            "norm_place": "behind",
            "activation": "relu",
            "dropout": self.dropout,
            "projection": "separate",
            "qkv_bias": "no",
            "out_bias": "no",
        }
        mask = language.padding_mask(draft, read, self.padding, self.length, asked=False)
        encoder = EncoderLayer(score_bias=bool(mask), **settings).block(repeat=self.layers)
        memory = draft.add("encoder", encoder, self._embedded(draft, "source", read, table), *mask)
        decoder = DecoderLayer(memory_bias=bool(mask), **settings).block(repeat=self.layers)
        steps = self._embedded(draft, "target", written, table)
        last = draft.add("decoder", decoder, steps, memory, *mask)
        scores = draft.add("scores", MatMul(transpose_second=True), last, table)
        draft.output("next_words", scores)
        return draft.graph()

    def _embedded(self, draft: Draft, name: str, ids: str, table: str) -> str:
        return draft.chain(
            draft.add(f"{name}_words", Lookup(), ids, table),
            **{
                f"{name}_scale": Scale(factor=math.sqrt(self.width)),
                f"{name}_positions": SinusoidalPositions(),
                f"{name}_dropout": Dropout(p=self.dropout),
            },
        )


publish(
    Entry(
        "transformer-base",
        "Transformer (base)",
        TEXT,
        marked("Attention alone, without recurrence, translates better and trains in parallel."),
        2017,
        "arXiv:1706.03762",
        "own.transformer_base",
        Transformer(),
    )
)
