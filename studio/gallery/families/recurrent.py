"""Networks that read a sequence with recurrent layers: classifiers and language models."""

from studio.catalogue.dense.linear import Linear
from studio.catalogue.functions.activation import Sigmoid
from studio.catalogue.functions.regularization import Dropout
from studio.catalogue.sequences.embedding import Embedding
from studio.catalogue.sequences.recurrent import GRU, LSTM, RNN, Recurrent
from studio.fields import choice, flag, integer, number
from studio.gallery import language
from studio.gallery.architecture import Architecture, Entry, architecture, publish
from studio.gallery.areas import TEXT
from studio.graph.draft import Draft
from studio.graph.model import Graph
from studio.wording import marked

CELLS: dict[str, type[Recurrent]] = {"rnn": RNN, "gru": GRU, "lstm": LSTM}


def _vocabulary(default: int) -> int:
    return integer(default=default, high=100_000_000, hint="How many different words there are.")  # type: ignore[no-any-return]


@architecture("recurrent_classifier")
class RecurrentClassifier(Architecture):
    """Reads a text with a recurrent layer and answers once, from its last state."""

    vocabulary: int = _vocabulary(20_000)
    length: int = integer(default=200, high=1_000_000, hint="How many words a text has.")
    width: int = integer(default=128, high=1_000_000, hint="How many numbers describe a word.")
    hidden: int = integer(default=64, high=1_000_000, hint="How many numbers the state has.")
    layers: int = integer(default=2, high=100, hint="How many recurrent levels are stacked.")
    cell: str = choice(default="lstm", options=tuple(CELLS), hint="Which recurrent layer reads.")
    bidirectional: bool = flag(default=True, hint="Read from both ends.")
    dropout: float = number(
        default=0.5, low=0.0, high=1.0, hint="Share of values silenced before and after reading."
    )
    outputs: int = integer(default=1, high=1_000_000, hint="How many numbers answer.")
    padding: int | None = language.padding(0)

    def graph(self) -> Graph:
        draft = Draft()
        ids = draft.input("words", self.length, dtype="int64")
        cell = CELLS[self.cell](
            hidden_size=self.hidden,
            num_layers=self.layers,
            bidirectional=self.bidirectional,
            output="last",
            padding_idx=self.padding,
        )
        words = language.words(self.vocabulary, self.width, self.padding, language.SMALL)
        steps = draft.chain(ids, embedding=words, dropout_1=Dropout(p=self.dropout))
        also = () if self.padding is None else (ids,)
        end = draft.add("reader", cell, steps, *also)
        end = draft.chain(
            end, dropout_2=Dropout(p=self.dropout), linear=Linear(out_features=self.outputs)
        )
        if self.outputs == 1:
            end = draft.add("sigmoid", Sigmoid(), end)
        draft.output("answer", end)
        return draft.graph()


@architecture("recurrent_language_model")
class RecurrentLanguageModel(Architecture):
    """Guesses the next word at every step from what it has read so far."""

    vocabulary: int = _vocabulary(10_000)
    length: int = integer(default=35, high=1_000_000, hint="How many words are read at a time.")
    width: int = integer(default=200, high=1_000_000, hint="Numbers for a word, and in the state.")
    layers: int = integer(default=2, high=100, hint="How many recurrent levels are stacked.")
    cell: str = choice(default="lstm", options=tuple(CELLS), hint="Which recurrent layer reads.")
    dropout: float = number(
        default=0.0, low=0.0, high=1.0, hint="Share of values silenced between the layers."
    )

    def graph(self) -> Graph:
        draft = Draft()
        ids = draft.input("words", self.length, dtype="int64")
        cell = CELLS[self.cell](
            hidden_size=self.width, num_layers=self.layers, dropout=self.dropout
        )
        end = draft.chain(
            ids,
            embedding=Embedding(num_embeddings=self.vocabulary, embedding_dim=self.width),
            dropout_1=Dropout(p=self.dropout),
            reader=cell,
            dropout_2=Dropout(p=self.dropout),
            linear=Linear(out_features=self.vocabulary),
        )
        draft.output("next_word", end)
        return draft.graph()


publish(
    Entry(
        "bilstm-sentiment",
        "BiLSTM",
        TEXT,
        marked("Reading a review from both ends tells its mood better than reading it once."),
        1997,
        "Hochreiter and Schmidhuber 1997, Long short-term memory",
        "own.text_bilstm",
        RecurrentClassifier(),
    ),
    Entry(
        "lstm-language-model",
        "LSTM language model",
        TEXT,
        marked("Stacked LSTMs guess the next word: the language models before Transformers."),
        2014,
        "arXiv:1409.2329",
        "own.lstm_lm_small",
        RecurrentLanguageModel(),
    ),
)
