"""Predicted memory of a training step, against the memory of real ones."""

import pytest

from studio.analysis.analyze import analyze
from studio.analysis.memory import Terms, training_memory
from studio.training.plan import read_plan
from tests.benchmarks.bench_memory import measured
from tests.benchmarks.kinds import frozen_half
from tests.unit.analysis.networks import Spec, block, graph, mnist_cnn, residual

SMALL = {"type": "input", "shape": [8, 32]}


def _encoder(repeat: int, **settings: object):
    inside = {
        "x": SMALL,
        "look": {"type": "attention", "num_heads": 4, **settings},
        "add": {"type": "add", "from": ["x", "look"]},
        "norm": "layer_norm",
        "wide": {"type": "linear", "out_features": 64},
        "gelu": "gelu",
        "narrow": {"type": "linear", "out_features": 32},
        "y": "output",
    }
    return graph(x=SMALL, body=block(inside, repeat=repeat), flat="flatten",
                 fc={"type": "linear", "out_features": 5}, y="output")  # fmt: skip


def _tower(repeat: int):
    picture = {"type": "input", "shape": [4, 8, 8]}
    return graph(x=picture, tower=residual(4, repeat), flat="flatten",
                 fc={"type": "linear", "out_features": 5}, y="output")  # fmt: skip


NETWORKS = {
    "pictures": mnist_cnn,
    "one copy": lambda: _tower(1),
    "nine copies": lambda: _tower(9),
    "attention": lambda: _encoder(2),
    "attention with dropout": lambda: _encoder(6, dropout=0.2),
    "recurrent": lambda: graph(
        x=SMALL, read={"type": "gru", "output": "last"}, fc="linear", y="output"
    ),
}
CASES = [{}, {"optimizer": {"type": "sgd", "momentum": 0.9}}, {"checkpointing": True},
         {"precision": "bfloat16"}]  # fmt: skip


@pytest.mark.parametrize("settings", CASES)
@pytest.mark.parametrize("name", NETWORKS)
def test_prediction_and_measurement_of_a_step_agree(name, settings):
    plan = read_plan({"batch_size": 48, "device": "cpu", "threads": 1, **settings})
    built = NETWORKS[name]()
    assert _predicted(built, plan) == pytest.approx(measured(built, plan).allocator, rel=0.1)


@pytest.mark.parametrize("name", ["pictures", "nine copies", "attention"])
def test_they_agree_for_a_network_that_is_half_frozen(name):
    plan = read_plan({"batch_size": 48, "device": "cpu", "threads": 1})
    built = frozen_half(NETWORKS[name]())
    assert _predicted(built, plan) == pytest.approx(measured(built, plan).allocator, rel=0.1)


def _predicted(built, plan):
    return training_memory(analyze(built), Terms.of(plan)).total


def test_many_copies_cost_no_more_time_than_few():
    few, many = (analyze(_tower(repeat)) for repeat in (6, 10_000))
    terms = Terms(batch_size=16)
    step = training_memory(analyze(_tower(7)), terms).total - training_memory(few, terms).total
    expected = training_memory(few, terms).total + (10_000 - 6) * step
    assert training_memory(many, terms).total == expected


def test_the_ports_of_a_block_take_no_memory():
    def wrapped(layers):
        return block({"x": {"type": "input", "shape": [16]}, **layers, "y": "output"})

    fc = {"type": "linear", "out_features": 16}
    plain = graph(x={"type": "input", "shape": [16]}, a=fc, b=fc, y="output")
    boxed = graph(x={"type": "input", "shape": [16]}, one=wrapped({"a": fc}),
                  two=wrapped({"b": fc}), y="output")  # fmt: skip
    terms = Terms(batch_size=100)
    assert training_memory(analyze(boxed), terms) == training_memory(analyze(plain), terms)


def test_shared_copies_have_one_gradient_but_activations_of_their_own():
    picture = {"type": "input", "shape": [64]}
    inside = {
        "x": picture,
        "fc": {"type": "linear", "out_features": 64},
        "r": "relu",
        "y": "output",
    }
    one, shared, apart = (
        training_memory(analyze(graph(x=picture, b=block(inside, **how), y="output")), Terms(512))
        for how in ({}, {"repeat": 5, "shared": True}, {"repeat": 5})
    )
    assert shared.parameters == one.parameters == apart.parameters // 5
    assert shared.optimizer == one.optimizer
    assert shared.activations > 1.5 * one.activations
    assert shared.total < apart.total


def test_a_network_that_is_half_built_takes_what_is_known_of_it():
    fc = {"type": "linear", "out_features": 16}
    picture: dict[str, Spec] = {"x": {"type": "input", "shape": [16]}, "a": fc}
    whole = training_memory(analyze(graph(**picture, y="output")), Terms(8))
    open_end = graph(**picture, y="output", z={"type": "output", "from": [None]})
    assert training_memory(analyze(open_end), Terms(8)) == whole


def test_the_state_of_the_optimizer_follows_its_settings():
    report = analyze(mnist_cnn())
    numbers = {
        "adam": ({"type": "adam"}, 2),
        "amsgrad": ({"type": "adam", "amsgrad": True}, 3),
        "momentum": ({"type": "sgd", "momentum": 0.9}, 1),
        "plain": ({"type": "sgd", "momentum": 0}, 0),
        "centered": ({"type": "rmsprop", "centered": True}, 2),
    }
    for settings, count in numbers.values():
        terms = Terms.of(read_plan({"optimizer": settings}))
        assert training_memory(report, terms).optimizer == report.trainable * 4 * count
