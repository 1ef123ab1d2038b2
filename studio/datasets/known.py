"""How much of a typed text a network knows: the tokens without an id, and what is cut off."""

from dataclasses import dataclass


@dataclass(frozen=True)
class KnownText:
    """What becomes of a text as it was typed."""

    tokens: int
    most: int
    """How many tokens of a text the network sees."""
    strange: tuple[tuple[int, int], ...] = ()
    """Where tokens that were never learned begin and end."""

    @property
    def cut(self) -> int:
        """How many tokens are left out."""
        return max(0, self.tokens - self.most)
