"""How the tokens become the style of ordinary Qt widgets."""

from string import Template

from PySide6.QtGui import QColor

from studio.paths import resources
from studio.ui.tokens import FIELD_HEIGHT, RADIUS, Theme, faded, mixed

_TOKENS = (
    *("bg0", "bg1", "bg2", "bg3", "line", "line2", "text", "text2", "text3"),
    *("accent", "on_accent", "ok", "warn", "error", "ice"),
)


def sheet(theme: Theme) -> str:
    """Return the style sheet of the whole program for one scheme."""
    values = {name: getattr(theme, name).name() for name in _TOKENS}
    values |= {
        "soft": faded(theme.accent, 0.16).name(QColor.NameFormat.HexArgb),
        "pressed": mixed(theme.accent, theme.bg0, 0.14).name(),
        "raised": mixed(theme.accent, theme.on_accent, 0.1).name(),
        "handle": mixed(theme.bg1, theme.text3, 0.38).name(),
        "handle2": mixed(theme.bg1, theme.text3, 0.7).name(),
        "card": (theme.bg2 if theme.is_dark else theme.bg1).name(),
        "float": theme.bg1.name(),
        "tip": (theme.bg3 if theme.is_dark else theme.bg1).name(),
        "radius": str(RADIUS),
        "inner": str(FIELD_HEIGHT - 2),
        "icons": (resources() / "theme" / theme.name).as_posix(),
    }
    template = (resources() / "theme" / "window.qss").read_text(encoding="utf-8")
    return Template(template).substitute(values)
