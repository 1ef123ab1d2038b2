"""Where samples come from and how they are split; without torch.

Importing the package files the sources in the order in which they are offered.
"""

from studio.datasets import builtin, mnist
from studio.datasets.source import SOURCES

__all__ = ["SOURCES", "builtin", "mnist"]
