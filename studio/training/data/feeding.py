"""Which data an epoch of a run is made of: those it began with, or those a tick switched to."""

from collections.abc import Iterable
from dataclasses import replace

from studio.datasets.source import Source
from studio.errors import TrainingError
from studio.network.network import Network
from studio.training.data.batches import DeviceData
from studio.training.data.caching import FeatureCache
from studio.training.device import Machine
from studio.training.ticks.sources import identity, sources_of
from studio.training.ticks.tick import Tick
from studio.wording import _


class Feed:
    """The data of a run on its device, of which one at a time is in use."""

    def __init__(
        self, network: Network, data: DeviceData, machine: Machine, loading: str, piece: int
    ) -> None:
        self._network, self._machine, self._piece = network, machine, piece
        self._first = data.to(machine.device, loading)
        self.name = ""
        """The identity of the data in use; nothing for those that the run began with."""
        self.data, self.features = self._fresh(self._first)

    @property
    def later(self) -> dict[str, int]:
        """Training samples of the data that ticks can switch to."""
        return {name: data.size("train") for name, data in self._first.later.items()}

    def require(self, ticks: Iterable[Tick]) -> None:
        """Raise TrainingError if a tick switches to data that were not read."""
        for name, source in sources_of(ticks).items():
            if name not in self._first.later:
                raise TrainingError(
                    _("The data “{data}” were not read before the run started.").format(
                        data=_(source.title) or source.key
                    ),
                    _("Start the run anew."),
                )

    def turn_to(self, source: Source | None) -> bool:
        """Use these data from now on; return whether they are others than before."""
        name = "" if source is None else identity(source)
        if name == self.name:
            return False
        self.features.forget()
        self.name = name
        self.data, self.features = self._fresh(self._first.later[name] if name else self._first)
        return True

    def _fresh(self, data: DeviceData) -> tuple[DeviceData, FeatureCache]:
        features = FeatureCache(self._network, data, self._machine, self._piece)
        return replace(data, known=features), features
