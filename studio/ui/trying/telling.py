"""How an answer is told in a word: a class so that it can be seen, a number as it is read."""

from studio.wording import _

_ENDS = (".", "!", "?", "…", "。", "！", "？")
"""What a sentence ends with."""


def number(value: float) -> str:
    """Return a number as it is read: five digits that count, thousands apart."""
    if value and not 1e-4 <= abs(value) < 1e9:
        return f"{value:.4g}"
    digits = max(0, 4 - len(str(int(abs(value))))) if abs(value) >= 1 else 5
    text = f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def spelled(token: str) -> str:
    """Return a class so that it can be seen, were it but a blank."""
    unseen = {
        " ": _("␣ (blank)"),
        "\n": _("↵ (new line)"),
        "\t": _("⇥ (tab)"),
        "": _("(nothing)"),
        "<end>": _("(the end)"),
    }
    return unseen.get(token, token)


def right(truth: str) -> str:
    """Return the sentence that tells the truth, which may be one itself."""
    if truth.endswith(_ENDS):
        return _("The right answer: {answer}").format(answer=truth)
    return _("The right answer is {answer}.").format(answer=truth)
