"""How values that differ between runs are written down."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from studio.analysis.compare import Match
from studio.datasets.source import SOURCES
from studio.fields import Declared
from studio.runs.overview.comparing import MISSING
from studio.training.plan import AUGMENTATIONS, LOSSES, OPTIMIZERS, SCHEDULES, Plan
from studio.wording import _, marked

_LONGEST = 60
_CORRECTED = {
    "corrections.relabel.": marked("Other class › {sample}"),
    "corrections.exclude.": marked("Left out › {sample}"),
}
"""Names of samples are no settings: dots in them separate nothing."""


def value_text(value: Any) -> str:
    """Return a setting as people read it; nothing set is a dash."""
    if value is MISSING or value is None:
        return "–"
    if isinstance(value, bool):
        return _("on") if value else _("off")
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, tuple):
        return " × ".join(map(value_text, value)) or "–"
    text = str(value)
    if len(text) > _LONGEST and "/" in text:
        text = f"…/{Path(text).name}"  # the end of a path tells most
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def setting_text(path: str) -> str:
    """Return the place of a setting as people read it: "Optimizer › Learning rate"."""
    for start, said in _CORRECTED.items():
        if path.startswith(start):
            return _(said).replace("{sample}", path.removeprefix(start))
    words = path.split(".")
    if len(words) > 1 and words[-1] == "type":
        words = words[:-1]
    return " › ".join(word if word.isdigit() else _title(word) for word in words)


def _title(key: str) -> str:
    return _(_labels().get(key) or key.replace("_", " ").capitalize())


@cache
def _labels() -> dict[str, str]:
    """Return the untranslated labels of those settings whose name is not label enough."""
    families: tuple[Iterable[type[Declared]], ...] = (
        *((Plan,), OPTIMIZERS, SCHEDULES, LOSSES, AUGMENTATIONS, SOURCES),
    )
    kinds = (kind for family in families for kind in family)
    settings = (setting for kind in kinds for setting in kind.declared.values())
    return {setting.key: setting.label for setting in settings if setting.label}


def layer_text(row: Match) -> str:
    """Return how two layers differ: "conv2d_1: kernel_size 3 → 5", or who has a layer alone."""
    if row.kind == "left":
        return _("{layer} is gone").format(layer=row.left)
    if row.kind == "right":
        return _("{layer} is new").format(layer=row.right)
    name = row.left if row.left == row.right else f"{row.left} → {row.right}"
    told = ", ".join(f"{key} {value_text(a)} → {value_text(b)}" for key, a, b in row.changes)
    return f"{name}: {told}" if told else name
