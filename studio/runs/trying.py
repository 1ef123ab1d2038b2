"""A run that is opened once and asked again and again, each time about one sample."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from torch import Tensor

from studio.datasets.dataset import Array
from studio.datasets.known import KnownText
from studio.datasets.source import Source
from studio.datasets.writing import Writer
from studio.runs.failures import damage_told
from studio.runs.predict import Prediction, answered, require_finite, shares_of
from studio.runs.resuming import LAST
from studio.runs.several import Reader
from studio.runs.trained import Trained


@dataclass(frozen=True, eq=False)
class Tryout:
    """The network of a run with the weights of one of its checkpoints, ready for questions."""

    run: Path
    trained: Trained

    @classmethod
    def opened(cls, run: Path, device: str = "", checkpoint: str = LAST) -> "Tryout":
        """Return the run, ready to be asked; raises FileError if it cannot be read."""
        return cls(run, Trained.opened(run, checkpoint, device))

    def read(self, words: Mapping[str, str]) -> Mapping[str, Array]:
        """Return one sample for each Input [*axes], as the run's own data prepare it.

        `words` are files, rows or texts by the Input that takes them. Raises FileError or DataError
        for what cannot be read or does not fit.
        """
        return self.reader.together(words)

    @cached_property
    def reader(self) -> Reader:
        """What turns words into samples."""
        return Reader(self.trained.info, self.trained.first, self.trained.sample)

    @property
    def source(self) -> Source | None:
        """Where the samples of the run come from, if that is known."""
        return self.reader.source

    @property
    def writer(self) -> Writer | None:
        """How the tokens are read and said that the network predicts, if it predicts such."""
        return self.reader.writer

    def typed(self, name: str, word: str) -> Array:
        """Return one sample [*axes] for one Input, of a file, a row, ids or a text."""
        return self.reader.one(name, word)

    def known(self, name: str, text: str) -> KnownText | None:
        """Return how much of a text for one Input was learned; None where it takes no texts."""
        if name != self.trained.first or self.source is None:
            return None
        return self.source.known(text, self.trained.info.learned)

    def prepared(self, inputs: Mapping[str, Array]) -> tuple[Tensor, ...]:
        """Return a batch of one for each Input, normalized, on the device of the network.

        In the order of `network.inputs`.
        """
        return self.trained.prepared({name: one[np.newaxis] for name, one in inputs.items()})

    def shares(self, inputs: Mapping[str, Array]) -> Array:
        """Return a probability for each class [classes], of what follows where that is a token."""
        batch = {key: value[np.newaxis] for key, value in inputs.items()}
        one: Array = shares_of(self.trained, batch)[0]
        return one

    def ask(self, inputs: Mapping[str, Array], name: str = "") -> Prediction:
        """Return what the network says of one sample; raises StudioError if it has no answer."""
        batch = {key: value[np.newaxis] for key, value in inputs.items()}
        with damage_told(self.run):
            (answer,) = answered(self.trained, (name,), batch)
        require_finite((answer,), self.run)
        return answer
