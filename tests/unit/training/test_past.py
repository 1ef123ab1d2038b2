"""Which ends of epochs stay: few, the newest among them, and spread over the run."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.training.checkpoints.past import epochs, retire, spread, thin


@given(st.sets(st.integers(1, 500)).map(sorted), st.integers(0, 9))
def test_at_most_so_many_stay_and_the_newest_among_them(found, keep):
    stay = spread(found, keep)
    assert stay <= set(found)
    assert len(stay) <= keep or len(stay) == len(found) == 0
    assert not found or not keep or found[-1] in stay
    assert len(stay) >= min(len(found), keep // 2)


@pytest.mark.parametrize("keep", [4, 6, 9])
@pytest.mark.parametrize("every", [1, 3, 7])
def test_what_stays_while_a_run_grows_is_spread_over_all_of_it(keep, every):
    stay: list[int] = []
    for epoch in range(every, 1000, every):
        stay = sorted(spread([*stay, epoch], keep))
        gaps = [after - before for before, after in zip([0, *stay], stay, strict=False)]
        assert max(gaps) <= max(2 * every, 0.85 * epoch), stay
    assert len(stay) >= keep // 2


def manifest(folder: Path, name: str, **values: int) -> None:
    (folder / f"{name}.json").write_text(json.dumps(values))


def test_the_end_of_an_epoch_joins_the_past_and_the_middle_of_one_does_not(tmp_path):
    retire(tmp_path, 3)  # there is nothing yet
    manifest(tmp_path, "last", epoch=2, position=5)
    retire(tmp_path, 3)
    assert json.loads((tmp_path / "before.json").read_text())["position"] == 5
    manifest(tmp_path, "last", epoch=3, position=0)
    retire(tmp_path, 3)
    assert epochs(tmp_path) == [3]
    assert not (tmp_path / "before.json").exists()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"epoch": "2", "position": 0}'])
def test_a_last_one_that_is_none_is_no_obstacle(tmp_path, content):
    (tmp_path / "last.json").write_text(content)
    retire(tmp_path, 3)
    assert epochs(tmp_path) == []


def test_without_a_past_the_one_before_still_stays(tmp_path):
    manifest(tmp_path, "last", epoch=3, position=0)
    retire(tmp_path, 0)
    assert epochs(tmp_path) == []
    assert (tmp_path / "before.json").exists()


def test_only_what_has_the_name_of_an_epoch_is_thinned(tmp_path):
    for name in ("best", "last", "epoch-odd", "milestone", *(f"epoch-{n:04}" for n in range(1, 9))):
        manifest(tmp_path, name)
    thin(tmp_path, 3)
    left = {path.stem for path in tmp_path.glob("*.json")}
    assert left == {"best", "last", "epoch-odd", "milestone", "epoch-0001", "epoch-0004"} | {
        "epoch-0008"
    }
