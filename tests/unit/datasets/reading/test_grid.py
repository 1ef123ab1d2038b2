"""Rows are read however they are written, and torn ones are left out with their number."""

import csv
import time
from pathlib import Path

import pytest

from studio.datasets.reading.grid import Grid, Reading, dialect_of, read_grid
from studio.datasets.watching import CancelledError, Watch
from studio.errors import DataError, FileError
from studio.wording import use_language


def grid_of(folder: Path, text: str, **asked: str) -> Grid:
    path = folder / "table"
    path.write_text(text, encoding="utf-8", newline="")
    return read_grid(path, Reading(**asked))


def kinds(grid: Grid) -> dict[str, tuple[str, ...]]:
    return {problem.kind: problem.places for problem in grid.problems}


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path: Path, mark: str) -> None:
    rows = [("name", "length", "note"), ("a", "1.5", "x y"), ("b", "2.5", "z")]

    grid = grid_of(tmp_path, "\n".join(mark.join(row) for row in rows))

    assert grid.names == ("name", "length", "note")
    assert grid.column("length").tolist() == ["1.5", "2.5"]
    assert grid.lines.tolist() == [2, 3]


def test_a_decimal_comma_does_not_delimit(tmp_path: Path) -> None:
    grid = grid_of(tmp_path, "a;b;c\n1,5;2,5;3\n2,5;3,5;4\n")

    assert grid.column("b").tolist() == ["2,5", "3,5"]


def test_quotes_hold_delimiters_and_line_breaks(tmp_path: Path) -> None:
    grid = grid_of(tmp_path, 'n,text\n1,"a, ""b""\nc"\n2,d\n')

    assert grid.column("text").tolist() == ['a, "b"\nc', "d"]
    assert grid.lines.tolist() == [2, 4]
    assert not grid.problems


def test_an_unclosed_quote_costs_one_row(tmp_path: Path) -> None:
    rows = [f'{number},"text {number}",{number % 2}\n' for number in range(50)]
    rows[20] = '20,"text 20,0\n'

    grid = grid_of(tmp_path, "n,text,label\n" + "".join(rows))

    assert len(grid) == 49
    assert kinds(grid) == {"unclosed_quote": ("row 22",)}
    assert 20 not in map(int, grid.column("n").tolist())


def test_a_quote_left_open_above_the_table_is_no_crash(tmp_path: Path) -> None:
    rows = ["a good film, 0,0", "a bad film, 12,1", '"the worst of all, 2",0']
    text = "\n".join(["text,label", f'"{rows[0]}', *rows[1:], '"the best, 3"' + "," * 18 + "1\n"])

    assert grid_of(tmp_path, text).names


def test_a_quote_left_open_in_the_last_row_is_named(tmp_path: Path) -> None:
    grid = grid_of(tmp_path, 'n,text\n1,"a"\n2,"b"\n3,"c\n')

    assert kinds(grid) == {"unclosed_quote": ("row 4",)} or len(grid) == 3


def test_quotes_in_sentences_of_a_tab_file_are_characters(tmp_path: Path) -> None:
    grid = grid_of(tmp_path, '"80后" 的\t1\n"开始\t0\n结束"\t1\n')

    assert grid.columns[0].tolist() == ['"80后" 的', '"开始', '结束"']


def test_ragged_rows_are_named_and_left_out(tmp_path: Path) -> None:
    grid = grid_of(tmp_path, "a,b,c\n1,2,3\n4,5\n6,7,8\n9,10,11,12\n13,14,15,,\n\n16,17,18\n")

    assert kinds(grid) == {"ragged": ("row 3", "row 5")}
    assert grid.column("a").tolist() == ["1", "6", "13", "16"]
    assert grid.lines.tolist() == [2, 4, 6, 8]


def test_zero_bytes_are_passed_over_and_named(tmp_path: Path) -> None:
    grid = grid_of(tmp_path, "a,b\n1,2\n3\0,4\n5,6\n" + "7,8\n" * 20)

    assert kinds(grid) == {"nul": ("row 3",)}
    assert grid.column("a").tolist()[1] == "3"


def test_a_cell_of_two_mebibytes_costs_its_row_alone(tmp_path: Path) -> None:
    grid = grid_of(tmp_path, "a,b\n1,2\n" * 1 + "3," + "x" * 2**21 + "\n5,6\n")

    assert kinds(grid) == {"long_field": ("row 3",)}
    assert grid.column("a").tolist() == ["1", "5"]


def test_the_limit_of_others_is_neither_changed_nor_taken_over(tmp_path: Path) -> None:
    before = csv.field_size_limit(2**24)
    try:
        grid = grid_of(tmp_path, "a,b\n1,2\n3," + "x" * 2**21 + "\n5,6\n")
        limit = csv.field_size_limit()
    finally:
        csv.field_size_limit(before)

    assert kinds(grid) == {"long_field": ("row 3",)}
    assert limit == 2**24


def test_an_endless_line_is_passed_over(tmp_path: Path) -> None:
    grid = grid_of(tmp_path, "a,b\n1,2\n" + "x" * (25 * 2**20) + "\n5,6\n")

    assert kinds(grid) == {"long_line": ("row 3",)}
    assert grid.column("a").tolist() == ["1", "5"]


def test_too_many_columns_are_refused_with_their_number(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="20001 columns, but a table may have 10000"):
        grid_of(tmp_path, ",".join(map(str, range(20_001))) + "\n" + "1," * 20_000 + "1\n")


def test_a_file_of_one_column_says_so(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="one column only"):
        grid_of(tmp_path, "a\n1\n2\n")


def test_the_name_of_a_file_is_shown_written_out(tmp_path: Path) -> None:
    path = tmp_path / "a\u202eb\n.csv"
    for text in ("a\n1\n2\n", "a,b\n"):
        path.write_text(text)
        with pytest.raises(DataError) as refused:
            read_grid(path, Reading())
        assert str(refused.value).isprintable()
    path.write_text("a,b\n1,2\n3\n4,5\n")
    (problem,) = read_grid(path, Reading()).problems
    assert problem.sentence.isprintable()


def test_an_empty_file_and_an_absent_one_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError):
        grid_of(tmp_path, "")
    with pytest.raises(FileError, match="There is no file"):
        read_grid(tmp_path / "absent.csv", Reading())


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("a,b\n1,2\n3,4\n", True),
        ("1,2\n3,4\n", False),
        ("label,0,1\ncat,5,6\ndog,7,8\n", False),
        ("label,0,1\n3,5,6\n4,7,8\n", True),
        ("a good film\t1\na bad film\t0\n", False),
        ("sentence\tlabel\na good film\t1\na bad film\t0\n", True),
        ("text,label\ngood,pos\nbad,neg\n", True),
        ("Hi.\t嗨。\nRun.\t跑。\n", False),
    ],
)
def test_names_are_told_from_the_first_row(tmp_path: Path, text: str, named: bool) -> None:
    assert grid_of(tmp_path, text).is_named == named


def test_what_is_asked_for_is_not_judged(tmp_path: Path) -> None:
    grid = grid_of(tmp_path, "1,2\n3,4\n", header="yes", quoting="none", delimiter="comma")

    assert grid.names == ("1", "2")
    assert len(grid) == 1


def test_columns_without_names_are_called_the_same_in_every_language(tmp_path: Path) -> None:
    try:
        use_language("zh_CN")
        grid = grid_of(tmp_path, "1,2\n3,4\n")
    finally:
        use_language("en")

    assert grid.names == ("column 1", "column 2")
    grid.require(["column 2", "\u7b2c 2 \u5217"])  # as older projects called it in Chinese
    assert grid.column("\u7b2c 2 \u5217").tolist() == ["2", "4"]
    with pytest.raises(DataError, match="no column “column 3”"):
        grid.require(["column 3"])


def test_names_that_are_there_twice_get_a_number(tmp_path: Path) -> None:
    grid = grid_of(tmp_path, "a,b,a\n1,2,3\n")

    assert grid.names == ("a", "b", "a (2)")
    assert kinds(grid) == {"duplicate_name": ("a",)}


def test_ten_thousand_open_quotes_do_not_take_long(tmp_path: Path) -> None:
    text = "n,text\n" + 'x,"a\n' * 10_000
    started = time.process_time()

    grid_of(tmp_path, text, quoting="double")

    assert time.process_time() - started < 5


def test_reading_is_cancelled(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text("a,b\n" + "1,2\n" * 100_000)
    watch = Watch()
    watch.cancel()

    with pytest.raises(CancelledError):
        read_grid(path, Reading(), watch)


def test_a_random_file_is_no_crash(tmp_path: Path) -> None:
    path = tmp_path / "noise"
    for seed in range(200):
        import random

        source = random.Random(seed)
        alphabet = b'a,b;"\n\t\r\x00|1\xff\xe4.'
        path.write_bytes(bytes(source.choice(alphabet) for _number in range(400)))
        try:
            dialect_of(path, Reading())
            read_grid(path, Reading())
        except (DataError, FileError):
            pass
