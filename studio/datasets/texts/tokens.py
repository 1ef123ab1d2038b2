"""How a text is cut into words or characters, and cleaned before."""

import re
from collections.abc import Sequence

_IDEOGRAPHS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_IDEOGRAPH = re.compile(f"[{_IDEOGRAPHS}]")
_WORD = re.compile(
    rf"[{_IDEOGRAPHS}]|(?:(?![{_IDEOGRAPHS}])[^\W\d_])+(?:['’](?:(?![{_IDEOGRAPHS}])[^\W\d_])+)*"
    r"|\d+(?:[.,]\d+)*|[^\w\s]|_+"
)
_ESCAPES = re.compile(r"\\r\\n|\\n|\\r|\\t|<\s*br\s*/?\s*>", re.IGNORECASE)
_GAPS = re.compile(r"\s+")


def cleaned(text: str, *, escapes: bool = True) -> str:
    """Return a text on one line; with `escapes`, written-out line breaks become blanks."""
    return _GAPS.sub(" ", _ESCAPES.sub(" ", text) if escapes else text).strip()


def words(text: str) -> list[str]:
    """Return words, numbers and marks; of Chinese and Japanese, every character."""
    return _WORD.findall(text)


def places_of(text: str) -> list[tuple[int, int]]:
    """Return where each of the `words` begins and ends."""
    return [found.span() for found in _WORD.finditer(text)]


def are_ideographs(texts: Sequence[str]) -> bool:
    """Return whether texts are written without blanks between words, as Chinese is."""
    sample = "".join(texts[:: max(1, len(texts) // 500)])[:100_000]
    letters = sum(map(str.isalpha, sample))
    return len(_IDEOGRAPH.findall(sample)) > 0.3 * letters > 0
