"""Events as JSON lines: every kind comes back, whatever else is in a line does no harm."""

import contextlib
import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.runs.event_json import from_json, from_line, to_json, to_line
from studio.training.events import Event, StepDone
from tests.unit.runs.events import ANY_EVENT, same, step


@given(ANY_EVENT)
def test_every_event_comes_back_as_it_was(event: Event) -> None:
    line = to_line(event)
    found = from_line(line)

    assert "\n" not in line
    assert found is not None
    assert same(found, event)


@pytest.mark.parametrize("loss", [math.nan, math.inf, -math.inf])
def test_numbers_that_json_lacks_are_written_in_strict_json(loss: float) -> None:
    line = to_line(step(3, loss))

    def refuse(word: str) -> float:
        raise AssertionError(word)

    json.loads(line, parse_constant=refuse)
    found = from_line(line)
    assert isinstance(found, StepDone)
    assert repr(found.loss) == repr(loss)


def test_an_event_of_a_newer_version_is_skipped() -> None:
    assert from_json({"event": "Teleported", "step": 3}) is None


def test_a_field_of_a_newer_version_is_skipped_and_a_missing_one_has_its_default() -> None:
    value = to_json(step(3)) | {"mood": "good"}
    del value["gradient_norms"]

    assert from_json(value) == step(3)


@pytest.mark.parametrize(
    "broken",
    [
        None,
        7,
        [],
        {},
        {"event": 3},
        {"event": "StepDone"},
        to_json(step(1)) | {"step": "one"},
        to_json(step(1)) | {"step": 1.5},
        to_json(step(1)) | {"loss": True},
        to_json(step(1)) | {"gradient_norms": [1]},
        {"event": "RateChanged", "step": 1, "scale": {}},
    ],
)
def test_what_is_no_event_is_refused(broken: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  there is nothing to say to a user
        from_json(broken)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@given(ANY_EVENT, st.data())
def test_a_spoiled_field_never_raises_anything_else(event: Event, data: st.DataObject) -> None:
    value = to_json(event)
    name = data.draw(st.sampled_from(sorted(value)))

    with contextlib.suppress(ValueError):
        from_json(value | {name: data.draw(JSON)})


@given(st.binary(max_size=60))
def test_any_bytes_are_an_event_or_refused(line: bytes) -> None:
    with contextlib.suppress(ValueError):
        from_line(line)


def test_a_deeply_nested_line_is_refused() -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        from_line("[" * 100_000)
