"""Which look is in use: dark or light, following the system or forced, and its fonts."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from studio.signals import Signal
from studio.ui.stylesheet import sheet
from studio.ui.tokens import DARK, LIGHT, Theme, faded

Scheme = Literal["system", "light", "dark"]
CHINESE = ("Noto Sans CJK SC", "WenQuanYi Micro Hei", "Microsoft YaHei", "PingFang SC")
_ASKED = {
    "system": Qt.ColorScheme.Unknown,
    "light": Qt.ColorScheme.Light,
    "dark": Qt.ColorScheme.Dark,
}

changed: Signal[Theme] = Signal()
"""Told after the whole program has taken on another scheme."""


class _Look:
    """What is in use; one per process, since a program has one look at a time."""

    theme: Theme = DARK
    scheme: Scheme = "system"
    follows = False


def current() -> Theme:
    """Return the colors in use."""
    return _Look.theme


@contextmanager
def worn(theme: Theme) -> Iterator[None]:
    """Paint in other colors for a while, without telling anyone: for pictures to take away."""
    before, _Look.theme = _Look.theme, theme
    try:
        yield
    finally:
        _Look.theme = before


def scheme() -> Scheme:
    """Return what was asked for: one scheme, or the system's."""
    return _Look.scheme


def hue(group: str) -> QColor:
    """Return the calm color of a layer family in the scheme in use."""
    return _Look.theme.hue(group)


@cache
def families() -> tuple[str, ...]:
    """Return the font families to try, in order: Inter where the system has it, then its own."""
    platform = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).families()
    installed = set(QFontDatabase.families())
    first = ["Inter"] if "Inter" in installed else platform
    return (*first, *(name for name in CHINESE if name in installed))


def font(px: int = 13, weight: int = 400, *, tabular: bool = False) -> QFont:
    """Return the program's font at `px` pixels; `tabular` gives all digits one width."""
    made = QFont(list(families()))
    made.setPixelSize(px)
    made.setWeight(QFont.Weight(weight))
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    if tabular:
        made.setFeature(QFont.Tag("tnum"), 1)
    return made


def apply(app: QApplication, scheme: Scheme = "system") -> None:
    """Give the whole program a scheme; "system" follows the desktop from now on."""
    _Look.scheme = scheme
    hints = app.styleHints()
    if not _Look.follows:
        _Look.follows = True
        hints.colorSchemeChanged.connect(lambda _scheme: _follow(app))
    hints.setColorScheme(_ASKED[scheme])
    if not app.styleSheet():
        app.setStyle("Fusion")
        app.setFont(font())
        _wear(app, _fitting(app))
    _follow(app)


def _fitting(app: QApplication) -> Theme:
    forced = _ASKED[_Look.scheme]
    wanted = app.styleHints().colorScheme() if forced == Qt.ColorScheme.Unknown else forced
    return LIGHT if wanted == Qt.ColorScheme.Light else DARK


def _follow(app: QApplication) -> None:
    if _fitting(app) is not _Look.theme:  # a style sheet costs a tenth of a second to take on
        _wear(app, _fitting(app))


def _wear(app: QApplication, theme: Theme) -> None:
    _Look.theme = theme
    app.setPalette(_palette(theme))
    app.setStyleSheet(sheet(theme))
    changed.emit(theme)


def _palette(theme: Theme) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for name, color in _roles(theme).items():
        palette.setColor(name, color)
    for name in (role.Text, role.WindowText, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, name, theme.text3)
    palette.setColor(QPalette.ColorGroup.Inactive, role.Highlight, faded(theme.accent, 0.6))
    return palette


def _roles(theme: Theme) -> dict[QPalette.ColorRole, QColor]:
    role = QPalette.ColorRole
    return {
        role.Window: theme.bg1,
        role.WindowText: theme.text,
        role.Base: theme.bg2,
        role.AlternateBase: theme.bg1,
        role.Text: theme.text,
        role.Button: theme.bg2,
        role.ButtonText: theme.text,
        role.BrightText: theme.error,
        role.ToolTipBase: theme.bg3,
        role.ToolTipText: theme.text,
        role.PlaceholderText: theme.text3,
        role.Highlight: theme.accent,
        role.HighlightedText: theme.on_accent,
        role.Accent: theme.accent,
        role.Link: theme.accent,
        role.LinkVisited: theme.accent,
        role.Light: theme.line,
        role.Midlight: theme.line,
        role.Mid: theme.line2,
        role.Dark: theme.line2,
        role.Shadow: theme.shadow,
    }
