"""BERT: an encoder that reads a whole text at once, and its relatives."""

from studio.catalogue.dense.linear import Linear
from studio.catalogue.functions.activation import Tanh
from studio.catalogue.functions.regularization import Dropout
from studio.catalogue.parameter import Parameter
from studio.catalogue.sequences.position import PositionEmbedding, SegmentEmbedding
from studio.catalogue.shaping.reduction import Select
from studio.fields import choice, flag, integer
from studio.gallery import language
from studio.gallery.architecture import Architecture, Entry, architecture, publish
from studio.gallery.areas import TEXT
from studio.graph.draft import Draft
from studio.graph.model import Graph
from studio.presets.feed_forward import activation
from studio.presets.joining import normalization
from studio.presets.transformer import EncoderLayer
from studio.wording import marked


@architecture("bert")
class BERT(Architecture):
    """Words, places and parts are looked up, layers look both ways, and a head answers."""

    vocabulary: int = language.vocabulary(30522)
    length: int = language.length(128)
    positions: int = language.positions(512)
    position_offset: int = integer(
        default=0, low=0, high=1_000, hint="Rows of that table before that of the first place."
    )
    segments: int = integer(
        default=2, low=0, high=1_000, hint="How many parts a text may have; 0 tells none apart."
    )
    width: int = language.width(768)
    embedding_width: int | None = integer(
        default=None,
        high=1_000_000,
        optional=True,
        hint="Features of a word before a layer widens them, as in ALBERT; empty means no layer.",
    )
    layers: int = language.layers(12)
    shared: bool = flag(default=False, hint="Let all layers use the same weights, as ALBERT does.")
    heads: int | None = language.heads()
    hidden: int | None = language.hidden()
    activation: str = language.activation("gelu")
    eps: float = language.eps(1e-12)
    dropout: float = language.dropout(0.1)
    attention_dropout: float = language.attention_dropout(0.1)
    padding: int | None = language.padding(0)
    stored_ids: bool = flag(
        default=True, hint="Keep the numbers of the places in the file of the weights."
    )
    head: str = choice(
        default="states",
        options=("states", "pretraining", "classifier", "masked"),
        hint="What comes out: features of all steps and of the text; both tasks it was trained "
        "with; classes of the text; or hidden words.",
    )
    classes: int = integer(
        default=2, high=1_000_000, hint="How many classes the classifier tells apart."
    )
    lent_bias: bool = flag(
        default=True, hint="Keep the offsets of the words in a tensor of their own, and lend it."
    )
    attention_mask: bool = language.masked()
    token_type_ids: bool = flag(
        default=False,
        label="Segment ids",
        hint="Add an input that says for each word to which part of the text it belongs.",
    )

    def graph(self) -> Graph:
        draft = Draft()
        ids = draft.input("input_ids", self.length, dtype="int64")
        mask = language.padding_mask(
            draft, ids, self.padding, self.length, asked=self.attention_mask
        )
        if self.token_type_ids and self.segments:
            draft.input("token_type_ids", self.length, dtype="int64")
        block = self._layer(masked=bool(mask)).block(repeat=self.layers, shared=self.shared)
        states = draft.add("layers", block, self._embedded(draft), *mask)
        if self.head == "masked":
            draft.output("logits", self._words(draft, states))
        elif self.head == "states":
            draft.output("last_hidden_state", states)
            draft.output("pooler_output", self._pooled(draft, states))
        else:
            self._answers(draft, states)
        return draft.graph()

    def _embedded(self, draft: Draft) -> str:
        """Add what looks words up; return the steps that the layers read."""
        narrow = self.embedding_width or self.width
        last = draft.chain(
            "input_ids",
            words=language.words(self.vocabulary, narrow, self.padding),
            positions=PositionEmbedding(
                max_length=self.positions, offset=self.position_offset, stored_ids=self.stored_ids
            ),
        )
        if self.segments:
            stored = self.positions + self.position_offset if self.stored_ids else None
            also = ("token_type_ids",) if self.token_type_ids else ()
            segments = SegmentEmbedding(num_embeddings=self.segments, stored_ids=stored)
            last = draft.add("segments", segments, last, *also)
        last = draft.add("norm", normalization("layer", self.eps), last)
        if self.dropout:
            last = draft.add("dropout", Dropout(p=self.dropout), last)
        if narrow != self.width:
            last = draft.add("widen", Linear(out_features=self.width), last)
        return last

    def _layer(self, *, masked: bool) -> EncoderLayer:
        return EncoderLayer(
            width=self.width,
            heads=self.heads or language.heads_of(self.width),
            hidden=self.hidden,
            norm_place="behind",
            activation=self.activation,
            eps=self.eps,
            dropout=self.dropout,
            attention_dropout=self.attention_dropout,
            projection="separate",
            score_bias=masked,
        )

    def _answers(self, draft: Draft, states: str) -> None:
        if self.head == "pretraining":
            draft.output("prediction_logits", self._words(draft, states))
        pooled = self._pooled(draft, states)
        if self.head == "pretraining":
            follows = draft.add("follows", Linear(out_features=2), pooled)
            draft.output("seq_relationship_logits", follows)
            return
        if self.dropout:
            pooled = draft.add("pooled_dropout", Dropout(p=self.dropout), pooled)
        classifier = Linear(out_features=self.classes)
        draft.output("logits", draft.add("classifier", classifier, pooled))

    def _pooled(self, draft: Draft, states: str) -> str:
        """Add what reads the whole text from its first step."""
        return draft.chain(
            states,
            first=Select(dim=1, index=0),
            pooler=Linear(out_features=self.width),
            pooler_activation=Tanh(),
        )

    def _words(self, draft: Draft, states: str) -> str:
        """Add what guesses the word of every step."""
        last = draft.chain(
            states,
            transform=Linear(out_features=self.embedding_width or self.width),
            transform_activation=activation(self.activation),
            transform_norm=normalization("layer", self.eps),
        )
        borrowed = {}
        if self.lent_bias:
            bias = Parameter(axes=(self.vocabulary,), init="zeros")
            borrowed["bias"] = draft.add("word_bias", bias) + ".weight"
        return language.word_scores(draft, self.vocabulary, last, "words.weight", borrowed)


_BERT = "arXiv:1810.04805"

publish(
    Entry(
        "bert-base",
        "BERT base",
        TEXT,
        marked("Guessing hidden words from both sides teaches a network to understand sentences."),
        2018,
        _BERT,
        "hf.bert-base-uncased.BertModel",
        BERT(),
    ),
    Entry(
        "bert-base-pretraining",
        "BERT base, as it was trained",
        TEXT,
        marked("Two simple tasks on plain text: which word is hidden, and what follows what."),
        2018,
        _BERT,
        "hf.bert-base-uncased.BertForPreTraining",
        BERT(head="pretraining"),
    ),
    Entry(
        "bert-base-classifier",
        "BERT base for classes",
        TEXT,
        marked("One new layer on top and a little more training: enough for most tasks with text."),
        2018,
        _BERT,
        "hf.bert-base-uncased.BertForSequenceClassification",
        BERT(head="classifier"),
    ),
    Entry(
        "bert-large",
        "BERT large",
        TEXT,
        marked("Twice as deep as the base, it is better even where there are few examples."),
        2018,
        _BERT,
        "hf.bert-large-uncased.BertModel",
        BERT(width=1024, layers=24),
    ),
    Entry(
        "distilbert",
        "DistilBERT",
        TEXT,
        marked("Half the layers, taught by the whole BERT, keep nearly all that it knows."),
        2019,
        "arXiv:1910.01108",
        "hf.distilbert-base-uncased.mlm",
        BERT(layers=6, segments=0, head="masked", lent_bias=False),
    ),
    Entry(
        "roberta-base",
        "RoBERTa base",
        TEXT,
        marked("BERT had been trained too little: more text and time, and one task is enough."),
        2019,
        "arXiv:1907.11692",
        "hf.roberta-base.mlm",
        BERT(
            vocabulary=50265,
            position_offset=2,
            segments=1,
            eps=1e-5,
            padding=1,
            head="masked",
        ),
    ),
    Entry(
        "albert-base-v2",
        "ALBERT base v2",
        TEXT,
        marked("All twelve layers share one set of weights: an eighth of the size of BERT."),
        2019,
        "arXiv:1909.11942",
        "hf.albert-base-v2",
        BERT(
            vocabulary=30000,
            embedding_width=128,
            shared=True,
            activation="gelu_tanh",
            dropout=0.0,
            attention_dropout=0.0,
        ),
    ),
)
