"""A table becomes samples: what it learns comes from the training part, its faults are named."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.datasets.dataset import Dataset
from studio.datasets.source import read_source, source_json
from studio.datasets.split import split
from studio.datasets.tables.suspicions import joined_classes
from studio.datasets.tables.table import Table
from studio.datasets.watching import CancelledError, Watch
from studio.errors import DataError, SettingError
from tests.unit.datasets.real_data import unpacked


def table(folder: Path, text: str, **settings: Any) -> Table:
    path = folder / "table.csv"
    path.write_text(text, encoding="utf-8")
    return Table(file=str(path), **settings)


def rows(count: int = 200, header: str = "height,kind,label") -> str:
    random = np.random.default_rng(0)
    lines = [header]
    for _row in range(count):
        height = random.normal(170, 10)
        label = "tall" if height + random.normal(0, 5) > 170 else "small"
        lines.append(f"{height:.5f},{'abc'[random.integers(3)]},{label}")
    return "\n".join(lines) + "\n"


def places(dataset: Dataset, kind: str) -> tuple[str, ...]:
    return next(problem.places for problem in dataset.problems if problem.kind == kind)


def kinds(dataset: Dataset) -> set[str]:
    return {problem.kind for problem in dataset.problems}


def test_numbers_and_categories_become_inputs(tmp_path: Path) -> None:
    dataset = table(tmp_path, rows()).load()

    assert dataset.columns == ("height", "kind = a", "kind = b", "kind = c")
    assert dataset.inputs.dtype == np.float32
    assert dataset.classes == ("small", "tall")
    assert dataset.target_name == "label"
    assert (dataset.inputs[:, 1:].sum(axis=1) == 1).all()
    assert dataset.origins[0] == "row 2"
    assert not dataset.problems


def test_a_table_without_a_file_still_has_facts() -> None:
    assert Table().facts().samples == 0
    with pytest.raises(DataError, match="No file or folder is chosen"):
        Table().load()


def test_facts_are_those_of_the_data_set(tmp_path: Path) -> None:
    source = table(tmp_path, rows())

    assert source.facts() == source.load().facts


def test_settings_survive_the_project_file(tmp_path: Path) -> None:
    source = table(tmp_path, rows(), columns={"height": "ignore"}, outliers="clip")

    assert read_source(source_json(source)) == source


def test_a_word_that_is_no_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="one of number, category"):
        table(tmp_path, rows(), columns={"height": "float"})


def test_medians_and_quantiles_come_from_the_training_part_alone(tmp_path: Path) -> None:
    source = table(tmp_path, rows(), outliers="clip")
    parts = split(source.load(), source)
    lines = rows().splitlines()
    for row in parts.test:
        lines[row + 1] = f"{1e6 + row},z,{lines[row + 1].split(',')[-1]}"
    lines[parts.train[0] + 1] = f",a,{lines[parts.train[0] + 1].split(',')[-1]}"

    changed = table(tmp_path, "\n".join(lines), outliers="clip").load()

    learned = {item["name"]: item for item in changed.learned["columns"]}
    assert learned["height"]["high"] < 250
    assert 100 < learned["height"]["fill"] < 250
    assert learned["kind"]["values"] == ["a", "b", "c"]
    assert changed.inputs[:, 0].max() < 250
    assert (changed.inputs[parts.test, 1:].sum(axis=1) == 0).all()


def test_what_was_learned_before_is_used_again(tmp_path: Path) -> None:
    source = table(tmp_path, rows())
    first = source.load()
    other = table(tmp_path, "extra,label,kind,height\n5,tall,b,1.5\n6,small,q,\n" * 20)

    again = other.load(learned=first.learned)

    assert again.columns == first.columns
    assert again.classes == first.classes
    assert again.inputs[0].tolist() == [1.5, 0, 1, 0]
    assert again.inputs[1, 1:].tolist() == [0, 0, 0]
    assert again.inputs[1, 0] == np.float32(first.learned["columns"][0]["fill"])


def test_one_row_is_prepared_as_the_table_was(tmp_path: Path) -> None:
    source = table(tmp_path, rows())
    dataset = source.load()

    assert source.sample("170.5, b", dataset.learned).tolist() == [170.5, 0, 1, 0]
    assert source.sample(source.file, dataset.learned).tolist() == dataset.inputs[0].tolist()
    with pytest.raises(DataError, match="trained on 2"):
        source.sample("1,2,3,4", dataset.learned)


def test_many_missing_numbers_get_an_input_of_their_own(tmp_path: Path) -> None:
    lines = rows().splitlines()
    lines[1::4] = [",a,tall"] * len(lines[1::4])

    dataset = table(tmp_path, "\n".join(lines)).load()

    assert dataset.columns[:2] == ("height", "height is missing")
    assert dataset.inputs[:, 1].sum() == len(lines[1::4])
    assert places(dataset, "missing")[:2] == ("row 2", "row 6")


def test_rows_with_missing_values_can_be_left_out(tmp_path: Path) -> None:
    text = rows(100) + "NA,a,tall\n170,,tall\n"

    assert len(table(tmp_path, text, missing="drop").load()) == 100


def test_rare_categories_share_an_input(tmp_path: Path) -> None:
    lines = rows(300).splitlines()
    for place in range(1, 41):
        lines[place] = f"170.{place},rare{place},tall"

    dataset = table(tmp_path, "\n".join(lines), columns={"kind": "category"}).load()

    assert dataset.columns[-1] == "kind = any rare one"
    assert len(dataset.columns) == 5


def test_capitals_can_be_ignored(tmp_path: Path) -> None:
    text = "x,kind,y\n" + "1.5,Red,a\n2.5,red,b\n3.5,BLUE,a\n4.5,blue,b\n" * 10

    assert len(table(tmp_path, text).load().columns) == 5
    assert len(table(tmp_path, text, ignore_case=True).load().columns) == 3


def test_a_date_becomes_year_month_weekday_and_days(tmp_path: Path) -> None:
    text = "when,x,y\n" + "".join(f"2024-01-{day:02},{day % 7},{day}.5\n" for day in range(1, 31))

    dataset = table(tmp_path, text, validation=0.0, test=0.0).load()

    assert dataset.columns[:4] == ("when.year", "when.month", "when.weekday", "when.days")
    assert dataset.inputs[0, :4].tolist() == [2024, 1, 0, 0]  # 2024-01-01 was a Monday
    assert dataset.targets.shape == (30, 1)


def test_order_by_a_date_trains_on_the_earliest(tmp_path: Path) -> None:
    days = np.random.default_rng(0).permutation(np.arange(1, 31))
    text = "when,x,y\n" + "".join(f"2024-01-{day:02},{day},{day}.5\n" for day in days)
    source = table(tmp_path, text, order_by="when", columns={"x": "number"})

    dataset = source.load()
    parts = split(dataset, source)

    assert (np.diff(dataset.targets[:, 0]) > 0).all()
    assert dataset.targets[parts.train].max() < dataset.targets[parts.validation].min()
    assert dataset.targets[parts.validation].max() < dataset.targets[parts.test].min()


def test_group_by_keeps_equal_values_in_one_part(tmp_path: Path) -> None:
    text = "person,x,y\n" + "".join(f"p{row // 5},{row * 7 % 13},{row % 2}\n" for row in range(200))
    source = table(tmp_path, text, group_by="person")
    dataset = source.load()
    parts = split(dataset, source)

    assert dataset.groups is not None
    groups = [set(dataset.groups[part].tolist()) for part in (parts.train, parts.validation)]
    assert not groups[0] & groups[1]


def test_several_targets_of_numbers_are_one_answer(tmp_path: Path) -> None:
    text = "a,b,c\n" + "".join(f"{row % 9},{row}.25,{row * 2}.5\n" for row in range(50))

    dataset = table(tmp_path, text, target="b, c").load()

    assert dataset.targets.shape == (50, 2)
    assert dataset.columns == ("a",)


def test_a_number_and_a_class_are_two_answers(tmp_path: Path) -> None:
    text = "a,b,label\n" + "".join(f"{row % 9},{row}.25,{row % 2}\n" for row in range(50))

    dataset = table(tmp_path, text, columns={"label": "target", "b": "target"}).load()

    assert dataset.classes == ("0", "1")
    assert dataset.more_targets["b"].values.shape == (50, 1)


@pytest.mark.parametrize(
    ("answers", "classes"),
    [
        (["0", "1"], 2),
        (["0.0", "1", "1.0"], 2),
        (["yes", "no"], 2),
        ([str(number) for number in range(50)], 0),
        ([f"{number}.5" for number in range(4)], 0),
    ],
)
def test_the_target_says_whether_classes_are_asked(
    tmp_path: Path, answers: list[str], classes: int
) -> None:
    text = "a,y\n" + "".join(f"{row * 7 % 11},{answers[row % len(answers)]}\n" for row in range(90))

    assert len(table(tmp_path, text).load().classes) == classes


def test_planted_defects_are_named_with_their_rows(tmp_path: Path) -> None:
    lines = rows(300, "height,kind,label").splitlines()
    lines = [f"{line},{'c' if place else 'const'}" for place, line in enumerate(lines)]
    lines = [f"{place},{line}" if place else f"id,{line}" for place, line in enumerate(lines)]
    cells = lines[10].split(",")
    lines[10] = ",".join([cells[0], "tall!", *cells[2:]])
    cells = lines[20].split(",")
    lines[20] = ",".join([cells[0], "1e999", *cells[2:]])
    cells = lines[30].split(",")
    lines[30] = ",".join([*cells[:3], "", cells[4]])
    cells = lines[40].split(",")
    lines[40] = ",".join([*cells[:3], "gaint", cells[4]])
    lines[50] = lines[49]
    cells = lines[60].split(",")
    lines[60] = ",".join([cells[0], '"170,5"', *cells[2:]])

    dataset = table(tmp_path, "\n".join(lines)).load()

    assert places(dataset, "type_change") == ("row 11",)
    assert places(dataset, "not_finite") == ("row 21",)
    assert places(dataset, "missing_target") == ("row 31",)
    assert places(dataset, "rare_class") == ("row 41",)
    assert places(dataset, "mixed_decimals") == ("row 61",)
    assert places(dataset, "constant_column") == ("const",)
    assert "class_missing_in_part" in kinds(dataset)


def test_duplicates_and_leaks_are_named_and_can_be_left_out(tmp_path: Path) -> None:
    text = rows(200)
    text += text[text.index("\n") + 1 :]

    dataset = table(tmp_path, text).load()

    assert places(dataset, "duplicate")[0] == "row 202"
    assert {"duplicate", "leak"} <= kinds(dataset)
    assert len(table(tmp_path, text, deduplicate=True).load()) == 200


def test_a_column_that_tells_the_answer_is_named(tmp_path: Path) -> None:
    lines = rows(200).splitlines()
    text = "\n".join(f"{line},{line[-4] if place else 'hint'}" for place, line in enumerate(lines))

    assert places(table(tmp_path, text).load(), "target_leak") == ("hint",)


def test_a_label_beyond_the_others_is_out_of_range(tmp_path: Path) -> None:
    text = "x,label\n" + "".join(f"{row * 7 % 31},{row % 10}\n" for row in range(300)) + "3,99\n"

    dataset = table(tmp_path, text).load()

    assert places(dataset, "label_out_of_range") == ("row 302",)


def test_identifiers_and_texts_are_left_out_with_a_note(tmp_path: Path) -> None:
    lines = rows(100).splitlines()
    text = "\n".join(
        f"{f'N{place}' if place else 'number'},{line}" for place, line in enumerate(lines)
    )

    dataset = table(tmp_path, text).load()

    assert places(dataset, "identifier") == ("number",)
    assert "number" not in dataset.columns


def test_nothing_left_to_learn_from_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="No column is left"):
        table(tmp_path, "a,y\n" + "1,0\n1,1\n" * 20).load()
    with pytest.raises(DataError, match="no column “absent”"):
        table(tmp_path, rows(), target="absent").load()


def test_preparing_is_cancelled(tmp_path: Path) -> None:
    watch = Watch()
    watch.cancel()

    with pytest.raises(CancelledError):
        table(tmp_path, rows()).load(watch=watch)


def test_titanic_is_prepared(tmp_path: Path) -> None:
    path = unpacked("titanic", tmp_path)
    found = Table.found(path)
    assert found is not None

    dataset = found[1].load()

    assert len(dataset) == 891
    assert dataset.target_name == "Survived"
    assert np.bincount(dataset.targets).tolist() == [549, 342]
    counts = {
        problem.sentence.split("”")[0][1:]: problem.count
        for problem in dataset.problems
        if problem.kind == "missing"
    }
    assert counts == {"Age": 177, "Cabin": 687, "Embarked": 2}
    assert {"Age", "Age is missing", "Sex = female"} <= set(dataset.columns)
    assert {"Name: mr", "Name: miss", "Cabin: c", "Cabin is missing"} <= set(dataset.columns)
    assert not any(name.startswith("PassengerId") for name in dataset.columns)
    assert np.isfinite(dataset.inputs).all()


def test_california_carries_its_signal(tmp_path: Path) -> None:
    linear = pytest.importorskip("sklearn.linear_model")
    found = Table.found(unpacked("california_housing", tmp_path))
    assert found is not None
    source = found[1]

    dataset = source.load()
    parts = split(dataset, source)

    assert len(dataset) == 20_640
    assert dataset.target_name == "median_house_value"
    assert next(one.count for one in dataset.problems if one.kind == "missing") == 207
    model = linear.LinearRegression().fit(dataset.inputs[parts.train], dataset.targets[parts.train])
    assert model.score(dataset.inputs[parts.test], dataset.targets[parts.test]) > 0.6


def test_several_labels_in_one_cell_are_named(tmp_path: Path) -> None:
    kinds = ("red", "big", "old", "red;big", "big;old", "red;big;old")
    lines = "".join(f"{row % 7},{row * 0.37:.2f},{kinds[row % 6]}\n" for row in range(120))
    path = tmp_path / "things.csv"
    path.write_text("a,b,tags\n" + lines)

    found = {
        problem.kind: problem for problem in Table(file=str(path), target="tags").load().problems
    }

    assert "big;old" in found["joined_labels"].sentence
    assert found["joined_labels"].change == {"labels": "semicolon"}


def test_places_with_a_comma_are_no_joined_labels() -> None:
    assert not list(joined_classes("town", ("Boston, MA", "Salem, MA", "Salem, OR")))
    assert not list(joined_classes("mark", ("a", "b", "c")))
