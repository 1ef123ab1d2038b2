"""Whisper: an encoder that hears and a decoder that writes down what was said."""

from typing import Any

from studio.catalogue.functions.activation import GELU
from studio.catalogue.functions.regularization import Dropout
from studio.catalogue.sequences.position import PositionEmbedding
from studio.catalogue.shaping.arrangement import Permute
from studio.catalogue.windows.convolution import Conv1d
from studio.fields import integer
from studio.gallery import language
from studio.gallery.architecture import Architecture, Entry, architecture, publish
from studio.gallery.areas import SOUND
from studio.graph.draft import Draft
from studio.graph.model import Graph
from studio.presets.joining import normalization
from studio.presets.transformer import DecoderLayer, EncoderLayer
from studio.wording import marked


@architecture("whisper")
class Whisper(Architecture):
    """Two convolutions shorten the sound, an encoder hears it, a decoder writes its words."""

    bands: int = integer(
        default=80, high=10_000, hint="How many pitches the sound is told apart into."
    )
    frames: int = integer(
        default=3000, high=10_000_000, hint="How many moments of sound come in; 100 are a second."
    )
    vocabulary: int = language.vocabulary(51865)
    length: int = language.length(448, "How many words have been written so far.")
    positions: int | None = integer(
        default=None,
        high=100_000_000,
        optional=True,
        hint="For how many moments there are vectors; empty means half as many as come in.",
    )
    decoder_positions: int = language.positions(448)
    width: int = language.width(384)
    layers: int = language.layers(4, "How many layers the encoder has.")
    decoder_layers: int | None = language.decoder_layers()
    heads: int | None = language.heads()
    hidden: int | None = language.hidden()
    eps: float = language.eps(1e-5)
    dropout: float = language.dropout(0.0)
    attention_dropout: float = language.attention_dropout(0.0)
    padding: int | None = language.padding(50256)

    def graph(self) -> Graph:
        draft = Draft()
        draft.input("input_features", self.bands, self.frames)
        draft.input("decoder_input_ids", self.length, dtype="int64")
        states = self._heard(draft)
        written = self._written(draft, states)
        scores = language.word_scores(draft, self.vocabulary, written, "decoder_tokens.weight")
        draft.output("logits", scores)
        draft.output("encoder_last_hidden_state", states)
        return draft.graph()

    def _heard(self, draft: Draft) -> str:
        steps = draft.chain(
            "input_features",
            conv_1=Conv1d(out_channels=self.width, kernel_size=3, padding=1),
            gelu_1=GELU(),
            conv_2=Conv1d(out_channels=self.width, kernel_size=3, stride=2, padding=1),
            gelu_2=GELU(),
            steps=Permute(dims=(0, 2, 1)),
        )
        moments = self.positions or -(-self.frames // 2)
        waves = PositionEmbedding(max_length=moments, init="sinusoids")
        last = draft.add("encoder_positions", waves, steps, frozen=True)
        block = EncoderLayer(**self._sizes()).block(repeat=self.layers)
        last = draft.add("encoder", block, self._silenced(draft, "encoder_dropout", last))
        return draft.add("encoder_norm", normalization("layer", self.eps), last)

    def _written(self, draft: Draft, states: str) -> str:
        words = language.words(self.vocabulary, self.width, self.padding)
        last = draft.chain(
            "decoder_input_ids",
            decoder_tokens=words,
            decoder_positions=PositionEmbedding(max_length=self.decoder_positions),
        )
        last = self._silenced(draft, "decoder_dropout", last)
        layer = DecoderLayer(**self._sizes())
        block = layer.block(repeat=self.decoder_layers or self.layers)
        last = draft.add("decoder", block, last, states)
        return draft.add("decoder_norm", normalization("layer", self.eps), last)

    def _silenced(self, draft: Draft, name: str, source: str) -> str:
        return draft.add(name, Dropout(p=self.dropout), source) if self.dropout else source

    def _sizes(self) -> dict[str, Any]:
        """Return the settings that layers of both sides share."""
        return {
            "width": self.width,
            "heads": self.heads or language.heads_of(self.width),
            "hidden": self.hidden,
            "eps": self.eps,
            "dropout": self.dropout,
            "attention_dropout": self.attention_dropout,
            "projection": "separate",
            "key_bias": False,
        }


publish(
    Entry(
        "whisper-tiny",
        "Whisper tiny",
        SOUND,
        marked("Years of recordings with imperfect subtitles teach hearing that nothing confuses."),
        2022,
        "arXiv:2212.04356",
        "hf.whisper-tiny",
        Whisper(),
    ),
    Entry(
        "whisper-base",
        "Whisper base",
        SOUND,
        marked("The same ears with two more layers on each side: fewer mistakes in all languages."),
        2022,
        "arXiv:2212.04356",
        "hf.whisper-base",
        Whisper(width=512, layers=6),
    ),
)
