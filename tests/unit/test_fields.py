"""A declared value checks itself: what breaks a bound cannot exist."""

import dataclasses
import math

import pytest

from studio.errors import SettingError
from studio.families import Family
from studio.fields import (
    Declared,
    choice,
    flag,
    integer,
    integers,
    many,
    nested,
    number,
    opaque,
    sides,
    text,
)  # fmt: skip

TOYS: Family["Toy"] = Family("toy")


class Toy(Declared):
    """A toy."""


@TOYS.file("ball")
class Ball(Toy):
    """A ball."""

    size: int = integer(default=3, high=9, hint="How large.")


class Box(Declared):
    """One setting of each kind."""

    count: int = integer(default=2, low=1, high=1_000_000, hint="How many.")
    spare: int | None = integer(default=None, low=0, optional=True, hint="How many more.")
    weight: float = number(default=1.5, low=0.0, high=2.5, hint="How heavy.", label="Mass")
    open: bool = flag(default=False, hint="Whether open.")
    color: str = choice(default="red", options=("red", "blue"), hint="Which color.")
    note: str = text(default="", hint="What is written on it.")
    edge: int | str | tuple[int, ...] = sides(
        default=1, axes=2, high=50, words=("same",), hint="How long."
    )
    hole: tuple[int | None, ...] = sides(default=(1, 1), axes=2, holes=True, hint="How deep.")
    order: tuple[int, ...] = integers(default=(1,), low=-1, high=7, spelled="shape", hint="Order.")
    toy: Toy = nested(default=Ball(), family=TOYS, hint="What is in it.")
    toys: tuple[Toy, ...] = many(default=(), family=TOYS, hint="What else is in it.")
    secret: object = opaque(default=None)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("count", 0, "count must be a whole number from 1 to 1,000,000, but 0 was given."),
        ("count", True, "count must be a whole number from 1 to 1,000,000, but True was given."),
        ("count", 2.0, "count must be a whole number from 1 to 1,000,000, but 2.0 was given."),
        ("count", None, "count must be a whole number from 1 to 1,000,000, but None was given."),
        ("spare", -1, "spare must be a whole number, at least 0, but -1 was given."),
        ("spare", 2**53, f"spare must be a whole number, at least 0, but {2**53} was given."),
        ("weight", 3, "weight must be a number from 0 to 2.5, but 3 was given."),
        ("weight", math.nan, "weight must be a number from 0 to 2.5, but nan was given."),
        ("weight", "1", "weight must be a number from 0 to 2.5, but '1' was given."),
        ("open", 1, "open must be true or false, but 1 was given."),
        ("color", "green", "color must be one of red, blue, but 'green' was given."),
        ("note", 4, "note must be a text, but 4 was given."),
        ("edge", (1, 2, 3),
         "edge must be a whole number or 2 of them from 1 to 50, “same”, but (1, 2, 3) was given."),
        ("edge", "valid",
         "edge must be a whole number or 2 of them from 1 to 50, “same”, but 'valid' was given."),
        ("edge", (1, None),
         "edge must be a whole number or 2 of them from 1 to 50, “same”, but (1, None) was given."),
        ("edge", [51, 1],
         "edge must be a whole number or 2 of them from 1 to 50, “same”, but [51, 1] was given."),
        ("shape", 3, "shape must be a list of whole numbers from -1 to 7, but 3 was given."),
        ("shape", [-2], "shape must be a list of whole numbers from -1 to 7, but [-2] was given."),
        ("toys", Ball(), "toys must be a list, but Ball(size=3) was given."),
    ],
)  # fmt: skip
def test_a_bad_value_is_refused_in_one_sentence(name, value, sentence):
    with pytest.raises(SettingError) as refusal:
        Box().changed(**{name: value})

    assert str(refusal.value) == sentence


def test_a_long_value_is_cut_in_the_sentence():
    with pytest.raises(SettingError) as refusal:
        Box(color="x" * 200)

    assert len(str(refusal.value)) < 130


@pytest.mark.parametrize(
    ("name", "value", "normal"),
    [
        ("count", 1_000_000, 1_000_000),
        ("spare", None, None),
        ("weight", 2, 2.0),
        ("edge", "same", "same"),
        ("edge", [3, 4], (3, 4)),
        ("hole", [None, 4], (None, 4)),
        ("hole", 5, 5),
        ("shape", [], ()),
        ("toy", "ball", Ball()),
        ("toys", ["ball", {"type": "ball", "size": 4}], (Ball(), Ball(size=4))),
    ],
)
def test_a_good_value_takes_its_normal_form(name, value, normal):
    box = Box().changed(**{name: value})

    kept = getattr(box, Box.require(name).name)
    assert kept == normal
    assert type(kept) is type(normal)


def test_a_declared_value_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Box().count = 3  # type: ignore[misc]


def test_values_are_equal_by_their_settings():
    assert Box(count=3) == Box().changed(count=3)
    assert Box(count=3) != Box(count=4)
    assert hash(Box(edge=[1, 2])) == hash(Box(edge=(1, 2)))  # type: ignore[arg-type]


def test_an_unknown_setting_gets_the_nearest_known_name():
    with pytest.raises(SettingError) as refusal:
        Box().changed(colour="red")

    assert str(refusal.value) == "Box has no setting called colour. Did you mean color?"


def test_a_setting_is_titled_by_its_label_or_its_name():
    assert Box.require("weight").title == "Mass"
    assert Box.require("shape").title == "Shape"
    assert Box.require("order") is Box.require("shape")


def test_settings_of_a_parent_come_first_and_can_be_declared_anew():
    class Crate(Box):
        """A box with a lid."""

        count: int = integer(default=7, low=5, hint="How many.")
        lid: bool = flag(default=True, hint="Whether it has a lid.")

    assert list(Crate.declared) == [*Box.declared, "lid"]
    assert Crate().count == 7
    with pytest.raises(SettingError):
        Crate(count=4)
