"""GPT: a decoder that writes on, word by word."""

from studio.catalogue.functions.regularization import Dropout
from studio.catalogue.sequences.position import PositionEmbedding
from studio.fields import choice, flag, integer
from studio.gallery import language
from studio.gallery.architecture import Architecture, Entry, architecture, publish
from studio.gallery.areas import TEXT
from studio.graph.draft import Draft
from studio.graph.model import Graph
from studio.presets.joining import normalization
from studio.presets.transformer import EncoderLayer
from studio.wording import marked


@architecture("gpt")
class GPT(Architecture):
    """Words and places are looked up, layers look back at earlier words, all words are scored."""

    vocabulary: int = language.vocabulary(50257)
    length: int = language.length(1024)
    positions: int = language.positions(1024)
    position_offset: int = integer(
        default=0, low=0, high=1_000, hint="Rows of that table before that of the first place."
    )
    width: int = language.width(768)
    layers: int = language.layers(12)
    heads: int | None = language.heads()
    hidden: int | None = language.hidden()
    activation: str = language.activation("gelu_tanh")
    norm_place: str = choice(
        default="before",
        options=("before", "behind"),
        label="Place of the norm",
        hint="Before each part and behind the last layer, as since GPT-2; or behind each part.",
    )
    bias: bool = flag(default=True, hint="Learn offsets in linear layers and normalizations.")
    projection: str = choice(
        default="packed",
        options=("packed", "separate"),
        hint="One matrix for query, key and value, or a layer for each; the answers are alike.",
    )
    eps: float = language.eps(1e-5)
    dropout: float = language.dropout(0.1)
    attention_dropout: float = language.attention_dropout(0.1)
    tied: bool = flag(
        default=True, hint="Score words with the table they are looked up in, instead of another."
    )

    def graph(self) -> Graph:
        draft = Draft()
        last = draft.chain(
            draft.input("input_ids", self.length, dtype="int64"),
            tokens=language.words(self.vocabulary, self.width),
            positions=PositionEmbedding(max_length=self.positions, offset=self.position_offset),
        )
        if self.dropout:
            last = draft.add("dropout", Dropout(p=self.dropout), last)
        last = draft.add("layers", self._layer().block(repeat=self.layers), last)
        if self.norm_place == "before":
            last = draft.add("norm", normalization("layer", self.eps, bias=self.bias), last)
        owner = "tokens.weight" if self.tied else ""
        draft.output("logits", language.word_scores(draft, self.vocabulary, last, owner))
        return draft.graph()

    def _layer(self) -> EncoderLayer:
        return EncoderLayer(
            width=self.width,
            heads=self.heads or language.heads_of(self.width),
            hidden=self.hidden,
            norm_place=self.norm_place,
            activation=self.activation,
            bias=self.bias,
            eps=self.eps,
            dropout=self.dropout,
            attention_dropout=self.attention_dropout,
            projection=self.projection,
            causal=True,
        )


_GPT2 = "Radford et al. 2019, Language Models are Unsupervised Multitask Learners"

publish(
    Entry(
        "nanogpt",
        "nanoGPT (characters)",
        TEXT,
        marked("A GPT small enough to read in an evening: it learns to write like Shakespeare."),
        2022,
        "Karpathy 2022, nanoGPT",
        "own.nanogpt_char",
        GPT(
            vocabulary=65,
            length=256,
            positions=256,
            width=384,
            layers=6,
            activation="gelu",
            bias=False,
            dropout=0.2,
            attention_dropout=0.2,
        ),
    ),
    Entry(
        "gpt1",
        "GPT",
        TEXT,
        marked("Reading plain text first makes a network good at tasks with few examples."),
        2018,
        "Radford et al. 2018, Improving Language Understanding by Generative Pre-Training",
        "hf.openai-gpt",
        GPT(vocabulary=40478, length=512, positions=512, norm_place="behind"),
    ),
    Entry(
        "gpt2",
        "GPT-2 (124M)",
        TEXT,
        marked("A network that only guesses the next word learns tasks nobody trained it for."),
        2019,
        _GPT2,
        "hf.gpt2",
        GPT(),
    ),
    Entry(
        "gpt2-medium",
        "GPT-2 medium (355M)",
        TEXT,
        marked("The same network, wider and deeper: the guesses get better without a new idea."),
        2019,
        _GPT2,
        "hf.gpt2-medium",
        GPT(width=1024, layers=24),
    ),
    Entry(
        "gpt2-large",
        "GPT-2 large (774M)",
        TEXT,
        marked("Normalization in front of each part lets 36 layers train as calmly as 12."),
        2019,
        _GPT2,
        "hf.gpt2-large",
        GPT(width=1280, layers=36),
    ),
    Entry(
        "gpt2-xl",
        "GPT-2 XL (1.5B)",
        TEXT,
        marked("The first language model that was at first thought too good to be given away."),
        2019,
        _GPT2,
        "hf.gpt2-xl",
        GPT(width=1600, layers=48),
    ),
    Entry(
        "opt-125m",
        "OPT 125M",
        TEXT,
        marked("A copy of GPT-3 in eight sizes, given away with the diary of its training."),
        2022,
        "arXiv:2205.01068",
        "hf.opt-125m",
        GPT(
            vocabulary=50272,
            length=2048,
            positions=2048,
            position_offset=2,
            activation="relu",
            projection="separate",
            attention_dropout=0.0,
        ),
    ),
)
