"""Which names a tick may give to a checkpoint."""

import pytest

from studio.errors import SettingError, TrainingError
from studio.training.course.checking import require_sense
from studio.training.plan import read_plan
from tests.unit.training.toys import mlp


@pytest.mark.parametrize("name", ["before", "epoch-0001", "epoch-12345"])
def test_a_name_that_comes_and_goes_by_itself_is_read_but_not_trained(name):
    plan = read_plan({"ticks": [{"actions": [{"type": "save", "name": name}]}]})
    with pytest.raises(TrainingError, match=f"calls a checkpoint {name}"):
        require_sense(plan.ticks, mlp())


@pytest.mark.parametrize("name", ["epoch-1", "before-freezing", "milestone"])
def test_other_names_stay(name):
    plan = read_plan({"ticks": [{"actions": [{"type": "save", "name": name}]}]})
    require_sense(plan.ticks, mlp())


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["con"], "calls a checkpoint con, as Windows calls a device. Give it another name"),
        (["LPT1"], "calls a checkpoint LPT1, as Windows calls a device"),
        (["Warm", "warm"], "calls a checkpoint warm and another is called Warm; many systems"),
        (["Best"], "calls a checkpoint Best and another is called best"),
        (["LAST"], "calls a checkpoint LAST and another is called last"),
        (["Before"], "calls a checkpoint Before, as the run calls its own"),
        (["Epoch-0001"], "calls a checkpoint Epoch-0001, as the run calls its own"),
    ],
)
def test_a_name_that_some_system_takes_for_another_is_not_trained(names, told):
    plan = read_plan({"ticks": [{"actions": [{"type": "save", "name": n}]} for n in names]})
    with pytest.raises(TrainingError, match=told):
        require_sense(plan.ticks, mlp())


@pytest.mark.parametrize("names", [["console"], ["com10"], ["warm", "warm"], ["warm", "warmer"]])
def test_names_that_every_system_tells_apart_are_trained(names):
    plan = read_plan({"ticks": [{"actions": [{"type": "save", "name": n}]} for n in names]})
    require_sense(plan.ticks, mlp())


@pytest.mark.parametrize("name", ["a.", "a ", "a.b", "."])
def test_dots_and_spaces_are_no_part_of_a_name(name):
    with pytest.raises(SettingError, match="Use letters, digits, - and _"):
        read_plan({"ticks": [{"actions": [{"type": "save", "name": name}]}]})
