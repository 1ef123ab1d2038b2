"""Programs of calls: what they give, what they pass over and what they let go."""

import gc
import weakref

import torch

from studio.network.program import Program, Step, handed_on

GIVEN, A, B, C = ("x", -1), ("a", 0), ("b", 0), ("c", 0)


def _plus(amount):
    return lambda x: x + amount


def _two(x):
    return x + 1, x + 2


def test_a_chain_is_its_calls_without_those_that_hand_on():
    first, last = _plus(1), _plus(2)
    steps = [
        Step("x", handed_on, (GIVEN,), "input"),
        Step("a", first, (("x", 0),), "add"),
        Step("b", handed_on, (A,), "dropout"),
        Step("c", last, (B,), "add"),
    ]
    program = Program(steps, [GIVEN], [C])
    assert program.chain == (first, last)
    assert program(torch.zeros(2))[0].tolist() == [3, 3]


def test_values_that_several_read_reach_all_of_them():
    steps = [
        Step("a", _plus(1), (GIVEN,), "add"),
        Step("b", _plus(2), (A,), "add"),
        Step("c", torch.sub, (B, A), "subtract"),
    ]
    program = Program(steps, [GIVEN], [C, A])
    assert program.chain is None
    assert [value.item() for value in program(torch.tensor(5.0))] == [2, 6]


def test_of_several_results_each_goes_where_it_is_read():
    steps = [Step("a", _two, (GIVEN,), "two"), Step("b", torch.mul, (("a", 1), A), "multiply")]
    assert Program(steps, [GIVEN], [B])(torch.tensor(1.0))[0] == 6
    assert Program(steps[:1], [GIVEN], [A])(torch.tensor(1.0))[0] == 2


def test_values_that_nobody_reads_any_more_are_let_go():
    made = []

    def noted(x):
        found = x + 1
        made.append(weakref.ref(found))
        return found

    def counted(x):
        gc.collect()
        alive.append(sum(reference() is not None for reference in made))
        return x + 1

    alive: list[int] = []
    steps = [
        Step("a", noted, (GIVEN,), "add"),
        Step("b", noted, (A,), "add"),
        Step("c", counted, (B,), "add"),
        Step("d", torch.add, (C, GIVEN), "add"),
    ]
    program = Program(steps, [GIVEN], [("d", 0)])
    assert program.chain is None
    program(torch.zeros(3))
    assert alive == [1]  # b, which is being read
