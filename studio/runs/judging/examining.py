"""What is asked when a run is judged: its network beside the samples, on its device."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from studio.datasets.corrections import corrected
from studio.datasets.dataset import Dataset, Split
from studio.datasets.opening import opened
from studio.datasets.source import Source, read_source
from studio.datasets.watching import Watch
from studio.errors import DataError
from studio.runs.failures import damage_told
from studio.runs.trained import Trained
from studio.training.data.batches import DeviceData
from studio.wording import _

PARTS = ("train", "validation", "test")


@dataclass(frozen=True, eq=False)
class Examined:
    """A trained network beside the samples it is to be asked about."""

    run: Path
    part: str
    trained: Trained
    source: Source
    dataset: Dataset
    """The samples as they are in the files, with nothing corrected."""
    split: Split

    @cached_property
    def data(self) -> DeviceData:
        """The samples as they are in the files, on the device of the network."""
        return self._on_device(self.dataset, self.split)

    @cached_property
    def corrected(self) -> DeviceData:
        """The samples as somebody corrected them; raises DataError if that leaves none."""
        if not self.source.corrected:
            return self.data
        return self._on_device(*corrected(self.dataset, self.split, self.source.corrected))

    def _on_device(self, dataset: Dataset, split: Split) -> DeviceData:
        trained = self.trained
        with damage_told(self.run):
            data = DeviceData.of(dataset, split, trained.info.scaling)
            data = data.feeding(trained.network.inputs)
        if data.size(self.part):
            with damage_told(self.run):
                return data.to(trained.machine.device)
        raise DataError(
            _("These data have no {part} part.").format(part=_(self.part)),
            _("Choose one of {parts}.").format(
                parts=", ".join(name for name in PARTS if data.size(name))
            ),
        )


def examined(
    run: Path,
    part: str = "test",
    device: str = "",
    source: Source | None = None,
    watch: Watch | None = None,
) -> Examined:
    """Return what is needed to ask a run about a part of its own data, or of those of `source`.

    Raises StudioError if the run or the data cannot be read, or do not suit, and CancelledError if
    the watch says so.
    """
    trained = Trained.opened(run, device=device)
    other = source is not None
    source = source or read_source(trained.data)
    plain = source.changed(corrections={})
    dataset, split = opened(plain, trained.info.learned or None, watch)
    if other:
        _require_alike(trained, dataset)
    return Examined(run, part, trained, source, dataset, split)


def _require_alike(trained: Trained, dataset: Dataset) -> None:
    """Raise DataError unless a network can be asked about other data than its own."""
    if dataset.sample != trained.sample:
        raise DataError(
            _("The network takes {wanted}, but a sample of these data is {given}.").format(
                wanted=trained.sample, given=dataset.sample
            ),
            _("Choose data of the same kind, prepared in the same way."),
        )
    classes = trained.info.classes
    if dataset.classes != classes:
        raise DataError(
            _("The network knows {wanted}, but these data have {given}.").format(
                wanted=_named(classes), given=_named(dataset.classes)
            ),
            _("Choose data with the same classes."),
        )


def _named(classes: Sequence[str]) -> str:
    if not classes:
        return _("numbers to predict")
    names = ", ".join(classes[:5]) + (" …" if len(classes) > 5 else "")
    return _("{count} classes ({names})").format(count=len(classes), names=names)
