"""What is asked when a run is judged: its network beside the samples, on its device."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from studio.datasets.dataset import Dataset
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
    """A trained network beside the samples it is to be asked about, on its device."""

    trained: Trained
    dataset: Dataset
    data: DeviceData
    source: Source


def examined(
    run: Path,
    part: str,
    device: str = "",
    source: Source | None = None,
    *,
    as_found: bool = False,
    watch: Watch | None = None,
) -> Examined:
    """Return what is needed to ask a run about a part of its own data, or of those of `source`.

    With `as_found`, nothing is corrected of the samples. Raises StudioError if the run or the data
    cannot be read, do not suit, or have no such part.
    """
    trained = Trained.opened(run, device=device)
    other = source is not None
    source = source or read_source(trained.data)
    read = source.changed(corrections={}) if as_found else source
    dataset, parts = opened(read, trained.info.learned or None, watch)
    if other:
        _require_alike(trained, dataset)
    with damage_told(run):
        data = DeviceData.of(dataset, parts, trained.info.scaling)
        data = data.feeding(trained.network.inputs)
    if not data.size(part):
        raise DataError(
            _("These data have no {part} part.").format(part=_(part))
            if other
            else _("This run keeps no {part} part.").format(part=part),
            _("Choose one of {parts}.").format(
                parts=", ".join(name for name in PARTS if data.size(name))
            ),
        )
    with damage_told(run):
        return Examined(trained, dataset, data.to(trained.machine.device), source)


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
