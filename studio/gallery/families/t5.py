"""T5: an encoder and a decoder that turn any text into any other."""

from typing import Any

from studio.catalogue.attention.bias import RelativeBias
from studio.catalogue.functions.function import Scale
from studio.catalogue.functions.regularization import Dropout
from studio.catalogue.meeting.merge import Add
from studio.catalogue.parameter import Parameter
from studio.fields import flag, integer
from studio.gallery import language
from studio.gallery.architecture import Architecture, Entry, architecture, publish
from studio.gallery.areas import TEXT
from studio.graph.draft import Draft
from studio.graph.model import Graph
from studio.presets.joining import normalization
from studio.presets.transformer import DecoderLayer, EncoderLayer
from studio.wording import marked


@architecture("t5")
class T5(Architecture):
    """One table of words for both sides; distances between words are added to attention."""

    vocabulary: int = language.vocabulary(32128)
    length: int = language.length(512)
    decoder_length: int = language.length(512, "How many words have been written so far.")
    width: int = language.width(512)
    layers: int = language.layers(6, "How many layers the encoder has.")
    decoder_layers: int | None = language.decoder_layers()
    heads: int | None = language.heads()
    head_dim: int | None = language.head_dim()
    hidden: int | None = language.hidden()
    activation: str = language.activation("relu")
    gated: bool = flag(
        default=False, hint="Let one branch of the feed-forward part gate the other, as T5 1.1."
    )
    buckets: int = integer(
        default=32, low=4, high=100_000, hint="How many distances between words are told apart."
    )
    max_distance: int = integer(
        default=128, low=2, high=100_000_000, hint="From here on all words count as equally far."
    )
    eps: float = language.eps(1e-6)
    dropout: float = language.dropout(0.1)
    tied: bool = flag(
        default=True, hint="Score words with the table they are looked up in, instead of another."
    )
    padding: int | None = language.padding(0)
    attention_mask: bool = language.masked()

    def graph(self) -> Graph:
        draft = Draft()
        ids = draft.input("input_ids", self.length, dtype="int64")
        draft.input("decoder_input_ids", self.decoder_length, dtype="int64")
        mask = language.padding_mask(
            draft, ids, self.padding, self.length, asked=self.attention_mask
        )
        draft.add("shared", Parameter(axes=(self.vocabulary, self.width), std=1.0))
        states = self._encoded(draft, mask)
        written = self._decoded(draft, states, mask)
        if self.tied:
            written = draft.add("scale", Scale(factor=self.width**-0.5), written)
        owner = "shared.weight" if self.tied else ""
        draft.output("logits", language.word_scores(draft, self.vocabulary, written, owner))
        draft.output("encoder_last_hidden_state", states)
        return draft.graph()

    def _encoded(self, draft: Draft, mask: tuple[str, ...]) -> str:
        tokens = self._tokens(draft, "encoder", "input_ids")
        bias = draft.add("encoder_bias", self._distances(bidirectional=True), tokens)
        if mask:
            bias = draft.add("encoder_bias_masked", Add(), bias, *mask)
        layer = EncoderLayer(score_bias=True, **self._sizes())
        states = draft.add("encoder", layer.block(repeat=self.layers), tokens, bias)
        return self._finished(draft, "encoder", states)

    def _decoded(self, draft: Draft, states: str, mask: tuple[str, ...]) -> str:
        tokens = self._tokens(draft, "decoder", "decoder_input_ids")
        bias = draft.add("decoder_bias", self._distances(bidirectional=False), tokens)
        layer = DecoderLayer(score_bias=True, memory_bias=bool(mask), **self._sizes())
        block = layer.block(repeat=self.decoder_layers or self.layers)
        return self._finished(
            draft, "decoder", draft.add("decoder", block, tokens, states, bias, *mask)
        )

    def _tokens(self, draft: Draft, side: str, ids: str) -> str:
        words = language.words(self.vocabulary, self.width)
        tokens = draft.add(f"{side}_tokens", words, ids, tied={"weight": "shared.weight"})
        return self._silenced(draft, f"{side}_dropout", tokens)

    def _finished(self, draft: Draft, side: str, states: str) -> str:
        last = draft.add(f"{side}_norm", normalization("rms", self.eps), states)
        return self._silenced(draft, f"{side}_norm_dropout", last)

    def _silenced(self, draft: Draft, name: str, source: str) -> str:
        return draft.add(name, Dropout(p=self.dropout), source) if self.dropout else source

    def _distances(self, *, bidirectional: bool) -> RelativeBias:
        return RelativeBias(
            num_heads=self.heads or language.heads_of(self.width),
            num_buckets=self.buckets,
            max_distance=self.max_distance,
            bidirectional=bidirectional,
        )

    def _sizes(self) -> dict[str, Any]:
        """Return the settings that layers of both sides share."""
        return {
            "width": self.width,
            "heads": self.heads or language.heads_of(self.width),
            "head_dim": self.head_dim,
            "hidden": self.hidden,
            "norm": "rms",
            "eps": self.eps,
            "activation": self.activation,
            "gated": self.gated,
            "bias": False,
            "dropout": self.dropout,
            "attention_dropout": self.dropout,
            "activation_dropout": self.dropout,
            "projection": "separate",
            "scale": 1.0,
        }


_T5 = "arXiv:1910.10683"

publish(
    Entry(
        "t5-small",
        "T5 small",
        TEXT,
        marked("Every task is a text that asks and a text that answers, so one network does all."),
        2019,
        _T5,
        "hf.t5-small",
        T5(),
    ),
    Entry(
        "t5-base",
        "T5 base",
        TEXT,
        marked("The size of BERT on each side: what a year of comparing recipes recommends."),
        2019,
        _T5,
        "hf.t5-base",
        T5(width=768, layers=12),
    ),
    Entry(
        "flan-t5-small",
        "FLAN-T5 small",
        TEXT,
        marked("Practicing on a thousand described tasks makes a network follow new instructions."),
        2022,
        "arXiv:2210.11416",
        "hf.flan-t5-small",
        T5(
            layers=8,
            heads=6,
            head_dim=64,
            hidden=1024,
            activation="gelu_tanh",
            gated=True,
            tied=False,
        ),
    ),
)
