"""What holds at each step: curves, ramps, marks that are put on and taken away, and the file."""

import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.errors import SettingError
from studio.graph.walk import walk
from studio.training.course.calendar import Calendar
from studio.training.course.course import Course
from studio.training.course.fired import Fired, Record
from studio.training.course.marks import marked, resolved, thawed
from studio.training.plan import Plan, plan_json, read_plan
from studio.training.ticks.actions import ACTIONS
from studio.training.ticks.moments import MOMENTS, AtEpoch, AtFraction
from tests.unit.training.ticking import TEN, net
from tests.unit.training.ticking import settings as plan_of_ten

LAYERS = ("a/x", "a/y", "a/z/u", "a/z/v", "b")
PATHS = ("a", "a/x", "a/y", "a/z", "a/z/u", "a/z/v", "b")


def course(*ticks: dict[str, Any], record: Record | None = None, **plan: Any) -> Course:
    return Course(read_plan({"epochs": 5, "ticks": list(ticks)} | plan), net(), 10, record)


def at(step: int, *actions: dict[str, Any]) -> dict[str, Any]:
    return {"at": {"type": "step", "at": step}, "actions": list(actions)}


def factors(found: Course, *steps: int) -> list[float]:
    return [found.at(step).rate / 0.001 for step in steps]


def test_ticks_survive_the_file():
    plan = read_plan(plan_of_ten())
    assert len(plan.ticks) == len(TEN)
    assert read_plan(plan_json(plan)) == plan


@pytest.mark.parametrize(
    ("tick", "sentence"),
    [
        ("stop", "A tick needs an object"),
        ({"at": {"type": "epcoh"}}, "Did you mean epoch"),
        ({"actions": ["frezee"]}, "Did you mean freeze"),
        ({"actions": [{"type": "freeze", "paths": [1]}]}, "named by its path"),
        ({"actions": [{"type": "freeze", "paths": "conv"}]}, "must be a list"),
        ({"actions": [{"type": "save", "name": "../x"}]}, "cannot be called"),
        ({"actions": [{"type": "save", "name": "last"}]}, "taken"),
        ({"actions": [{"type": "rate", "value": -1}]}, "value must be"),
        ({"at": {"type": "fraction", "at": 1.5}}, "from 0 to 1"),
    ],
)
def test_a_bad_tick_is_refused_with_a_sentence(tick, sentence):
    with pytest.raises(SettingError) as refusal:
        read_plan({"ticks": [tick]})
    assert sentence in str(refusal.value)


def test_every_moment_and_action_can_be_made_from_its_word():
    for family in (MOMENTS, ACTIONS):
        assert all(family.member(cls.key) == cls() for cls in family)


def test_moments_fall_on_steps():
    assert AtEpoch(at=2.5).step(Calendar.even(70, 10, 14)) == 18
    assert AtFraction(at=0.3).step(Calendar.even(64, 8, 6)) == 14


def test_a_rate_changes_at_its_step_and_a_ramp_takes_as_long_as_it_says():
    found = course(at(10, {"type": "rate", "value": 0.5, "ramp": 4}))
    assert factors(found, 9, 10, 11, 12, 13, 14, 49) == pytest.approx(
        [1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.5]
    )
    half = course(
        at(10, {"type": "rate", "value": 0.0, "ramp": 0.3, "unit": "epochs"} | {"shape": "cosine"})
    )
    assert factors(half, 11, 13) == pytest.approx([0.5, 0])


def test_times_multiplies_what_a_ramp_still_does():
    found = course(
        at(0, {"type": "rate", "value": 1.0, "start": 0.0, "ramp": 9}),
        at(4, {"type": "rate", "mode": "times", "value": 0.5}),
    )
    assert factors(found, 3, 4, 8, 9, 20) == pytest.approx([0.4, 0.25, 0.45, 0.5, 0.5])


def test_a_rate_of_its_own_leaves_the_schedule_and_a_factor_comes_back_to_it():
    cosine: Any = {"type": "cosine", "warmup": 0.0}
    found = course(
        at(10, {"type": "rate", "mode": "rate", "value": 0.01}),
        at(20, {"type": "rate", "value": 1.0, "ramp": 3}),
        schedule=cosine,
    )
    plain = Plan(epochs=5, schedule=cosine)
    assert found.at(19).rate == 0.01
    assert found.at(9).rate == plain.learning_rate(9, 50, 10)
    assert found.at(23).rate == plain.learning_rate(23, 50, 10)
    share = 0.01 / plain.learning_rate(20, 50, 10)
    expected = plain.learning_rate(21, 50, 10) * (share + (1 - share) * 0.5)
    assert found.at(21).rate == pytest.approx(expected)


def test_layers_keep_their_share_of_a_rate_that_changes_for_all():
    found = course(
        at(0, {"type": "rate", "value": 0.25, "paths": ["conv", "hidden"]}),
        at(10, {"type": "rate", "value": 0.1}),
        at(20, {"type": "rate", "mode": "rate", "value": 0.5, "paths": ["conv"]}),
    )
    assert found.layer_rates(15) == pytest.approx({"conv": 0.000025, "hidden": 0.000025})
    assert found.layer_rates(25) == pytest.approx({"conv": 0.5, "hidden": 0.000025})
    assert found.sections["conv"] != found.sections["hidden"]
    assert found.sections["last"] == 0


def test_a_plan_without_ticks_is_what_it_always_was():
    plan = read_plan({"epochs": 5, "schedule": "one_cycle"})
    found = Course(plan, net(), 10)
    assert [found.at(s).rates for s in range(50)] == [
        (plan.learning_rate(s, 50, 10),) for s in range(50)
    ]


@given(
    st.dictionaries(st.sampled_from(PATHS), st.sampled_from([True, "statistics"])),
    st.sampled_from(PATHS),
)
def test_thawing_frees_what_is_named_and_nothing_else(marks, path):
    after = thawed(marks, path, LAYERS)
    for layer in LAYERS:
        inside = layer == path or layer.startswith(path + "/")
        assert resolved(layer, after) == (False if inside else resolved(layer, marks))


def test_own_marks_only_take_away_themselves():
    marks = marked({"a": True, "a/x": "statistics"}, ["a"], mark=False)
    assert marks == {"a/x": "statistics"}


@settings(deadline=None)
@given(st.sets(st.integers(0, 9)), st.integers(0, 48))
def test_what_came_already_changes_nothing_of_what_holds(came, step):
    plan = read_plan(plan_of_ten())
    pure = Course(plan, net(), 8)
    fired = [f for at in (0, 4, 9, 14, 16, 19, 24, 30, 33, 40) for f in pure.due(at)]
    record = Record(tuple(f for f in fired if f.number in came))
    told = pure.recorded(Record.read(record.written()))
    assert told.at(step).rates == pure.at(step).rates
    before, after = pure.stretch(step), told.stretch(step)
    assert (before.marks, before.kept, before.bypassed) == (after.marks, after.kept, after.bypassed)
    assert [f.number for f in told.due(9)] == [f.number for f in pure.due(9) if 2 not in came]


def test_a_tick_that_the_plan_no_longer_has_is_as_if_it_had_never_been():
    tick = read_plan({"ticks": [at(3, {"type": "rate", "value": 0.5})]}).ticks[0]
    found = course(record=Record((Fired(3, tick, 0),)))
    assert found.at(9).rate == 0.001


def test_the_toy_has_the_layers_that_are_named():
    assert {"conv", "norm", "scale", "hidden", "last"} <= {path for path, _node in walk(net())}


def test_enabling_some_layers_leaves_others_bypassed():
    found = course(
        at(0, {"type": "bypass", "paths": ["act", "scale"]}),
        at(5, {"type": "enable", "paths": ["scale"]}),
        at(9, {"type": "enable"}),
    )
    assert [found.stretch(s).bypassed for s in (0, 5, 9)] == [{"act", "scale"}, {"act"}, set()]


def test_a_preview_needs_no_torch():
    code = (
        "import sys; import studio.training.course.preview, studio.training.ticks.presets;"
        "import studio.training.control; assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
