"""Windows of a series follow time, show the past only, and never lie in two parts."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.datasets.split import split
from studio.datasets.tables.series import Series
from studio.datasets.tables.windows import filled, windows_in
from studio.errors import DataError
from tests.unit.datasets.real_data import unpacked


def series(folder: Path, count: int = 100, **settings: Any) -> Series:
    days = np.arange("2024-01-01", "2026-01-01", dtype="datetime64[D]")[:count]
    lines = [f"{day},{number},{number * 2}" for number, day in enumerate(days)]
    path = folder / "series.csv"
    path.write_text("day,a,b\n" + "\n".join(lines))
    return Series(file=str(path), **settings)


def test_a_window_shows_rows_and_asks_for_the_next(tmp_path: Path) -> None:
    dataset = series(tmp_path, window=5, horizon=2).load()

    assert dataset.inputs.shape[1:] == (5, 2)
    assert dataset.inputs[3, :, 0].tolist() == [3, 4, 5, 6, 7]
    assert dataset.targets[3].tolist() == [16, 18]
    assert dataset.target_name == "b"
    assert dataset.origins[0] == "rows 2–8"


def test_several_columns_may_be_predicted(tmp_path: Path) -> None:
    source = series(tmp_path, window=5, horizon=2, target="b, a")
    dataset = source.load()

    assert dataset.targets[3].tolist() == [16, 18, 8, 9]
    assert dataset.target_name == "b, a"
    again = source.changed(target="").load(dataset.learned)
    assert again.targets.tolist() == dataset.targets.tolist()


def test_no_value_is_in_two_parts(tmp_path: Path) -> None:
    source = series(tmp_path, window=5, horizon=2)
    dataset = source.load()
    parts = split(dataset, source)

    seen = [
        set(dataset.inputs[part][:, :, 0].ravel()) | set(dataset.targets[part].ravel() / 2)
        for part in (parts.train, parts.validation, parts.test)
    ]
    assert not seen[0] & seen[1]
    assert not seen[1] & seen[2]
    assert max(seen[0]) < min(seen[1])
    assert max(seen[1]) < min(seen[2])


def test_gaps_take_the_value_before() -> None:
    values = np.array([[np.nan], [2.0], [np.nan], [4.0]])

    assert filled(values, np.array([7.0]))[:, 0].tolist() == [7, 2, 2, 4]


def test_the_stride_says_where_windows_begin() -> None:
    assert windows_in(20, 4, 3, (0.0, 0.0)).starts.tolist() == [0, 3, 6, 9, 12, 15]


def test_too_few_rows_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="100 rows are too few for windows of 31 rows"):
        series(tmp_path, window=30).load()
    with pytest.raises(DataError, match="“c” is no column"):
        series(tmp_path, window=3, target="c").load()


def test_a_new_window_is_typed_or_the_end_of_a_file(tmp_path: Path) -> None:
    source = series(tmp_path, window=3)
    learned = source.load().learned

    assert source.sample("1 2; 3 4; 5 6", learned).tolist() == [[1, 2], [3, 4], [5, 6]]
    assert source.sample(source.file, learned)[-1].tolist() == [99, 198]
    with pytest.raises(DataError, match="2 × 2"):
        source.sample("1 2; 3 4", learned)


def test_rows_of_one_day_and_without_one_are_named(tmp_path: Path) -> None:
    source = series(tmp_path, window=3)
    path = Path(source.file)
    path.write_text(path.read_text() + "\n2024-01-05,7,7\n,8,8\n2024-12-24,1,1\n")

    found = {problem.kind: problem.places for problem in source.load().problems}

    assert found["duplicate_date"] == ("row 102",)
    assert found["missing_date"] == ("row 103",)
    assert found["gap"] == ("row 104",)


def test_the_ridership_of_chicago_is_a_series(tmp_path: Path) -> None:
    found = Series.found(unpacked("mpg_flights", tmp_path))
    assert found is not None
    sure, source = found

    dataset = source.load()

    assert sure > 0.7
    assert source.file.endswith("cta_ridership.csv")
    assert dataset.columns == ("bus", "rail_boardings", "total_rides")
    counts = {problem.kind: problem.count for problem in dataset.problems}
    assert counts["duplicate_date"] == 62
    assert np.isfinite(dataset.inputs).all()
