"""Translation with recurrent networks: one reads, another writes, with attention or without."""

from studio.catalogue.dense.linear import Linear
from studio.catalogue.functions.activation import ReLU
from studio.catalogue.functions.along_axis import LogSoftmax
from studio.catalogue.meeting.merge import Concat
from studio.catalogue.sequences.embedding import Embedding
from studio.catalogue.sequences.recurrent import GRU
from studio.catalogue.shaping.arrangement import Unsqueeze
from studio.catalogue.shaping.splitting import Slice
from studio.fields import flag, integer
from studio.gallery import language
from studio.gallery.architecture import Architecture, Entry, architecture, publish
from studio.gallery.areas import TEXT
from studio.graph.draft import Draft
from studio.graph.model import Graph
from studio.presets.scoring import AdditiveAttention
from studio.wording import marked


@architecture("seq2seq")
class SequenceToSequence(Architecture):
    """An encoder whose last state starts a decoder; attention looks back at every step read.

    With attention one step of the decoder is drawn, as the state of each step asks the next.
    """

    source_words: int = integer(
        default=4601, high=100_000_000, hint="How many different words are read."
    )
    target_words: int = integer(
        default=2991, high=100_000_000, hint="How many different words are written."
    )
    length: int = integer(default=10, high=1_000_000, hint="How many words a sentence has.")
    width: int = integer(default=256, high=1_000_000, hint="Numbers for a word, and in the state.")
    attention: bool = flag(default=False, hint="Let the decoder look back at what was read.")
    padding: int | None = language.padding(0)

    def graph(self) -> Graph:
        draft = Draft()
        read = draft.input("source", self.length, dtype="int64")
        written = draft.input("target", self.length, dtype="int64")
        words = language.words(self.source_words, self.width, self.padding)
        source = draft.add("source_embedding", words, read)
        reader = GRU(hidden_size=self.width, return_state=True, padding_idx=self.padding)
        also = () if self.padding is None else (read,)
        memory = draft.add("encoder", reader, source, *also)
        decode = self._looking_back if self.attention else self._all_steps
        last = draft.chain(
            decode(draft, written, memory),
            linear=Linear(out_features=self.target_words),
            log_softmax=LogSoftmax(dim=-1),
        )
        draft.output("next_words", last)
        return draft.graph()

    def _embedded(self, draft: Draft, ids: str) -> str:
        words = Embedding(num_embeddings=self.target_words, embedding_dim=self.width)
        return draft.add("target_embedding", words, ids)

    def _all_steps(self, draft: Draft, written: str, memory: str) -> str:
        words = draft.add("relu", ReLU(), self._embedded(draft, written))
        return draft.add("decoder", GRU(hidden_size=self.width), words, f"{memory}.1")

    def _looking_back(self, draft: Draft, written: str, memory: str) -> str:
        first = draft.add("first_word", Slice(dim=1, start=0, stop=1), written)
        word = self._embedded(draft, first)
        query = draft.add("query", Unsqueeze(dim=1), f"{memory}.1")
        mask = language.padding_mask(draft, "source", self.padding, self.length, asked=False)
        attention = AdditiveAttention(hidden=self.width, score_bias=bool(mask)).block()
        context = draft.add("attention", attention, query, memory, *mask)
        both = draft.add("word_and_context", Concat(dim=-1), word, context)
        return draft.add("decoder", GRU(hidden_size=self.width), both, f"{memory}.1")


publish(
    Entry(
        "seq2seq-gru",
        "Seq2seq GRU",
        TEXT,
        marked("One network reads a sentence into a state, another writes a translation from it."),
        2014,
        "arXiv:1409.3215",
        "own.seq2seq_gru",
        SequenceToSequence(),
    ),
    Entry(
        "seq2seq-attention",
        "Seq2seq GRU with attention",
        TEXT,
        marked("Looking back at every word read lifts the limit of one state: attention is born."),
        2014,
        "arXiv:1409.0473",
        "own.seq2seq_gru_attention",
        SequenceToSequence(attention=True),
    ),
)
