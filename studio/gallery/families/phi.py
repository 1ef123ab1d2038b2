"""Phi: decoders whose layers look and think at the same time."""

from studio.catalogue.sequences.waves import RotaryPositions
from studio.fields import number
from studio.gallery import language
from studio.gallery.architecture import Architecture, Entry, architecture, publish
from studio.gallery.areas import TEXT
from studio.graph.draft import Draft
from studio.graph.model import Graph
from studio.presets.joining import normalization
from studio.presets.transformer import EncoderLayer
from studio.wording import marked


@architecture("phi")
class Phi(Architecture):
    """Attention and feed-forward stand side by side behind one normalization, as in GPT-J."""

    vocabulary: int = language.vocabulary(51200)
    length: int = language.length(2048)
    width: int = language.width(2560)
    layers: int = language.layers(32)
    heads: int | None = language.fitting_heads()
    features_per_head: int = language.features_per_head(80)
    turned: float = number(
        default=0.4,
        low=0.0,
        high=1.0,
        label="Turned share",
        hint="Share of the features of each head that tell positions by being turned.",
    )
    rope_base: float = language.rope_base()
    hidden: int | None = language.hidden()
    activation: str = language.activation("gelu_tanh")
    eps: float = language.eps(1e-5)
    dropout: float = language.dropout(0.1)

    def graph(self) -> Graph:
        heads = self.heads or language.heads_of(self.width, self.features_per_head)
        turned = max(2, int(self.turned * (self.width // heads)) // 2 * 2)
        draft = Draft()
        ids = draft.input("input_ids", self.length, dtype="int64")
        tokens = draft.add("tokens", language.words(self.vocabulary, self.width), ids)
        positions = draft.add("positions", RotaryPositions(dim=turned, base=self.rope_base), ids)
        layer = EncoderLayer(
            width=self.width,
            heads=heads,
            hidden=self.hidden,
            norm_place="parallel",
            activation=self.activation,
            eps=self.eps,
            dropout=self.dropout,
            projection="separate",
            causal=True,
            rotary="halves",
        )
        last = draft.add("layers", layer.block(repeat=self.layers), tokens, positions)
        last = draft.add("norm", normalization("layer", self.eps), last)
        draft.output("logits", language.word_scores(draft, self.vocabulary, last, "", {}))
        return draft.graph()


publish(
    Entry(
        "phi-2",
        "Phi-2",
        TEXT,
        marked("A small network that reads only good textbooks keeps up with much larger ones."),
        2023,
        "Javaheripi and Bubeck 2023, Phi-2: The surprising power of small language models",
        "hf.phi-2",
        Phi(),
    ),
)
