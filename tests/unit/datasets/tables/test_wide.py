"""Tables of a thousand columns are recognized at a glance, as narrow ones are."""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from studio.datasets.inspecting import source_of
from studio.datasets.reading.grid import Reading, read_grid
from studio.datasets.reading.parted import SAMPLE

_COLUMNS = 1000


@pytest.fixture
def wide(tmp_path: Path) -> Path:
    values = np.random.default_rng(0).normal(size=(300, _COLUMNS)).round(3).astype(str)
    values[:, ::7] = np.where(values[:, ::7] < "0.5", "low", "high")
    names = [f"measure {number}" for number in range(_COLUMNS)]
    path = tmp_path / "wide.csv"
    path.write_text("\n".join(map(",".join, [names, *values.tolist()])), encoding="utf-8")
    return path


def seconds(work: Callable[[], object]) -> float:
    """Return how long the processor works on it."""
    began = time.process_time()
    work()
    return time.process_time() - began


def test_recognizing_takes_little_longer_than_reading_some_rows_once(wide):
    source_of(wide)  # imports
    reading = seconds(lambda: read_grid(wide, Reading(), most_rows=SAMPLE))
    wide.write_text(wide.read_text() + "\n", encoding="utf-8")  # nothing is known of this one
    assert seconds(lambda: source_of(wide)) < 8 * reading
    assert source_of(wide).key == "table"


def test_a_file_that_was_written_anew_is_looked_at_again(wide):
    assert source_of(wide).key == "table"
    sentences = [
        "label\ttext",
        *(f"{n % 3}\tit was a {n}th long and winding story" for n in range(90)),
    ]
    wide.write_text("\n".join(sentences), encoding="utf-8")
    assert source_of(wide).key == "texts"
