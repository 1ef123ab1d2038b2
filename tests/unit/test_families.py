"""Members of a family are found by their word and survive being written."""

import json

import pytest

from studio.errors import SettingError
from studio.families import Family, read, written
from studio.fields import Declared, integer, integers, many, nested

SHAPES: Family["Figure"] = Family("figure")


class Figure(Declared):
    """A figure."""


@SHAPES.file("square")
class Square(Figure):
    """Four equal sides."""

    side: int = integer(default=2, high=9, hint="How long a side is.")


@SHAPES.file("polygon")
class Polygon(Figure):
    """Any sides."""

    sides: tuple[int, ...] = integers(default=(3, 4, 5), low=1, spelled="shape", hint="All sides.")


class Drawing(Declared):
    """Figures on paper."""

    main: Figure = nested(default=Square(), family=SHAPES, hint="The first figure.")
    rest: tuple[Figure, ...] = many(default=(), family=SHAPES, hint="The others.")


def test_members_keep_the_order_in_which_they_were_filed():
    assert [cls.key for cls in SHAPES] == ["square", "polygon"]
    assert "square" in SHAPES
    assert "circle" not in SHAPES


def test_a_key_is_filed_once():
    with pytest.raises(AssertionError, match="square is filed twice"):
        SHAPES.file("square")(Polygon)


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("sqare", "There is no figure called sqare. Did you mean square?"),
        ("zzz", "There is no figure called zzz. Known: square, polygon."),
    ],
)
def test_an_unknown_word_gets_the_nearest_or_all_known_ones(key, sentence):
    with pytest.raises(SettingError) as refusal:
        SHAPES[key]

    assert str(refusal.value) == sentence


@pytest.mark.parametrize("value", [Square(side=3), {"type": "square", "side": 3}])
def test_a_member_is_itself_or_its_json(value):
    assert SHAPES.member(value) == Square(side=3)


def test_a_word_is_a_member_with_its_defaults():
    assert SHAPES.member("polygon") == Polygon()


@pytest.mark.parametrize("value", [3, None, {"side": 3}, Drawing()])
def test_what_is_not_of_the_family_is_refused(value):
    with pytest.raises(SettingError, match="Figure needs a word or an object with a type"):
        SHAPES.member(value)


def test_a_bad_setting_inside_a_member_is_refused():
    with pytest.raises(SettingError, match="side must be a whole number from 1 to 9"):
        SHAPES.member({"type": "square", "side": 10})
    with pytest.raises(SettingError, match="Did you mean side"):
        SHAPES.member({"type": "square", "sid": 10})


def test_a_value_survives_being_written_as_json():
    drawing = Drawing(main=Polygon(sides=(1, 2)), rest=(Square(side=4), Polygon()))

    filed = json.loads(json.dumps(written(drawing)))

    assert filed == {
        "main": {"type": "polygon", "shape": [1, 2]},
        "rest": [{"type": "square", "side": 4}, {"type": "polygon", "shape": [3, 4, 5]}],
    }
    assert read(Drawing, filed) == drawing
