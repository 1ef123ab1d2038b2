"""What is asked of a run that is open, away from the window: an answer, or a text gone on with."""

import importlib
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from studio.datasets.dataset import Array
from studio.datasets.known import KnownText
from studio.ui.trying.field import Reading

if TYPE_CHECKING:
    from studio.runs.predict import Prediction
    from studio.runs.trying import Tryout

_PIECE = 8
"""Tokens that are written before they are shown."""


@dataclass(frozen=True, eq=False)
class Reply:
    """An answer, with what was asked."""

    name: str
    inputs: Mapping[str, Array]
    """One sample for each Input, as it was prepared."""
    prediction: "Prediction"
    known: Mapping[str, tuple[str, KnownText | None]] = field(default_factory=dict)
    """The texts that were asked by their Input, and how much of them was learned."""


@dataclass(frozen=True)
class Written:
    """A text that the network went on with."""

    text: str
    is_whole: bool
    """Whether it has come to its end."""


def replied(
    tryout: "Tryout", readings: Mapping[str, Reading], texts: Mapping[str, str], called: str
) -> Reply:
    """Return what a run says of one sample for each Input; texts are those that were typed."""
    inputs = {name: reading(tryout) for name, reading in readings.items()}
    known = {name: (text, tryout.known(name, text)) for name, text in texts.items()}
    return Reply(called, inputs, tryout.ask(inputs, called), known)


def written(
    tryout: "Tryout", readings: Mapping[str, Reading], text: str, boldness: float
) -> Written:
    """Return a text with a few tokens more; readings are for the other Inputs."""
    inputs = {name: reading(tryout) for name, reading in readings.items()}
    written_on = importlib.import_module("studio.runs.writing").written_on
    return Written(*written_on(tryout, inputs, text, _PIECE, boldness, random.randrange(2**31)))
