"""What is asked of the inside of a network, and what is seen there: plain numbers, no tensors."""

from dataclasses import dataclass
from typing import Literal

from studio.datasets.dataset import Array

Kind = Literal["maps", "sequence", "vector"]
Overlay = Literal["", "grad_cam", "gradient", "product"]
"""What is laid over the input: nothing; where a layer saw the answer; what the answer hangs on."""


@dataclass(frozen=True)
class Wish:
    """Which layer is looked into, and how."""

    path: str
    """Of the layer or block: "block_1/conv2d_2"."""
    copies: tuple[int, ...] = ()
    """Which copy of each block around it, the outermost first; 0 where nothing is said."""
    output: int = 0
    """Which of its outputs."""
    first: int = 0
    """The first of the channels that are brought along."""
    overlay: Overlay = ""
    target: int | None = None
    """Which class or number of the answer it is about; None is the class that is predicted."""

    def copy_of(self, depth: int) -> int:
        """Return which copy is meant of the block at that depth."""
        return self.copies[depth] if depth < len(self.copies) else 0


@dataclass(frozen=True, eq=False)
class Figures:
    """All numbers that a layer gives for one sample, in a few."""

    shape: tuple[int, ...]
    """Without the batch."""
    low: float
    high: float
    mean: float
    std: float
    """Of the numbers at hand, not of those they might have been drawn from."""
    zeros: float
    """Which share is exactly 0, from 0 to 1."""
    silent: int
    """How many units are 0 wherever one looks."""
    units: int
    """Channels, features, or single numbers."""
    broken: int
    """How many numbers are not finite; the other figures leave them out."""
    counts: Array
    """[bins] how many numbers fall into each of the equal steps from `low` to `high`."""


@dataclass(frozen=True, eq=False)
class Activation:
    """What one layer gives for one sample."""

    kind: Kind
    figures: Figures
    values: Array
    """float32: maps [channels, height, width], a sequence [steps, features], a vector [numbers]."""
    first: int
    """The number of the first channel, feature or number that is here."""
    factor: int
    """How many neighbors along each axis one value is the mean of; 1 where values are as they are.

    Of a sequence only the steps are drawn together.
    """
    words: tuple[str, ...] = ()
    """What the steps say, or what the numbers are called; empty where that is not known."""
    outputs: int = 1
    """How many outputs the layer has."""
    is_bypassed: bool = False
    """Whether the layer only hands on what it gets."""

    @property
    def units(self) -> int:
        """How many channels, features or numbers there are in all."""
        return self.figures.units


@dataclass(frozen=True, eq=False)
class Attention:
    """Who looks at whom: for each head, how each step shares out its looks."""

    weights: Array
    """float32 [windows, heads, steps, steps looked at]; each row adds up to 1.

    There is one window, except in layers that look around in windows of a picture.
    """
    heads: int
    windows: int
    """How many there are in all."""
    steps: int
    seen: int
    factor: int
    """How many neighbors along both axes one value is the mean of."""
    words: tuple[str, ...] = ()
    """What the steps say; empty where that is not known."""
    seen_words: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Relevance:
    """What counted for an answer: numbers for the places of an input."""

    overlay: Overlay
    input: str
    """The Input these are places of."""
    values: Array
    """float32 [height, width], [steps], [steps, features] or [numbers]; of Grad-CAM of the layer's
    own size.
    """
    raised: Array
    """The same in the size of the input."""
    target: int
    label: str
    """The class, or the name of the number."""
    score: float
    """What the network gave for it, before it became a probability."""
    words: tuple[str, ...] = ()
    is_left_out: bool = False
    """Whether each token was left out in turn, as gradients do not see all that it does."""

    @property
    def is_signed(self) -> bool:
        """Whether numbers below 0 mean something: what speaks against the answer."""
        return self.overlay == "product"


@dataclass(frozen=True, eq=False)
class Look:
    """What is seen of one layer with one sample."""

    wish: Wish
    activation: Activation
    attention: Attention | None = None
    relevance: Relevance | None = None
    objection: str = ""
    """Why there is no relevance, if it was asked for."""
    choices: tuple[str, ...] = ()
    """What the answer can be about: the classes, or the names of the numbers."""
    rises: bool = False
    """Whether the first row of a sample belongs at the foot, as the low pitches of a sound do."""
