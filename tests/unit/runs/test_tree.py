"""Runs as a tree: each below the one it came from, whatever is missing or in a circle."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from studio.runs.overview.tree import Row, tree


@dataclass(frozen=True)
class Run:
    name: str
    parent: str = ""


def drawn(rows: tuple[Row[Run], ...]) -> list[str]:
    return ["".join("|" if rail else "." for rail in row.rails) + row.run.name for row in rows]


def test_branches_stand_below_their_parents_in_the_order_given() -> None:
    runs = [Run("e"), Run("d", "b"), Run("c", "a"), Run("b", "a"), Run("a")]

    rows = tree(runs)

    assert drawn(rows) == ["e", "a", "|c", ".b", "..d"]
    assert [row.branches for row in rows] == [0, 2, 0, 1, 0]


def test_a_run_whose_parent_was_deleted_is_a_root() -> None:
    assert drawn(tree([Run("c", "gone"), Run("a")])) == ["c", "a"]


def test_a_run_hangs_on_the_nearest_ancestor_that_is_shown() -> None:
    parents = {"a": "", "b": "a", "c": "b", "d": "c"}

    assert drawn(tree([Run("d", "c"), Run("a")], parents)) == ["a", ".d"]


def test_circles_of_edited_files_are_cut() -> None:
    runs = [Run("a", "b"), Run("b", "a"), Run("c", "c"), Run("d", "a")]

    assert sorted(row.run.name for row in tree(runs)) == ["a", "b", "c", "d"]


def test_a_long_chain_is_drawn() -> None:
    runs = [Run(f"{n}", f"{n - 1}") for n in range(3000)]

    assert [row.depth for row in tree(runs)] == list(range(3000))


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 14)), unique_by=lambda pair: pair[0]))
def test_every_run_is_shown_once_and_below_its_parent(pairs: list[tuple[int, int]]) -> None:
    runs = [Run(str(name), str(parent)) for name, parent in pairs]

    rows = tree(runs)

    assert sorted(row.run.name for row in rows) == sorted(run.name for run in runs)
    above: dict[int, str] = {}
    for row in rows:
        assert row.depth == 0 or row.run.parent == above[row.depth - 1]
        above[row.depth] = row.run.name
