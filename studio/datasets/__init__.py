"""Where samples come from and how they are split; without torch.

Importing the package files the sources in the order in which they are offered.
"""

from studio.datasets import builtin, mnist
from studio.datasets.arrays.idx_source import Idx
from studio.datasets.arrays.npz import Npz
from studio.datasets.cifar.source import Cifar10, Cifar100
from studio.datasets.pictures.source import Pictures
from studio.datasets.sounds.source import Sounds
from studio.datasets.source import SOURCES
from studio.datasets.tables.series import Series
from studio.datasets.tables.table import Table
from studio.datasets.texts.corpus import Corpus
from studio.datasets.texts.pairs import Pairs
from studio.datasets.texts.texts import Texts

__all__ = [
    "SOURCES",
    "Cifar10",
    "Cifar100",
    "Corpus",
    "Idx",
    "Npz",
    "Pairs",
    "Pictures",
    "Series",
    "Sounds",
    "Table",
    "Texts",
    "builtin",
    "mnist",
]
