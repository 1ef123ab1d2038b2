"""Numbers and dates are read as people write them."""

import math

import numpy as np
import pytest

from studio.datasets.tables.answers import likely_target
from studio.datasets.tables.dates import date_format, days_of, is_ambiguous
from studio.datasets.tables.kinds import kind_of
from studio.datasets.tables.numerals import missing_in, number_in, numbers_of


def cells(*found: str) -> np.ndarray:
    return np.array(found, dtype=np.dtypes.StringDType())


@pytest.mark.parametrize(
    ("cell", "decimal", "value"),
    [
        ("1.5", "point", 1.5),
        ("-3e2", "point", -300),
        ("1,234", "point", 1234),
        ("1,234.5", "point", 1234.5),
        ("1,5", "point", 1.5),
        ("1,5", "comma", 1.5),
        ("1.234", "comma", 1234),
        ("1.234,5", "comma", 1234.5),
        ("1.5", "comma", 1.5),
        ("$ 12", "point", 12),
        ("45 %", "point", 45),
        ("1 234", "point", 1234),
        ("1e999", "point", math.inf),
        ("-inf", "point", -math.inf),
    ],
)
def test_a_cell_says_its_number(cell: str, decimal: str, value: float) -> None:
    assert number_in(cell, decimal) == value


@pytest.mark.parametrize("cell", ["", "abc", "1_000", "1.2.3", "１２a", "--1", "1,2,3"])
def test_other_cells_say_none(cell: str) -> None:
    assert math.isnan(number_in(cell))


def test_the_decimal_mark_of_a_column_is_the_more_frequent_one() -> None:
    numbers = numbers_of(cells("1,5", "2,25", "1.75", "1.234", "NA"))

    assert numbers.decimal == "comma"
    assert numbers.mixed.tolist() == [2]
    assert numbers.values[:4].tolist() == [1.5, 2.25, 1.75, 1234]
    assert numbers.is_missing.tolist() == [False] * 4 + [True]


@pytest.mark.parametrize("cell", ["#NV", "k.A.", "#N/A", "n.a.", "#DIV/0!"])
def test_what_spreadsheets_write_for_nothing_is_nothing(cell: str) -> None:
    assert missing_in(cells("Berlin", cell)).tolist() == [False, True]


def test_one_comma_among_three_decimals_does_not_make_points_thousands() -> None:
    numbers = numbers_of(cells(*["171.257"] * 20, "170,5"))

    assert numbers.decimal == "point"
    assert numbers.mixed.tolist() == [20]
    assert numbers.values[[0, 20]].tolist() == [171.257, 170.5]


def test_what_is_no_number_and_what_is_endless_is_told_apart() -> None:
    numbers = numbers_of(cells("1", "inf", "1e999", "x", "", "1e39"))

    assert numbers.is_bad.tolist() == [False, False, False, True, False, False]
    assert numbers.is_endless.tolist() == [False, True, True, False, False, True]


@pytest.mark.parametrize(
    ("written", "form"),
    [
        (("2024-01-31", "2024-02-29"), "iso"),
        (("2024-01-31 10:00:00", "2024-02-29 11:30:00"), "iso"),
        (("01/31/2024", "12/13/2024"), "%m/%d/%Y"),
        (("31/01/2024", "13/12/2024"), "%d/%m/%Y"),
        (("31.01.2024", "13.12.2024"), "%d.%m.%Y"),
        (("2024年1月31日", "2024年12月1日"), "%Y年%m月%d日"),
        (("31-Jan-2024", "1-Dec-2024"), "%d-%b-%Y"),
        (("20240131", "20241231"), ""),
        (("1.5", "2.5"), ""),
        (("Braund, Mr. Owen", "Cumings, Mrs. John"), ""),
    ],
)
def test_the_format_of_dates_is_found(written: tuple[str, ...], form: str) -> None:
    assert date_format(written) == form


def test_days_count_from_1970() -> None:
    days = days_of(cells("1970-01-02", "1970-01-01 12:00", "never"), "iso")

    assert days[:2].tolist() == [1.0, 0.5]
    assert math.isnan(days[2])


def test_day_and_month_that_could_be_swapped_are_known() -> None:
    assert is_ambiguous(("01/02/2024", "03/04/2024"), "%m/%d/%Y")
    assert not is_ambiguous(("01/02/2024", "03/14/2024"), "%m/%d/%Y")


@pytest.mark.parametrize(
    ("found", "kind"),
    [
        (("1.5", "2", "2", "", "7"), "number"),
        (("3", "3", "3"), "constant"),
        (("x", "x", "x"), "constant"),
        (("", "NA", "-"), "empty"),
        (("a", "b", "a", "b"), "category"),
        (tuple(str(number) for number in range(1, 13)), "identifier"),
        (tuple(f"A{number}" for number in range(12)), "identifier"),
        (tuple(f"{'word ' * 9}{number}" for number in range(12)), "text"),
        (("01234", "04567", "01234") * 4, "category"),
        (("2024-01-01", "2024-01-02") * 3, "date"),
    ],
)
def test_a_column_gets_its_kind(found: tuple[str, ...], kind: str) -> None:
    assert kind_of("column", cells(*found)).kind == kind


def test_what_people_say_of_a_column_counts() -> None:
    assert kind_of("column", cells("1", "2", "3"), "category").kind == "category"
    assert kind_of("zip", cells("01234", "04567"), "number").kind == "number"


@pytest.mark.filterwarnings("error")
def test_endless_numbers_do_not_hide_the_likely_target() -> None:
    columns = {
        "column 1": np.array(["1.5", "2.5", "1e999", "4"] * 30, dtype=np.dtypes.StringDType()),
        "column 2": np.array(["1", "2", "inf", "1e999"] * 30, dtype=np.dtypes.StringDType()),
    }

    assert likely_target(columns) == "column 2"
