"""The convolutional text classifier of Kim (2014): filters over words, the largest of each."""

from studio.catalogue.dense.linear import Linear
from studio.catalogue.functions.activation import ReLU
from studio.catalogue.functions.regularization import Dropout
from studio.catalogue.meeting.merge import Concat
from studio.catalogue.shaping.arrangement import Permute
from studio.catalogue.shaping.reduction import Reduce
from studio.catalogue.shaping.tokens import PoolTokens
from studio.catalogue.windows.convolution import Conv1d
from studio.fields import integer, integers, number
from studio.gallery import language
from studio.gallery.architecture import Architecture, Entry, architecture, publish
from studio.gallery.areas import TEXT
from studio.graph.draft import Draft
from studio.graph.model import Graph
from studio.wording import marked


@architecture("textcnn")
class TextCNN(Architecture):
    """Looks at a text through filters of several widths side by side."""

    vocabulary: int = integer(
        default=18_765, high=100_000_000, hint="How many different words there are."
    )
    length: int = integer(default=56, high=1_000_000, hint="How many words a text has.")
    width: int = integer(default=300, high=1_000_000, hint="How many numbers describe a word.")
    filters: int = integer(default=100, high=1_000_000, hint="How many filters of each width.")
    sizes: tuple[int, ...] = integers(
        default=(3, 4, 5),
        low=1,
        high=1000,
        filled=True,
        hint="How many words the filters see at once.",
    )
    dropout: float = number(
        default=0.5, low=0.0, high=1.0, hint="Share of values silenced before the answer."
    )
    classes: int = integer(default=2, high=1_000_000, hint="How many classes there are.")
    padding: int | None = language.padding(0)

    def graph(self) -> Graph:
        draft = Draft()
        ids = draft.input("words", self.length, dtype="int64")
        embedding = language.words(self.vocabulary, self.width, self.padding, language.SMALL)
        channels = draft.chain(ids, embedding=embedding, channels_first=Permute(dims=(0, 2, 1)))
        found = [
            self._branch(draft, channels, size, self.sizes[:place].count(size))
            for place, size in enumerate(self.sizes)
        ]
        end = draft.add("concat", Concat(dim=1), *found) if len(found) > 1 else found[0]
        end = draft.chain(
            end, dropout=Dropout(p=self.dropout), linear=Linear(out_features=self.classes)
        )
        draft.output("scores", end)
        return draft.graph()

    def _branch(self, draft: Draft, source: str, size: int, twins: int) -> str:
        """Add the filters of one width, of which there are `twins` already."""
        filters = Conv1d(out_channels=self.filters, kernel_size=size)
        name = f"{size}_{twins + 1}" if twins else f"{size}"
        end = draft.add(f"conv_{name}", filters, source)
        end = draft.add(f"relu_{name}", ReLU(), end)
        if self.padding is None:
            return draft.add(f"largest_{name}", Reduce(operation="max", dim=(-1,)), end)
        largest = PoolTokens(operation="max", dim=2, padding_idx=self.padding)
        return draft.add(f"largest_{name}", largest, end, "words")


publish(
    Entry(
        "textcnn",
        "TextCNN",
        TEXT,
        marked("A few filters over neighboring words classify sentences without any recurrence."),
        2014,
        "arXiv:1408.5882",
        "own.textcnn_rand",
        TextCNN(),
    )
)
