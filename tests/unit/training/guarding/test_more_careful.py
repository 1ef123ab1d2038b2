"""What a run does when its numbers break again after it went back."""

import pytest

from studio.training.events import Broken, StepDone
from tests.unit.training.guarding.test_recovery import PLAN, Poison, of
from tests.unit.training.toys import cnn, made, pictures, running


@pytest.mark.parametrize(
    ("recovery", "careful"),
    [
        ("halve", ["learning rate, 0.025,", "learning rate, 0.0125,"]),
        ("clip", ["to 1,", "to 0.5,"]),
    ],
)
def test_a_second_recovery_from_the_same_state_is_more_careful_still(
    recovery, careful, monkeypatch
):
    broken = Poison(monkeypatch, 1, 2).into(made(cnn()))
    plan = {**PLAN, "recovery": recovery}
    events = list(running(broken, pictures(), **plan))
    told = of(Broken, events)
    assert [broken.back_to for broken in told] == [0, 0]
    assert all(says in broken.message for says, broken in zip(careful, told, strict=True))
    if recovery == "halve":
        assert {done.learning_rate for done in of(StepDone, events)[-3:]} == {0.0125}
