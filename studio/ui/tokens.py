"""Which colors and sizes the window is made of, in the dark and in the light."""

from dataclasses import dataclass

from PySide6.QtGui import QColor

RADIUS = 7
"""Corner of fields and buttons, in pixels; cards have 10."""
CARD_RADIUS = 10
FIELD_HEIGHT = 30
STEP = 4
"""Every distance is a multiple of this."""


@dataclass(frozen=True)
class Theme:
    """The colors of one scheme: four grounds, two lines, three texts and what stands out."""

    name: str
    bg0: QColor
    """The canvas."""
    bg1: QColor
    """Panels."""
    bg2: QColor
    """Fields and cards."""
    bg3: QColor
    """What the mouse is over."""
    line: QColor
    line2: QColor
    text: QColor
    text2: QColor
    text3: QColor
    accent: QColor
    on_accent: QColor
    """Text on the accent color."""
    ok: QColor
    warn: QColor
    error: QColor
    ice: QColor
    """Frozen layers."""
    shadow: QColor
    hues: tuple[tuple[str, str], ...]
    """The calm color of each layer family."""

    @property
    def is_dark(self) -> bool:
        """Whether light text stands on dark ground."""
        return self.name == "dark"

    def color(self, token: "QColor | str") -> QColor:
        """Return the color called `token`; a color is returned as it is."""
        if isinstance(token, QColor):
            return token
        found = getattr(self, token, None)
        return found if isinstance(found, QColor) else QColor(token)

    def hue(self, group: str) -> QColor:
        """Return the color of a layer family; a family without one is grey."""
        return QColor(dict(self.hues).get(group, self.text2.name()))


def faded(color: QColor, share: float) -> QColor:
    """Return `color` at the opacity `share`, from 0 to 1."""
    return QColor(color.red(), color.green(), color.blue(), round(255 * share))


def mixed(ground: QColor, color: QColor, share: float) -> QColor:
    """Return `ground` with `share` of `color` in it: an opaque tint."""
    return QColor(
        round(ground.red() + (color.red() - ground.red()) * share),
        round(ground.green() + (color.green() - ground.green()) * share),
        round(ground.blue() + (color.blue() - ground.blue()) * share),
    )


DARK = Theme(
    name="dark",
    bg0=QColor("#0D0F13"),
    bg1=QColor("#13161B"),
    bg2=QColor("#1A1E25"),
    bg3=QColor("#222731"),
    line=QColor("#232832"),
    line2=QColor("#333B49"),
    text=QColor("#E9EBF1"),
    text2=QColor("#A3ABBB"),
    text3=QColor("#7A8395"),
    accent=QColor("#6D8CFF"),
    on_accent=QColor("#FFFFFF"),
    ok=QColor("#3ECF8E"),
    warn=QColor("#F5B454"),
    error=QColor("#F2646A"),
    ice=QColor("#5CC8F2"),
    shadow=QColor(0, 0, 0, 110),
    hues=(
        ("Input and output", "#45B9D6"),
        ("Linear", "#E879A9"),
        ("Convolution", "#6D8CFF"),
        ("Pooling", "#A78BFA"),
        ("Normalization", "#34C3A6"),
        ("Activation", "#F2B04C"),
        ("Regularization", "#C9A27E"),
        ("Recurrent", "#8CC665"),
        ("Attention", "#D77BF0"),
        ("Embedding", "#F08A5D"),
        ("Shape", "#94A3B8"),
        ("Merge", "#7FA8D0"),
        ("Structure", "#9DA6F2"),
    ),
)

LIGHT = Theme(
    name="light",
    bg0=QColor("#F3F4F7"),
    bg1=QColor("#FFFFFF"),
    bg2=QColor("#F4F5F8"),
    bg3=QColor("#E9ECF1"),
    line=QColor("#E4E7EC"),
    line2=QColor("#CDD3DD"),
    text=QColor("#161A22"),
    text2=QColor("#505A6B"),
    text3=QColor("#6A7485"),
    accent=QColor("#3E63F1"),
    on_accent=QColor("#FFFFFF"),
    ok=QColor("#12935B"),
    warn=QColor("#B26A00"),
    error=QColor("#D33A42"),
    ice=QColor("#0E86B8"),
    shadow=QColor(23, 30, 48, 34),
    hues=(
        ("Input and output", "#0E8FB0"),
        ("Linear", "#C93D7B"),
        ("Convolution", "#3E63F1"),
        ("Pooling", "#7C4DE0"),
        ("Normalization", "#0B927A"),
        ("Activation", "#B9770A"),
        ("Regularization", "#8C6239"),
        ("Recurrent", "#4F8A23"),
        ("Attention", "#A736C8"),
        ("Embedding", "#C4541E"),
        ("Shape", "#5B6B82"),
        ("Merge", "#3F6E9E"),
        ("Structure", "#5B63C9"),
    ),
)
