"""BART: an encoder and a decoder that repair broken texts."""

from typing import Any

from studio.catalogue.functions.regularization import Dropout
from studio.catalogue.meeting.merge import Add
from studio.catalogue.parameter import Constant, Parameter
from studio.catalogue.sequences.position import PositionEmbedding
from studio.gallery import language
from studio.gallery.architecture import Architecture, Entry, architecture, publish
from studio.gallery.areas import TEXT
from studio.graph.draft import Draft
from studio.graph.model import Graph
from studio.presets.joining import normalization
from studio.presets.transformer import DecoderLayer, EncoderLayer
from studio.wording import marked

_ROWS_BEFORE = 2
"""The table of places begins with rows that were once meant for padding."""


@architecture("bart")
class BART(Architecture):
    """One table of words for both sides, a table of places for each, and scores of all words."""

    vocabulary: int = language.vocabulary(50265)
    length: int = language.length(512)
    decoder_length: int = language.length(512, "How many words have been written so far.")
    positions: int = language.positions(1024)
    width: int = language.width(768)
    layers: int = language.layers(6, "How many layers the encoder has.")
    decoder_layers: int | None = language.decoder_layers()
    heads: int | None = language.heads()
    hidden: int | None = language.hidden()
    activation: str = language.activation("gelu")
    eps: float = language.eps(1e-5)
    dropout: float = language.dropout(0.1)
    attention_dropout: float = language.attention_dropout(0.0)
    padding: int | None = language.padding(1)
    attention_mask: bool = language.masked()

    def graph(self) -> Graph:
        draft = Draft()
        ids = draft.input("input_ids", self.length, dtype="int64")
        draft.input("decoder_input_ids", self.decoder_length, dtype="int64")
        mask = language.padding_mask(
            draft, ids, self.padding, self.length, asked=self.attention_mask
        )
        draft.add("shared", Parameter(axes=(self.vocabulary, self.width)))
        read = self._embedded(draft, "encoder", "input_ids")
        encoder = EncoderLayer(score_bias=bool(mask), **self._sizes())
        states = draft.add("encoder", encoder.block(repeat=self.layers), read, *mask)
        written = self._embedded(draft, "decoder", "decoder_input_ids")
        decoder = DecoderLayer(memory_bias=bool(mask), **self._sizes())
        block = decoder.block(repeat=self.decoder_layers or self.layers)
        written = draft.add("decoder", block, written, states, *mask)
        scores = language.word_scores(draft, self.vocabulary, written, "shared.weight")
        bias = draft.add("final_logits_bias", Constant(axes=(1, self.vocabulary), stored=True))
        draft.output("logits", draft.add("biased", Add(), scores, bias))
        draft.output("encoder_last_hidden_state", states)
        return draft.graph()

    def _embedded(self, draft: Draft, side: str, ids: str) -> str:
        words = language.words(self.vocabulary, self.width, self.padding)
        last = draft.add(f"{side}_tokens", words, ids, tied={"weight": "shared.weight"})
        places = PositionEmbedding(max_length=self.positions, offset=_ROWS_BEFORE)
        last = draft.add(f"{side}_positions", places, last)
        last = draft.add(f"{side}_norm", normalization("layer", self.eps), last)
        if self.dropout:
            last = draft.add(f"{side}_dropout", Dropout(p=self.dropout), last)
        return last

    def _sizes(self) -> dict[str, Any]:
        """Return the settings that layers of both sides share."""
        return {
            "width": self.width,
            "heads": self.heads or language.heads_of(self.width),
            "hidden": self.hidden,
            "norm_place": "behind",
            "eps": self.eps,
            "activation": self.activation,
            "dropout": self.dropout,
            "attention_dropout": self.attention_dropout,
            "projection": "separate",
        }


publish(
    Entry(
        "bart-base",
        "BART base",
        TEXT,
        marked("Repairing texts with holes and shuffled sentences teaches to write summaries."),
        2019,
        "arXiv:1910.13461",
        "hf.bart-base",
        BART(),
    ),
)
