"""Which names a tick may give to a checkpoint."""

import pytest

from studio.errors import TrainingError
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
