"""A plan is read, checked and written without torch; misspellings are answered."""

import subprocess
import sys
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from studio.errors import SettingError, TrainingError
from studio.training.plan import (
    LOSSES,
    OPTIMIZERS,
    SCHEDULES,
    Plan,
    plan_json,
    read_plan,
    resolved_targets,
)
from studio.training.stepping.updates import UPDATES

WRITTEN = {
    "epochs": 10,
    "batch_size": 128,
    "optimizer": {"type": "adam", "learning_rate": 0.001},
    "targets": [{"output": "scores", "field": "label", "loss": {"type": "cross_entropy"}}],
    "schedule": {"type": "one_cycle"},
    "augment": [{"type": "shift", "pixels": 2}],
    "seed": 3,
}


def test_a_plan_survives_the_file():
    plan = read_plan(WRITTEN)
    assert read_plan(plan_json(plan)) == plan
    assert plan.augment[0].values() == {"probability": 1.0, "pixels": 2, "border": "black"}
    assert plan_json(plan)["optimizer"]["type"] == "adam"


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"epohcs": 1}, "Did you mean epochs"),
        ({"optimizer": "adma"}, "Did you mean adam"),
        ({"optimizer": {"type": "sgd", "momentom": 1}}, "Did you mean momentum"),
        ({"targets": [{"outptu": "x"}]}, "Did you mean output"),
        ({"targets": ["scores"]}, "A target needs an object"),
        ({"epochs": 0}, "from 1 to"),
        ({"optimizer": {"type": "adam", "learning_rate": -1}}, "learning_rate"),
        ({"optimizer": {"type": "adam", "learning_rate": float("nan")}}, "learning_rate"),
        ({"precision": "float8"}, "one of float32"),
        ([], "object of settings"),
    ],
)
def test_a_bad_plan_is_refused_with_a_sentence(values, sentence):
    with pytest.raises(SettingError) as refusal:
        read_plan(values)
    assert sentence in str(refusal.value)


def test_every_choice_explains_itself():
    for family in (OPTIMIZERS, SCHEDULES, LOSSES):
        for choice in family:
            assert (choice.__doc__ or "").endswith(".") or ":" in (choice.__doc__ or "")
            assert all(setting.hint for setting in choice.declared.values())
    assert all(setting.hint for setting in Plan.declared.values())


@pytest.mark.parametrize("choice", list(OPTIMIZERS), ids=lambda choice: choice.key)
def test_every_optimizer_spells_one_that_can_be_made(choice):
    recipe = choice().recipe()
    name = recipe.target.partition(".")[2]
    cls: Any = UPDATES[name] if name in UPDATES else getattr(torch.optim, name)
    cls([torch.nn.Parameter(torch.zeros(2))], lr=0.1, **recipe.arguments)


def test_targets_are_chosen_by_the_data():
    assert resolved_targets(Plan(), ["scores"], classes=True)[0].loss.key == "cross_entropy"
    assert resolved_targets(Plan(), ["value"], classes=False)[0].loss.key == "mse"
    named = read_plan({"targets": [{"loss": "bce"}]})
    assert resolved_targets(named, ["scores"], classes=True)[0].output == "scores"


def test_a_target_that_is_not_there_is_refused():
    with pytest.raises(TrainingError, match="which of the 2 outputs"):
        resolved_targets(Plan(), ["a", "b"], classes=True)
    plan = read_plan({"targets": [{"output": "score"}]})
    with pytest.raises(TrainingError, match="score, but the network has: scores"):
        resolved_targets(plan, ["scores"], classes=True)


@pytest.mark.parametrize("schedule", list(SCHEDULES), ids=lambda schedule: schedule.key)
@given(total=st.integers(1, 500), per_epoch=st.integers(1, 50))
def test_schedules_stay_between_nothing_and_the_full_rate(schedule, total, per_epoch):
    rates = [schedule().rate(step, total, per_epoch) for step in range(total)]
    assert all(0 <= rate <= 1 for rate in rates)
    assert max(rates) > 0


def oracle(make: Any, total: int) -> list[float]:
    """Return the factors that a scheduler of torch gives to a rate of 1."""
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    scheduler = make(optimizer)
    found = []
    for _step in range(total):
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if len(found) < total:
            scheduler.step()
    return found


def test_one_cycle_is_that_of_torch():
    found = [SCHEDULES["one_cycle"]().rate(step, 70, 7) for step in range(70)]
    expected = oracle(
        lambda o: torch.optim.lr_scheduler.OneCycleLR(o, max_lr=1.0, total_steps=70), 70
    )
    assert found == pytest.approx(expected)


def test_step_is_that_of_torch_by_epochs():
    schedule = read_plan({"schedule": {"type": "step", "step_epochs": 2, "gamma": 0.1}}).schedule
    found = [schedule.rate(step, 50, 5) for step in range(50)]
    expected = oracle(lambda o: torch.optim.lr_scheduler.StepLR(o, step_size=10, gamma=0.1), 50)
    assert found == pytest.approx(expected)


def test_cosine_ends_at_its_final_fraction_after_warming_up():
    plan = read_plan({"schedule": {"type": "cosine", "warmup": 0.2, "final": 0.1}})
    rates = [plan.schedule.rate(step, 50, 5) for step in range(50)]
    assert rates[:11] == sorted(rates[:11])
    assert rates[10] == pytest.approx(1)
    assert rates[10:] == sorted(rates[10:], reverse=True)
    assert rates[-1] == pytest.approx(0.1)


def test_plan_and_control_are_read_without_torch():
    code = (
        "import sys, studio.training.plan, studio.training.control, studio.training.events;"
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
