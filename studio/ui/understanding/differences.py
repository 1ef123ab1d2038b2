"""What differs between two layers, in words."""

from collections.abc import Mapping

from studio.analysis.compare import Kind, Match
from studio.wording import _, marked

_KINDS: Mapping[Kind, str] = {
    "same": marked("the same in both"),
    "changed": marked("differs"),
    "left": marked("only at the left"),
    "right": marked("only at the right"),
}


def kind_text(kind: Kind) -> str:
    """Return how a layer stands to its counterpart."""
    return _(_KINDS[kind])


def difference_text(row: Match) -> str:
    """Return what stands between two layers: "kernel_size 3 → 5", or nothing if they are alike."""
    if row.kind == "same":
        return ""
    if row.kind != "changed":
        return kind_text(row.kind)
    if not row.changes:
        return _("differs inside") if "block" in row.types else _("wired differently")
    return ", ".join(
        f"{name} {_written(left)} → {_written(right)}" for name, left, right in row.changes
    )


def _written(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return _("on") if value else _("off")
    if isinstance(value, tuple):
        return "×".join(map(str, value)) or "–"
    text = str(value)
    return text if len(text) <= 24 else text[:23] + "…"
