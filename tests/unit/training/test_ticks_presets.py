"""Recipes write ordinary ticks that freeze, thaw and slow down the layers they should."""

import pytest

from studio.analysis.analyze import analyze
from studio.catalogue.inputs import Input, Output
from studio.graph.block import Block
from studio.graph.model import Graph, Node, Wire
from studio.training.course.preview import preview
from studio.training.plan import Plan
from studio.training.ticks.presets import (
    RECIPES,
    DiscriminativeRates,
    GradualUnfreezing,
    LinearProbe,
    groups,
)
from studio.training.ticks.tick import tick_json
from tests.unit.training.ticking import events, net, settings
from tests.unit.training.toys import chain, made

REPORT = analyze(net())
ALL = {"conv", "norm", "scale", "hidden", "last"}


def foreseen(recipe, epochs: int = 6):
    return preview(Plan(epochs=epochs, ticks=recipe.ticks(REPORT)), REPORT, 8)


def test_norms_go_with_the_layer_before_them():
    assert groups(REPORT) == (("conv", "norm", "scale"), ("hidden",), ("last",))


def test_a_network_that_is_one_block_is_taken_apart():
    page = Graph(
        {
            "image": Node(Input(sample=(1, 8, 8))),
            "all": Node(Block(graph=inner()), (Wire("image"),)),
            "scores": Node(Output(), (Wire("all"),)),
        }
    )
    assert groups(analyze(page)) == (("all/conv",), ("all/last",))


def inner() -> Graph:
    return chain(
        image=("input", {"sample": (1, 8, 8)}),
        conv=("conv2d", {"out_channels": 4, "kernel_size": 3}),
        flat=("flatten", {}),
        last=("linear", {"out_features": 3}),
        scores=("output", {}),
    )


def test_a_linear_probe_trains_the_head_and_then_everything_gently():
    found = foreseen(LinearProbe(epochs=2, factor=0.25))
    assert [(span.first, span.trained) for span in found.spans] == [(0, {"last"}), (16, ALL)]
    assert found.rate(15) == 4 * found.rate(16)


def test_gradual_unfreezing_goes_down_one_group_an_epoch_with_slower_rates():
    found = foreseen(GradualUnfreezing())
    trained = [(span.first, span.trained) for span in found.spans]
    assert trained == [(0, {"last"}), (8, {"last", "hidden"}), (16, ALL)]
    rates = found.layer_rates(20)
    assert rates["last"] == 0.001
    assert rates["last"] / rates["hidden"] == pytest.approx(2.6)
    assert rates["hidden"] / rates["conv"] == pytest.approx(2.6) == rates["hidden"] / rates["norm"]


def test_thawed_layers_can_warm_up_to_their_own_rate():
    found = foreseen(GradualUnfreezing(warmup=3))
    rates = [found.layer_rates(step)["hidden"] * 2.6 / 0.001 for step in range(8, 13)]
    assert rates == pytest.approx([0.25, 0.5, 0.75, 1.0, 1.0])


def test_discriminative_rates_fall_towards_the_input():
    rates = foreseen(DiscriminativeRates(decay=0.5)).layer_rates(0)
    assert rates == pytest.approx(
        {"conv": 0.00025, "norm": 0.00025, "scale": 0.00025, "hidden": 0.0005, "last": 0.001}
    )


@pytest.mark.parametrize("recipe", [*RECIPES])
def test_every_recipe_trains(recipe):
    ticks = [tick_json(tick) for tick in recipe().ticks(REPORT)]
    assert ticks
    found = list(events(made(net()), settings(ticks=ticks)))
    assert (found[-1].reason, found[-1].message) == ("finished", "")
    assert found[-1].frozen_unchanged


@pytest.mark.parametrize("recipe", [*RECIPES])
def test_a_network_with_nothing_to_tell_apart_gets_no_ticks(recipe):
    alone = chain(
        row=("input", {"sample": (4,)}), last=("linear", {"out_features": 3}), out=("output", {})
    )
    assert recipe().ticks(analyze(alone)) == ()
    assert recipe().ticks(analyze(Graph())) == ()
