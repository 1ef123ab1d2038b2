"""Which blocks come ready-made: drawn from a few settings, opened and edited like any other."""

from studio.presets import feed_forward, transformer
from studio.presets.preset import PRESETS, Preset

__all__ = ["PRESETS", "Preset", "feed_forward", "transformer"]
