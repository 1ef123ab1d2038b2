"""Every fault of somebody's own data is named, with file or row, before the first step."""

import threading
import time
from pathlib import Path

import pytest

from studio.datasets import SOURCES
from studio.datasets.inspecting import inspect
from studio.datasets.opening import opened
from studio.datasets.source import PLACES, Source, read_source
from studio.datasets.watching import CancelledError, Watch
from studio.errors import StudioError
from tests.reliability.defects import DEFECTS, Defect, whole
from tests.unit.datasets.pictures.picture_folders import class_folders


def _source(kind: str, place: Path) -> Source:
    cls = SOURCES["texts" if kind == "text folders" else kind]
    setting = next(name for name in PLACES if name in cls.declared)
    return read_source({"type": cls.key, setting: str(place)})


def _said(source: Source) -> str:
    """Everything that is said of the data."""
    try:
        dataset = inspect(source).dataset
    except StudioError as error:
        return str(error)
    return "\n".join(f"{one.sentence} {' | '.join(one.places)}" for one in dataset.problems)


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.name)
def test_a_planted_fault_is_named_with_its_place(defect: Defect, tmp_path):
    place = whole(defect.source, tmp_path)
    defect.plant(place)
    assert defect.place in _said(_source(defect.source, place))


@pytest.mark.parametrize("kind", sorted({defect.source for defect in DEFECTS}))
def test_of_whole_data_no_place_of_a_fault_is_named(kind, tmp_path):
    said = _said(_source(kind, whole(kind, tmp_path)))
    assert not [defect for defect in DEFECTS if defect.source == kind and defect.place in said]


@pytest.mark.slow
def test_ten_thousand_pictures_are_looked_through_in_ten_seconds_and_left_at_once(tmp_path):
    class_folders(tmp_path, ("a", "b", "c", "d"), 2500)
    source = _source("pictures", tmp_path)
    begun = time.perf_counter()
    assert len(inspect(source).dataset) == 10_000
    took = time.perf_counter() - begun
    assert took < 10, f"{took:.1f} s"
    for after in (0.05, 0.5, 1.5):
        assert left_after(source, after) < 0.2


def left_after(source: Source, after: float) -> float:
    """Return the seconds from asking a reader to stop, after some seconds, to its leaving."""
    watch = Watch()
    asked = []

    def cancel() -> None:
        asked.append(time.perf_counter())
        watch.cancel()

    timer = threading.Timer(after, cancel)
    timer.start()
    with pytest.raises(CancelledError):
        opened(source, watch=watch)
    left = time.perf_counter()
    timer.join()
    return left - asked[0]
