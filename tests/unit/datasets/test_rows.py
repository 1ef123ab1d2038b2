"""Rows typed or read: matched by name or order, refused cell by cell."""

from pathlib import Path

import numpy as np
import pytest

from studio.datasets.finite import require_finite
from studio.datasets.rows import parse_row, read_rows
from studio.errors import DataError, FileError

COLUMNS = ("length", "width")


@pytest.mark.parametrize("text", ["5.1,3.5", "5.1; 3.5", "5.1\t3.5", " 5.1 3.5 "])
def test_a_typed_row_may_be_separated_in_any_usual_way(text: str) -> None:
    np.testing.assert_array_equal(
        parse_row(text, COLUMNS), np.array([[5.1, 3.5]], dtype=np.float32)
    )


def test_a_wrong_number_of_values_says_both_numbers() -> None:
    with pytest.raises(DataError, match=r"Row 1 has 3 values, but .* trained on 2.*length, width"):
        parse_row("1,2,3", COLUMNS)


@pytest.mark.parametrize("cell", ["nan", "inf", "1e999", "", "abc", "1e39"])
def test_a_cell_that_is_no_number_is_named(cell: str) -> None:
    with pytest.raises(DataError, match=f"Row 1, column “width” holds “{cell}” instead"):
        parse_row(f"1,{cell}", COLUMNS)


def table(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "rows.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_columns_are_found_by_name_in_any_order(tmp_path: Path) -> None:
    path = table(tmp_path, "\ufeffname;width;length\r\na;2;1\r\n\r\nb;4;3\r\n")

    np.testing.assert_array_equal(read_rows(path, COLUMNS), [[1, 2], [3, 4]])


def test_any_encoding_is_read(tmp_path: Path) -> None:
    text = "l\u00e4nge;width;length\na;2;1\n"

    for encoding in ("utf-16", "latin-1", "utf-8"):
        np.testing.assert_array_equal(read_rows(table(tmp_path, text, encoding), COLUMNS), [[1, 2]])


def test_a_quote_that_is_never_closed_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match='Row 2, column “length” holds “"1”'):
        read_rows(table(tmp_path, 'length,width\n"1,2\n3,4\n'), COLUMNS)


def test_a_file_without_names_is_taken_in_order(tmp_path: Path) -> None:
    np.testing.assert_array_equal(read_rows(table(tmp_path, "1,2\n3,4"), COLUMNS), [[1, 2], [3, 4]])


def test_a_bad_cell_is_named_by_its_line_in_the_file(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="Row 3, column “length” holds “NaN” instead"):
        read_rows(table(tmp_path, "length,width\n1,2\nNaN,4\n"), COLUMNS)


@pytest.mark.parametrize("text", ["", "\n\n", "length,width\n"])
def test_a_file_without_rows_says_so(tmp_path: Path, text: str) -> None:
    with pytest.raises(DataError, match="has no rows"):
        read_rows(table(tmp_path, text), COLUMNS)


def test_files_that_are_no_text_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="holds no text"):
        read_rows(table(tmp_path, "\x01\x02,2\n"), COLUMNS)
    with pytest.raises(FileError, match="There is no file"):
        read_rows(tmp_path, COLUMNS)
    with pytest.raises(FileError, match="not a readable table"):
        read_rows(table(tmp_path, '"' + "1" * (2 << 20)), COLUMNS)


def test_a_short_row_under_names_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="Row 2 has 1 values"):
        read_rows(table(tmp_path, "a,length,width\n1\n"), COLUMNS)


def test_not_a_number_in_a_data_set_is_named_by_row_and_column() -> None:
    cells = np.array([[1, 2], [3, np.nan], [np.inf, 4]], dtype=np.float32)

    with pytest.raises(DataError, match=r"Row 2, column “width” holds nan .* 2 cells"):
        require_finite(cells, COLUMNS)
    require_finite(cells[:1], COLUMNS)


@pytest.mark.parametrize(("first", "cell"), [(",3.5", ""), ("abc,3.5", "abc"), ("NaN,NaN", "NaN")])
def test_a_first_row_with_any_number_is_no_line_of_names(
    tmp_path: Path, first: str, cell: str
) -> None:
    with pytest.raises(DataError, match=f"Row 1, column “length” holds “{cell}” instead"):
        read_rows(table(tmp_path, f"{first}\n1,2\n"), COLUMNS)


def test_names_of_which_only_some_fit_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"does not name “width”. It has the unknown “breadth”"):
        read_rows(table(tmp_path, "breadth,length\n1,2\n"), COLUMNS)
    with pytest.raises(DataError, match=r"does not name “width”. The columns are: length, width"):
        read_rows(table(tmp_path, "length,\n1,2\n"), COLUMNS)


def test_foreign_names_leave_the_columns_in_order(tmp_path: Path) -> None:
    np.testing.assert_array_equal(read_rows(table(tmp_path, "a,b\n1,2\n"), COLUMNS), [[1, 2]])


def test_decimal_commas_are_read_between_semicolons(tmp_path: Path) -> None:
    expected = np.array([[5.1, 3.5]], dtype=np.float32)

    for text in ("5,1;3,5", "length;width\n5,1;3,5\n", "\n5,1;3,5", "width;length\n3,5;5,1"):
        np.testing.assert_array_equal(read_rows(table(tmp_path, text), COLUMNS), expected)
    np.testing.assert_array_equal(parse_row("5,1;3,5", COLUMNS), expected)
    with pytest.raises(DataError, match=r"column “length” holds “1.000,5” instead"):
        parse_row("1.000,5;2", COLUMNS)


def test_a_long_row_under_names_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="Row 2 has 4 values, but the first line names 2 columns"):
        read_rows(table(tmp_path, "length,width\n5,1,3,5\n"), COLUMNS)


@pytest.mark.parametrize("cell", ["1_0", "\u0661\u0662", "\uff11"])
def test_digits_that_only_python_reads_are_no_number(cell: str) -> None:
    with pytest.raises(DataError, match=f"column “width” holds “{cell}” instead"):
        parse_row(f"1,{cell}", COLUMNS)


def test_a_table_the_system_refuses_to_look_at_gives_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"Cannot read .*: File name too long"):
        read_rows(tmp_path / ("x" * 300 + ".csv"), COLUMNS)
