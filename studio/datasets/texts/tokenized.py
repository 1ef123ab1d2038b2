"""The settings that sources of texts share: what of a text gets an id, and how it is spelled."""

from collections.abc import Sequence
from typing import Any

from studio.datasets.texts.encoder import SPECIAL, TOKENS, learn_vocabulary
from studio.datasets.texts.tokens import are_ideographs, cleaned
from studio.datasets.watching import Watch
from studio.fields import Declared, choice, flag, integer


def size_setting() -> Any:
    """Declare how many tokens have an id."""
    return integer(
        default=20_000,
        low=3,
        high=1_000_000,
        hint="How many tokens have an id at most; the rarer ones are all unknown.",
        label="Vocabulary size",
    )


class Tokenized(Declared):
    """How texts become ids; the vocabulary is learned from the training part."""

    tokens: str = choice(
        default="found",
        options=TOKENS,
        hint="What gets an id: words; characters, as suits Chinese; or frequent pieces of words.",
        label="Tokens",
    )
    vocabulary_size: int = size_setting()
    fewest: int = integer(
        default=2,
        low=1,
        hint="How often the training part must use a token for it to get an id.",
        label="Least frequency",
    )
    max_length: int | None = integer(
        default=None,
        low=1,
        high=65_536,
        optional=True,
        hint="How many tokens of a text are kept; empty takes what 98 % of them need, up to 1024.",
        label="Length",
    )
    lowercase: bool = flag(
        default=True,
        hint="Whether capitals are written small, so that The and the are one word.",
        label="Small letters",
    )
    clean: bool = flag(
        default=True,
        hint="Whether a literal \\n and <br /> in a text count as blanks.",
        label="Clean escapes",
    )

    def spelled(self, one: str) -> str:
        """Return a text as it is encoded."""
        one = cleaned(one, escapes=self.clean)
        return one.lower() if self.lowercase else one

    def vocabulary(
        self, texts: Sequence[str], watch: Watch, special: Sequence[str] = SPECIAL
    ) -> dict[str, Any]:
        """Return what an `Encoder` needs of texts that are spelled already, as JSON."""
        tokens = self.tokens
        if tokens == "found":
            tokens = "characters" if are_ideographs(texts) else "words"
        return learn_vocabulary(texts, tokens, self.vocabulary_size, self.fewest, watch, special)
