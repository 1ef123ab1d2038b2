"""What a layer holds in memory while a network trains, beside its inputs and outputs."""

from dataclasses import dataclass
from typing import Literal

Keeps = Literal["inputs", "inputs for weights", "output", "nothing"]
"""Which tensors wait for the backward pass: all that come in (always, or only while weights of its
own train), the one that goes out, or none."""

Passes = Literal["new", "sum", "view", "part"]
"""What comes out: new numbers with a new gradient; new numbers whose gradient is handed on as it is
(add, concat); the very memory that came in (flatten, permute), or a part of it, whose gradient is
as large as the whole (select, slice).
"""

Autocast = Literal["low", "full", "full on GPUs", "full on processors", "same"]
"""In mixed precision: computed in the short format, in float32, or in the format of its inputs.

"full on GPUs" is the format of the inputs on processors, "full on processors" the short one on
GPUs.
"""


@dataclass(frozen=True)
class Work:
    """What one sample takes inside a layer, counted in numbers unless said otherwise."""

    kept: int = 0
    """Wait for the backward pass beside inputs and outputs."""
    mask: int = 0
    """Wait, too, but are drawn at random: float32 on processors, one byte each on GPUs."""
    places: int = 0
    """Wait, too, and are whole numbers of 8 bytes."""
    full: int = 0
    """Wait, too, and are float32 in every precision, such as statistics."""
    widened: int = 0
    """Of `kept`: in mixed precision, processors keep a float32 copy instead; the short original
    comes and goes."""
    doubled: int = 0
    """Of `kept`: in mixed precision, processors keep a float32 copy beside it."""
    inputs: bool = False
    """Whether what comes in waits, too, while weights of its own train."""
    forward: int = 0
    """Come and go during the forward pass, at its fullest moment, on top of all the others."""
    backward: int = 0
    """Come and go during the backward pass, beside the gradients of inputs and outputs."""


NO_WORK = Work()
