"""Are tables understood however people and programs write them down?"""

import json
from pathlib import Path

import numpy as np
import pytest

from studio.datasets.inspecting import source_of
from studio.datasets.opening import opened
from studio.errors import FileError
from tests.unit.datasets.layouts.telling import told, written

NAMES = ("length", "width", "species")
KINDS = ("setosa", "virginica")
ROWS = [(f"{5 + n / 7:.1f}", f"{n % 9 + n % 2}.5", KINDS[n % 2]) for n in range(60)]


def lines(delimiter: str = ",", *, end: str = "") -> str:
    return "\n".join(delimiter.join(row) + end for row in ROWS) + "\n"


NAMED = ",".join(NAMES) + "\n" + lines()
FORMS = {
    "remarks above": f"# exported\n# by us, in cm\n#\n{NAMED}",
    "a title above": f"Irises\nExported 31.01.2024\n\n{NAMED}",
    "a hint of Excel": "sep=;\n" + NAMED.replace(",", ";"),
    "blanks between": NAMED.replace(",", "   "),
    "blanks and tabs": lines("  ").replace("  s", "\ts").replace("  v", "\tv"),
    "names of rows": ",".join(NAMES)
    + "\n"
    + "".join(f'"{n}",{",".join(row)}\n' for n, row in enumerate(ROWS, 1)),
    "ends in commas": ",".join(NAMES) + "\n" + lines(end=","),
    "all end in commas": ",".join(NAMES) + ",\n" + lines(end=","),
    "no names": lines(),
    "no names, commas": lines(end=","),
    "JSON lines": "\n".join(json.dumps(dict(zip(NAMES, row, strict=True))) for row in ROWS),
    "a list of JSON": json.dumps([dict(zip(NAMES, row, strict=True)) for row in ROWS], indent=1),
    "numpy's names": f"# {NAMED}",
    "ARFF": "% 1. Title\n@RELATION iris\n@ATTRIBUTE length NUMERIC\n@DATA\n" + lines(),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_table_says_the_same_in_every_form(tmp_path: Path, form: str) -> None:
    found = told(written(tmp_path / "iris.txt", FORMS[form]))

    assert found["kind"] == "table"
    assert found["classes"] == {"setosa": 30, "virginica": 30}
    assert found["shape"] == [2]
    assert not found["faults"] & {"ragged", "missing_target", "constant_column"}


def test_what_stands_above_a_table_is_said(tmp_path: Path) -> None:
    found = told(written(tmp_path / "iris.csv", FORMS["a title above"]))

    [problem] = [one for one in found["problems"] if one["kind"] == "above"]
    assert problem["places"] == ["row 1", "row 2"]


@pytest.mark.parametrize(
    ("rows", "target"),
    [
        ([f"{n % 3 + 1},{n * 1.5},{n * 7 + 100}" for n in range(60)], "column 1"),
        ([f"{842302 + 3 * n},{'MB'[n % 2]},{n * 1.5},{n / 7}" for n in range(60)], "column 2"),
        ([f"{n * 1.5},{n / 7},{n % 4}" for n in range(60)], "column 3"),
        ([f"{n * 1.5},{n / 7},{n * 31 % 59}.5" for n in range(60)], "column 3"),
        ([f"{n % 4}.5,{n / 7},{n * 31 % 59}.5" for n in range(60)], "column 3"),
        ([f"{n * 1.5},{n / 7},car {n}" for n in range(60)], "column 2"),
    ],
)
def test_the_likely_column_is_the_target_where_none_is_named(
    tmp_path: Path, rows: list[str], target: str
) -> None:
    assert told(written(tmp_path / "uci.data", "\n".join(rows)))["target"] == target


def test_short_chinese_words_are_no_broken_utf8(tmp_path: Path) -> None:
    kinds = "山水山水火"  # the first two are UTF-8 as well: ɽ and ˮ
    rows = [f"{n * 1.5},{n / 7:.1f},{kinds[n % 5]}" for n in range(60)]

    found = told(written(tmp_path / "花.csv", "\n".join(["长,宽,类别", *rows]), "gbk"))

    assert (found["target"], set(found["classes"])) == ("类别", {"山", "水", "火"})


def test_the_training_file_is_the_table_of_a_folder(tmp_path: Path) -> None:
    written(tmp_path / "train.csv", NAMED)
    asked = [f"{n / 3:.1f},{n * n}.5" for n in range(300)]
    written(tmp_path / "test.csv", "\n".join(["length,width", *asked]))
    written(tmp_path / "iris.names", "1. Title: Iris Plants Database\n" * 400)

    found = told(tmp_path)

    assert found["source"]["file"].endswith("train.csv")
    assert found["samples"] == 60


def test_numbers_to_predict_are_told(tmp_path: Path) -> None:
    rows = [f"{n * 1.5},{n * n / 3:.2f}" for n in range(60)]

    found = told(written(tmp_path / "line.csv", "\n".join(["x,price", *rows])))

    assert (found["outputs"], found["classes"]) == (1, {})


def test_a_series_of_weekdays_is_a_series(tmp_path: Path) -> None:
    days = np.arange("2019-01-01", "2020-06-01", dtype="datetime64[D]")
    rows = [f"{day},{n % 31}.5" for n, day in enumerate(days[np.is_busday(days)])]

    found = told(written(tmp_path / "stock.csv", "\n".join(["Date,Close", *rows])))

    assert (found["kind"], found["shape"]) == ("series", [30, 1])


def test_days_and_clocks_may_stand_in_two_columns(tmp_path: Path) -> None:
    rows = [f"16/12/2006;{n // 60:02d}:{n % 60:02d}:00;{n % 31}.5" for n in range(600)]

    found = told(written(tmp_path / "power.txt", "\n".join(["Date;Time;Power", *rows])))

    assert found["kind"] == "series"
    assert not found["faults"] & {"duplicate_date"}


@pytest.mark.parametrize(
    ("head", "form"),
    [("Month,Beer", "{month}-{year},{n}.5"), ("Year,Sunspots", "{step},{n}.5")],
)
def test_months_and_years_are_times(tmp_path: Path, head: str, form: str) -> None:
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    rows = [
        form.format(month=months[n % 12], year=1950 + n // 12, step=1700 + n, n=n * 37 % 101)
        for n in range(280)
    ]

    found = told(written(tmp_path / "series.csv", "\n".join([head, *rows])))

    assert (found["kind"], found["shape"]) == ("series", [30, 1])


def test_prices_may_be_written_the_german_way(tmp_path: Path) -> None:
    rows = [f"Haus {n};{n},5;{100 + n}.{n:03d},50 €" for n in range(60)]

    found = told(written(tmp_path / "x.csv", "\n".join(["Art;Größe;Preis", *rows]), "cp1252"))

    assert (found["target"], found["outputs"]) == ("Preis", 1)


@pytest.mark.parametrize(("rows", "window"), [(400, 30), (200, 14), (144, 10)])
def test_a_single_column_of_numbers_is_a_series(tmp_path: Path, rows: int, window: int) -> None:
    text = "\n".join(["Sunspots", *(f"{n * 37 % 101}.5" for n in range(rows))])

    found = told(written(tmp_path / "sunspots.csv", text))

    assert (found["kind"], found["shape"]) == ("series", [window, 1])


@pytest.mark.parametrize(
    "row", ["7.5,3.5", "a1, x, 7.5, 3.5, setosa", "a1;x;7.5;3.5", "a1\tx\t7.5\t3.5\tvirginica"]
)
def test_a_new_row_may_have_the_cells_that_are_in_use_or_all_of_the_file(
    tmp_path: Path, row: str
) -> None:
    text = "".join(f"a{n},x,{','.join(cells)}\n" for n, cells in enumerate(ROWS))
    source = source_of(written(tmp_path / "iris.csv", f"id,unit,{','.join(NAMES)}\n{text}"))
    learned = source.load().learned

    assert source.sample(row, learned).tolist() == [7.5, 3.5]


def test_a_file_without_names_has_the_cells_of_the_one_that_was_learned(tmp_path: Path) -> None:
    text = "".join(f"a{n},x,{','.join(cells)}\n" for n, cells in enumerate(ROWS))
    source = source_of(written(tmp_path / "iris.data", text))
    learned = source.load().learned
    asked = written(tmp_path / "new.data", "a1,x,7.5,3.5\na2,x,1.5,2.5\n")

    _names, rows = source.samples_of(str(asked), learned)

    assert rows.tolist() == [[7.5, 3.5], [1.5, 2.5]]


def test_a_second_file_with_the_same_columns_is_the_test_part(tmp_path: Path) -> None:
    written(tmp_path / "mnist_train.csv", lines())
    written(tmp_path / "mnist_test.csv", "\n".join(",".join(row) for row in ROWS[:8]))

    source = source_of(tmp_path)
    dataset, parts = opened(source)

    assert parts.test.tolist() == list(range(60, 68))
    assert dataset.origins[59:61] == ["row 60", "mnist_test.csv, row 1"]
    [leak] = [one for one in dataset.problems if one.kind == "leak"]
    assert leak.places[-1] == "mnist_test.csv, row 8"
    (tmp_path / "mnist_test.csv").unlink()
    with pytest.raises(FileError, match=r"There is no file .*mnist_test\.csv"):
        source.load()


def test_a_second_file_without_the_target_is_no_test_part(tmp_path: Path) -> None:
    written(tmp_path / "train.csv", NAMED)
    written(tmp_path / "test.csv", "length,width\n1.5,2.5\n2.5,3.5\n")

    assert source_of(tmp_path).get("test_file") == ""
