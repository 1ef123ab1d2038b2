"""Is a form asked what its table learned, and does what it says make the same row?"""

from datetime import datetime

import numpy as np
import pytest

from studio.datasets.normalization import Normalization
from studio.datasets.tables.asking import Column, columns_of, row_of
from studio.datasets.tables.table import Table

LINES = (
    "size;kind;day;price",
    *(f"{n},5;{'ab'[n % 2]};{1 + n % 28:02}.03.2021;{n * 10}" for n in range(60)),
)


@pytest.fixture
def loaded(tmp_path):
    path = tmp_path / "shop.csv"
    path.write_text("\n".join(LINES), encoding="utf-8")
    source = Table(file=str(path), target="price")
    return source, source.load()


def test_every_column_is_asked_for_as_what_it_holds(loaded):
    _source, dataset = loaded
    size, kind, day = columns_of(dataset.learned)
    assert (size.kind, size.comma) == ("number", True)
    assert size.low is not None
    assert size.high is not None
    assert 0.5 <= size.low < float(size.usual or 0) < size.high <= 59.5
    assert (kind.kind, kind.values) == ("category", ("a", "b"))
    assert (day.kind, day.form) == ("date", "%d.%m.%Y")
    assert day.moment("24.12.2020") == datetime(2020, 12, 24)
    assert day.moment("soon") is None


def test_ordinary_cells_are_a_row_that_can_be_read(loaded):
    source, dataset = loaded
    columns = columns_of(dataset.learned)
    row = source.sample(row_of([column.ordinary for column in columns]), dataset.learned)
    assert row[0] == np.float32(columns[0].usual)
    assert row.shape == dataset.inputs.shape[1:]


def test_a_cell_with_commas_stays_one_cell(loaded):
    source, dataset = loaded
    assert columns_of(dataset.learned)[0].spelled(3.25) == "3,25"
    row = source.sample(row_of(["3,25", "b", "01.03.2021"]), dataset.learned)
    assert row[0] == np.float32(3.25)


def test_without_anything_learned_numbers_lie_around_their_mean():
    scale = Normalization((5.0, 2.0), (1.0, 0.5))
    first, second = columns_of({}, ("a", "b"), scale)
    assert (first.low, first.high, first.usual) == (3.0, 7.0, None)
    assert second.ordinary == "2"
    assert columns_of({}, ("c",)) == (Column("c"),)
