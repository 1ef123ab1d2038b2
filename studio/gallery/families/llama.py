"""LLaMA and its relatives: decoders with turned positions, gates and grouped heads."""

from studio.catalogue.meeting.merge import Multiply
from studio.catalogue.parameter import Constant
from studio.catalogue.sequences.waves import RotaryPositions
from studio.fields import choice, flag, integer
from studio.gallery import language
from studio.gallery.architecture import Architecture, Entry, architecture, publish
from studio.gallery.areas import TEXT
from studio.graph.draft import Draft
from studio.graph.model import Graph
from studio.presets.feed_forward import ACTIVATIONS
from studio.presets.joining import NORMS, normalization
from studio.presets.transformer import EncoderLayer
from studio.wording import marked


@architecture("llama")
class LLaMA(Architecture):
    """Words are looked up, layers look back with turned queries and keys, all words are scored."""

    vocabulary: int = language.vocabulary(32000)
    length: int = language.length(2048)
    width: int = language.width(4096)
    layers: int = language.layers(32)
    heads: int | None = language.fitting_heads()
    features_per_head: int = language.features_per_head(128)
    kv_heads: int | None = integer(
        default=None,
        high=10_000,
        optional=True,
        label="Key and value heads",
        hint="Fewer heads for keys and values, shared by groups of queries; empty means as many.",
    )
    head_dim: int | None = language.head_dim()
    hidden: int | None = integer(
        default=None,
        high=10_000_000,
        optional=True,
        hint="Features inside the feed-forward part; empty means 8/3 of those outside, rounded up.",
    )
    activation: str = choice(
        default="silu", options=ACTIVATIONS, hint="The function that makes the gate."
    )
    rope_base: float = language.rope_base()
    window: int | None = integer(
        default=None,
        high=10_000_000,
        optional=True,
        hint="How far a word looks back, counting itself; empty means to the beginning.",
    )
    qkv_bias: bool = flag(
        default=False,
        label="Query, key and value bias",
        hint="Learn offsets for queries, keys and values, as Qwen2 does.",
    )
    qk_norm: str = choice(
        default="none",
        options=("none", "rms", "layer"),
        label="Query and key normalization",
        hint="Bring queries and keys of each head to one size, as Qwen3 does.",
    )
    norm: str = choice(
        default="rms", options=NORMS, hint="What brings the steps to one size before each part."
    )
    scaled: bool = flag(
        default=False,
        label="Scaled words",
        hint="Multiply the vectors of words by the root of their size, as Gemma does.",
    )
    experts: int | None = integer(
        default=None,
        high=10_000,
        optional=True,
        hint="How many feed-forward parts there are to choose from, as in Mixtral. Empty: one.",
    )
    active_experts: int = integer(
        default=2, high=10_000, hint="How many of them think about each word."
    )
    eps: float = language.eps(1e-6)
    tied: bool = flag(
        default=False, hint="Score words with the table they are looked up in, instead of another."
    )

    def graph(self) -> Graph:
        draft = Draft()
        ids = draft.input("input_ids", self.length, dtype="int64")
        words = language.words(self.vocabulary, self.width)
        tokens = draft.add("tokens", words, ids)
        if self.scaled:
            factor = Constant(axes=(1, 1), fill="number", value=self.width**0.5, stored=True)
            scale = draft.add("scale", factor)
            tokens = draft.add("scaled_tokens", Multiply(), tokens, scale)
        turned = RotaryPositions(dim=self._head_dim, base=self.rope_base)
        positions = draft.add("positions", turned, ids)
        block = self._layer().block(repeat=self.layers)
        last = draft.add("layers", block, tokens, positions)
        last = draft.add("norm", normalization(self.norm, self.eps), last)
        owner = "tokens.weight" if self.tied else ""
        draft.output("logits", language.word_scores(draft, self.vocabulary, last, owner))
        return draft.graph()

    @property
    def _heads(self) -> int:
        return self.heads or language.heads_of(self.width, self.features_per_head)

    @property
    def _head_dim(self) -> int:
        return self.head_dim or self.width // self._heads

    @property
    def _kv_heads(self) -> int | None:
        """The heads for keys and values; fewer where the usual heads fall to no whole groups."""
        if self.heads or not self.kv_heads:
            return self.kv_heads
        most = min(self.kv_heads, self._heads)
        return next(count for count in range(most, 0, -1) if self._heads % count == 0)

    def _layer(self) -> EncoderLayer:
        return EncoderLayer(
            width=self.width,
            heads=self._heads,
            kv_heads=self._kv_heads,
            head_dim=self.head_dim,
            hidden=self.hidden,
            norm=self.norm,
            qk_norm=self.qk_norm,
            eps=self.eps,
            activation=self.activation,
            gated=True,
            bias=False,
            qkv_bias="yes" if self.qkv_bias else "no",
            dropout=0.0,
            projection="separate",
            causal=True,
            window=self.window,
            rotary="halves",
            experts=self.experts,
            active_experts=self.active_experts,
        )


publish(
    Entry(
        "llama-7b",
        "LLaMA 7B",
        TEXT,
        marked("A smaller network that reads far more text beats a larger one, and fits at home."),
        2023,
        "arXiv:2302.13971",
        "hf.llama-7b",
        LLaMA(),
    ),
    Entry(
        "llama-3-8b",
        "Llama 3 8B",
        TEXT,
        marked("Four times the words in its table and shared keys: less memory for each answer."),
        2024,
        "arXiv:2407.21783",
        "hf.llama-3-8b",
        LLaMA(vocabulary=128256, kv_heads=8, hidden=14336, rope_base=500_000.0, eps=1e-5),
    ),
    Entry(
        "llama-3-70b",
        "Llama 3 70B",
        TEXT,
        marked("The same block eighty times, twice as wide: size alone still makes it wiser."),
        2024,
        "arXiv:2407.21783",
        "hf.llama-3-70b",
        LLaMA(
            vocabulary=128256,
            width=8192,
            layers=80,
            kv_heads=8,
            hidden=28672,
            rope_base=500_000.0,
            eps=1e-5,
        ),
    ),
    Entry(
        "mistral-7b",
        "Mistral 7B v0.1",
        TEXT,
        marked("Each layer looks back only so far, yet 32 of them reach the whole text."),
        2023,
        "arXiv:2310.06825",
        "hf.mistral-7b-v0.1",
        LLaMA(kv_heads=8, hidden=14336, window=4096, eps=1e-5),
    ),
    Entry(
        "qwen2-0.5b",
        "Qwen2 0.5B",
        TEXT,
        marked("A language model for phones: one table of words serves reading and writing."),
        2024,
        "arXiv:2407.10671",
        "hf.qwen2-0.5b",
        LLaMA(
            vocabulary=151936,
            width=896,
            layers=24,
            features_per_head=64,
            kv_heads=2,
            hidden=4864,
            rope_base=1_000_000.0,
            qkv_bias=True,
            tied=True,
        ),
    ),
    Entry(
        "mixtral-8x7b",
        "Mixtral 8x7B",
        TEXT,
        marked("Eight experts, two at work: it knows much, yet answers as quickly as a small one."),
        2024,
        "arXiv:2401.04088",
        "hf.mixtral-8x7b",
        LLaMA(kv_heads=8, hidden=14336, experts=8, rope_base=1_000_000.0, eps=1e-5),
    ),
    Entry(
        "gemma-2b",
        "Gemma 2B",
        TEXT,
        marked("All heads share one key and one value: the least memory for each word written."),
        2024,
        "arXiv:2403.08295",
        "hf.gemma-2b",
        LLaMA(
            vocabulary=256000,
            width=2048,
            layers=18,
            features_per_head=256,
            kv_heads=1,
            hidden=16384,
            activation="gelu_tanh",
            norm="offset_rms",
            scaled=True,
            tied=True,
        ),
    ),
    Entry(
        "qwen3-0.6b",
        "Qwen3 0.6B",
        TEXT,
        marked("Queries and keys are brought to one size, so that no score drowns the others."),
        2025,
        "arXiv:2505.09388",
        "hf.qwen3-0.6b",
        LLaMA(
            vocabulary=151936,
            width=1024,
            layers=28,
            heads=16,
            kv_heads=8,
            head_dim=128,
            hidden=3072,
            rope_base=1_000_000.0,
            qk_norm="rms",
            tied=True,
        ),
    ),
)
