"""What a step counts and how long it can count."""

import torch

from studio.datasets.normalization import Scaling
from studio.training.device import Machine
from studio.training.objectives.objective import Objective
from studio.training.plan import read_plan
from studio.training.stepping.step import Stepper
from tests.unit.training.toys import made, mlp


def test_steps_are_counted_beyond_what_a_short_number_can_hold():
    plan = read_plan({"device": "cpu", "threads": 1})
    network = made(mlp())
    objective = Objective.of(plan, network.outputs, ("a", "b", "c"), Scaling())
    stepper = Stepper(network, objective, plan, Machine.chosen(plan, network.multiply_adds))
    stepper._good += 2**24
    stepper.step(torch.rand(2, 4), torch.tensor([0, 1]), 0.1)
    assert stepper.good_steps == 2**24 + 1
