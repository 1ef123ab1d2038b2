"""A run with ticks does what its preview said, and goes on bit for bit from any of them."""

import hashlib
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
import torch

from studio.errors import StudioError, TrainingError
from studio.graph.block import Block
from studio.graph.model import Graph, Node, Wire
from studio.training.checkpoints.checkpoint import load
from studio.training.checkpoints.pacing import Pace
from studio.training.checkpoints.writing import Writer
from studio.training.events import CheckpointSaved, Ended, FreezeChanged, StepDone, TickFired
from tests.unit.training.ticking import (
    ADAM,
    MOMENTUM,
    STEPS,
    Seen,
    events,
    foreseen,
    net,
    settings,
)
from tests.unit.training.toys import chain, made, mlp, rows, running


def steps(found: list[Any]) -> list[StepDone]:
    return [event for event in found if isinstance(event, StepDone)]


def digest(network: Any) -> str:
    content = b"".join(t.numpy().tobytes() for t in network.state_dict().values())
    return hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("optimizer", [ADAM, MOMENTUM])
def test_ten_ticks_train_as_previewed_at_every_step(optimizer):
    network, plan = made(net()), settings(optimizer)
    before = foreseen(net(), plan)
    with Seen(network) as seen:
        found = list(events(network, plan))
    assert isinstance(found[-1], Ended)
    assert (found[-1].reason, found[-1].message) == ("finished", "")
    assert [event.step for event in steps(found)] == list(range(1, 49))
    for event in steps(found):
        step = event.step - 1
        assert event.learning_rate == before.rate(step)
        expected = before.layer_rates(step)
        assert {**expected, **event.layer_rates} == expected
        assert set(event.layer_rates) >= {"conv", "norm", "last"}
        updated = seen.rates[step]
        assert {name: updated[f"{name}.weight"] for name in expected} == expected
        span = before.span(step)
        assert {name.partition(".")[0] for name in seen.moving[step]} == span.trained


def test_the_previewed_sets_are_those_that_the_run_tells():
    network, plan = made(net()), settings()
    found = list(events(network, plan))
    before = foreseen(net(), plan)
    changes = {event.step: event for event in found if isinstance(event, FreezeChanged)}
    assert set(changes) == {0, 9, 14, 16, 19, 30, 33}
    for step, change in changes.items():
        assert change.trainable == before.span(step).trainable
        assert set(change.frozen) == before.span(step).frozen & {*before.layers, "drop"}
    fired = [event for event in found if isinstance(event, TickFired)]
    assert [(event.step, event.number) for event in fired] == list(
        zip(STEPS, range(10), strict=True)
    )


def test_rates_take_every_shape_on_the_way():
    """Power of the tests above: the curves they compare really bend."""
    before = foreseen(net(), settings())
    for path in before.layers:
        found = {before.layer_rates(step)[path] for step in range(48)}
        assert len(found) > 30 or path == "conv"
    assert len({tuple(sorted(span.trained)) for span in before.spans}) >= 5
    assert len({span.trainable for span in before.spans}) >= 5


@pytest.mark.parametrize("optimizer", [ADAM, MOMENTUM])
def test_a_run_goes_on_bit_for_bit_around_every_tick(tmp_path, optimizer):
    whole = made(net())
    plan = settings(optimizer)
    straight = steps(list(events(whole, plan)))
    cuts = sorted({cut for step in STEPS for cut in (step - 1, step, step + 1) if cut > 0})
    for cut in cuts:
        folder = tmp_path / str(cut)
        first = list(events(made(net()), plan, stop_at=cut, folder=folder))
        assert first[-1].reason == "stopped"
        assert first[-1].step == cut
        again = made(net(), seed=99)
        second = list(events(again, plan, start=load(folder, "last")))
        losses = [event.loss for event in (*steps(first), *steps(second))]
        assert losses == [event.loss for event in straight], cut
        assert digest(again) == digest(whole), cut
        came = [(e.step, e.number) for e in first if isinstance(e, TickFired) and e.step < cut]
        came += [(e.step, e.number) for e in second if isinstance(e, TickFired)]
        assert came == list(zip(STEPS, range(10), strict=True)), cut


def test_a_named_checkpoint_is_the_run_just_after_its_tick(tmp_path):
    whole, plan = made(net()), settings()
    found = list(events(whole, plan, folder=tmp_path))
    assert CheckpointSaved(40, "late") in found
    again = made(net(), seed=3)
    second = list(events(again, plan, start=load(tmp_path, "late"), folder=tmp_path / "branch"))
    assert digest(again) == digest(whole)
    assert not [event for event in second if event == CheckpointSaved(40, "late")]


def test_a_fresh_process_goes_on_bit_for_bit(tmp_path):
    whole, plan = made(net()), settings(MOMENTUM)
    list(events(whole, plan))
    list(events(made(net()), plan, stop_at=19, folder=tmp_path))
    script = (
        "import sys; from pathlib import Path;"
        "from studio.training.checkpoints.checkpoint import load;"
        "from tests.unit.training.test_ticks_running import *;"
        "network = made(net(), seed=5);"
        "list(events(network, settings(MOMENTUM), start=load(Path(sys.argv[1]), 'last')));"
        "print(digest(network))"
    )
    run = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == digest(whole)


def test_a_layer_that_is_bypassed_hands_on_what_it_gets_until_it_is_enabled():
    late = {"at": {"type": "fraction", "at": 0.3}, "actions": [{"type": "enable"}]}
    out = {"at": {"type": "step"}, "actions": [{"type": "bypass", "paths": ["scale"]}]}
    network = made(net())
    passes = []
    network.scale.weight.register_hook(passes.append)
    list(events(network, settings(ticks=[out, late])))
    assert len(passes) == 48 - 14
    assert network.scale.weight.ne(1).any()
    idle = made(net())
    list(events(idle, settings(ticks=[out])))
    assert idle.scale.weight.eq(1).all(), "what is left out learned, by weight decay perhaps"
    assert torch.isfinite(idle(torch.zeros(2, 1, 8, 8))["scores"]).all()
    assert not idle.detours


def test_kept_momentum_makes_another_step_than_a_fresh_start():
    def end(memory: str) -> str:
        freeze = {"type": "freeze", "paths": ["last"], "memory": memory}
        thaw = {"at": {"type": "step", "at": 20}, "actions": [{"type": "unfreeze"}]}
        network = made(net())
        plan = settings(MOMENTUM, ticks=[{"at": {"type": "step", "at": 12}, "actions": [freeze]}])
        list(events(network, plan | {"ticks": [*plan["ticks"], thaw]}))
        return digest(network)

    assert end("keep") != end("forget")


def test_nothing_that_learns_between_two_ticks_is_refused_with_both():
    ticks = [
        {"name": "calm", "at": {"type": "epoch", "at": 1}, "actions": ["freeze"]},
        {"at": {"type": "epoch", "at": 2}, "actions": [{"type": "unfreeze", "paths": ["last"]}]},
    ]
    with pytest.raises(TrainingError, match=r"tick 1 \(calm\) to tick 2 \(epoch 2\)"):
        next(events(made(net()), settings(ticks=ticks)))


def test_a_condition_that_might_leave_nothing_to_learn_is_refused():
    ticks = [{"at": {"type": "plateau"}, "actions": ["freeze"]}]
    with pytest.raises(TrainingError, match="tick 1"):
        next(events(made(net()), settings(ticks=ticks)))


@pytest.mark.parametrize(
    ("action", "sentence"),
    [
        ({"type": "freeze", "paths": ["convv"]}, "Did you mean conv?"),
        ({"type": "bypass", "paths": ["hidden"]}, "turns 36 into 8"),
        ({"type": "bypass", "paths": ["flat"]}, "keep the shape"),
        ({"type": "loss", "loss": "no"}, "no loss"),
    ],
)
def test_ticks_that_the_network_cannot_follow_are_refused(action, sentence):
    ticks = [{"at": {"type": "epoch"}, "actions": [action]}]
    with pytest.raises(StudioError, match=sentence):
        next(events(made(net()), settings(ticks=ticks)))


def test_a_tick_can_end_the_run_which_then_goes_on_past_it(tmp_path):
    plan = settings(ticks=[{"at": {"type": "step", "at": 10}, "actions": ["stop"]}])
    found = list(events(made(net()), plan, folder=tmp_path))
    assert (found[-1].reason, found[-1].step) == ("finished early", 10)
    again = made(net())
    rest = list(events(again, plan, start=load(tmp_path, "last")))
    assert (rest[-1].reason, rest[-1].step) == ("finished", 48)
    whole = made(net())
    list(events(whole, settings(ticks=[])))
    assert digest(again) == digest(whole)


def written_at_once(writer: Writer, work: Callable[[], None]) -> None:
    """Have every epoch on disk before the next, however short it is."""
    BEGIN(writer, work)
    assert writer._thread is not None
    writer._thread.join()


BEGIN = Writer.begin
FORGOTTEN = [
    {"at": {"type": "epoch", "at": 2}, "actions": [{"type": "freeze", "paths": ["last"]}]},
    {
        "at": {"type": "step", "at": 20},
        "actions": [{"type": "freeze", "paths": ["last"], "memory": "keep"}],
    },
    {"at": {"type": "epoch", "at": 3}, "actions": [{"type": "unfreeze", "paths": ["last"]}]},
]


@pytest.mark.parametrize("ticks", [None, FORGOTTEN])
@pytest.mark.parametrize("border", [16, 24, 40])
def test_a_checkpoint_of_an_epoch_lies_before_the_ticks_of_its_step(
    tmp_path, monkeypatch, border, ticks
):
    monkeypatch.setattr(Writer, "begin", written_at_once)
    monkeypatch.setattr(Pace, "took", lambda *_: None)  # a clock of whole seconds
    plan = settings(**({"ticks": ticks} if ticks else {}))
    whole = made(net())
    straight = [event for event in events(whole, plan) if isinstance(event, TickFired | StepDone)]
    start = None
    for event in events(made(net()), plan, folder=tmp_path):
        if event == CheckpointSaved(border, "last"):
            start = load(tmp_path, "last")
            break
    assert start is not None
    again = made(net(), seed=9)
    rest = [e for e in events(again, plan, start=start) if isinstance(e, TickFired | StepDone)]
    assert digest(again) == digest(whole)
    place = next(i for i, e in enumerate(straight) if isinstance(e, StepDone) and e.step == border)
    came = [e for e in straight[place + 1 :] if isinstance(e, TickFired)]
    assert [e for e in rest if isinstance(e, TickFired)] == came


SMOOTH = {"type": "cross_entropy", "label_smoothing": 0.3}
SHIFT = [{"type": "shift", "pixels": 1}]


@pytest.mark.parametrize(
    ("action", "plan"),
    [
        ({"type": "loss", "loss": SMOOTH}, {"targets": [{"loss": SMOOTH}]}),
        ({"type": "augment", "augment": SHIFT}, {"augment": SHIFT}),
        ({"type": "rate", "value": 0.5}, {"optimizer": ADAM | {"learning_rate": 0.005}}),
    ],
)
def test_a_stage_that_begins_with_the_run_is_the_run_planned_so(action, plan):
    ticked, planned, plain = made(net()), made(net()), made(net())
    at_once = [{"at": {"type": "step"}, "actions": [action]}]
    list(events(ticked, settings(ticks=at_once)))
    list(events(planned, settings(**{"ticks": []} | plan)))
    list(events(plain, settings(ticks=[])))
    assert digest(ticked) == digest(planned)
    assert digest(ticked) != digest(plain)


@pytest.mark.parametrize(
    "action", [{"type": "loss", "loss": SMOOTH}, {"type": "augment", "augment": SHIFT}]
)
def test_a_stage_changes_nothing_before_it_and_everything_after(action):
    later = [{"at": {"type": "step", "at": 12}, "actions": [action]}]
    ticked = [event.loss for event in steps(list(events(made(net()), settings(ticks=later))))]
    plain = [event.loss for event in steps(list(events(made(net()), settings(ticks=[]))))]
    assert ticked[:12] == plain[:12]
    assert all(one != other for one, other in zip(ticked[12:], plain[12:], strict=True))


@pytest.mark.parametrize("out", ["act", "pool"])
def test_layers_that_speed_would_swap_are_bypassed_as_they_stand_in_the_graph(out):
    """A ReLU in front of a max-pool otherwise trades places with it."""
    graph = net()
    pool = graph["pool"].layer.changed(kernel_size=3, stride=1, padding=1)
    graph = graph.with_node("pool", graph["pool"].changed(layer=pool))
    rest = dict(graph.nodes)
    reader = next(
        name
        for name, node in rest.items()
        if node.sources and node.sources[0] is not None and node.sources[0].node == out
    )
    rest[reader] = rest[reader].changed(sources=rest[out].sources)
    del rest[out]
    ticked, without = made(graph), made(Graph(rest))
    ticks = [{"at": {"type": "step"}, "actions": [{"type": "bypass", "paths": [out]}]}]
    first = steps(list(events(ticked, settings(ticks=ticks))))
    second = steps(list(events(without, settings(ticks=[]))))
    assert [event.loss for event in first] == [event.loss for event in second]
    assert digest(ticked) == digest(without)


OTHERS = [MOMENTUM, ADAM, {"type": "rmsprop", "learning_rate": 0.001, "weight_decay": 0.01}]


@pytest.mark.parametrize("accumulate", [1, 4])
@pytest.mark.parametrize("optimizer", OTHERS, ids=lambda choice: choice["type"])
def test_frozen_tensors_stay_and_runs_go_on_whatever_updates_them(tmp_path, optimizer, accumulate):
    plan = settings(optimizer, accumulate=accumulate)
    whole = made(net())
    found = list(events(whole, plan))
    assert (found[-1].reason, found[-1].frozen_unchanged) == ("finished", True)
    assert found[-1].frozen_tensors == len([*whole.conv.parameters(), *whole.last.parameters()]) + 5
    list(events(made(net()), plan, stop_at=18, folder=tmp_path))
    again = made(net(), seed=2)
    list(events(again, plan, start=load(tmp_path, "last")))
    assert digest(again) == digest(whole)


def test_a_block_and_what_is_inside_its_copies_can_be_bypassed():
    def graph(*inner: str) -> Graph:
        page = chain(
            x=("input", {"sample": (4,)}),
            **{name: (name, {"out_features": 4} if name == "linear" else {}) for name in inner},
            y=("output", {}),
        )
        nodes = dict(mlp().nodes)
        nodes["more"] = Node(Block(graph=page, repeat=2), (Wire("row"),))
        nodes["first"] = nodes["first"].changed(sources=(Wire("more"),))
        return Graph(nodes)

    def end(network: Any, *paths: str, checkpointing: bool) -> list[Any]:
        ticks = [{"at": {"type": "step"}, "actions": [{"type": "bypass", "paths": paths}]}]
        plan: dict[str, Any] = {"ticks": ticks if paths else [], "checkpointing": checkpointing}
        list(running(network, rows(), **plan))
        return [network.last.weight, network.first.weight]

    for checkpointing in (False, True):
        normed = made(graph("linear", "layer_norm"))
        some = end(normed, "more/layer_norm", checkpointing=checkpointing)
        none = end(made(graph("linear")), checkpointing=checkpointing)
        assert all(map(torch.equal, some, none))
    out = made(graph("linear", "layer_norm"))
    before = {name: value.clone() for name, value in out.named_parameters()}
    end(out, "more", checkpointing=False)
    for name, value in out.named_parameters():
        assert torch.equal(value, before[name]) == name.startswith("more"), name
