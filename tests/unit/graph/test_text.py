import pytest

from studio.errors import FileError
from studio.graph.text import json_text, json_value


def test_what_fits_on_a_line_has_one():
    value = {"a": [1, 2], "graph": {"x": {"type": "relu"}}, "long": ["é" * 60, "é" * 60]}

    assert json_text(value) == (
        "{\n"
        '  "a": [1, 2],\n'
        '  "graph": {\n'
        '    "x": {"type": "relu"}\n'
        "  },\n"
        '  "long": [\n'
        f'    "{"é" * 60}",\n'
        f'    "{"é" * 60}"\n'
        "  ]\n"
        "}\n"
    )


def test_one_changed_setting_is_one_changed_line():
    def lines(width: int) -> list[str]:
        graph = {f"linear_{i}": {"type": "linear", "out_features": 4} for i in range(50)}
        graph["linear_7"]["out_features"] = width
        return json_text({"layerwise": 1, "graph": graph}).splitlines()

    before, after = lines(4), lines(5)

    assert len(before) == len(after)
    assert sum(old != new for old, new in zip(before, after, strict=True)) == 1


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "\ud800"])
def test_what_json_cannot_say_is_not_written(value):
    with pytest.raises(FileError, match="This cannot be written as JSON"):
        json_text({"a": value})


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\xff", "It is not a UTF-8 text."),
        (b"", "It is not valid JSON: Expecting value in line 1, column 1."),
        (b'{"a":\n 1,}', "in line 2, column"),
        (
            b'{"a": 1, "b": {"c": 1, "c": 2}}',
            "The key 'c' stands twice in one object. Keep one of the two.",
        ),
        (b"[NaN]", "NaN is not a number that can be used."),
        (b"[-Infinity]", "-Infinity is not a number that can be used."),
        (b"[1e400]", "1e400 is not a number that can be used."),
        (b"[" + b"7" * 21 + b"]", "7" * 21 + " is not a number that can be used."),
        (b"[" * 300 + b"]" * 300, "It is nested more than 100 levels deep."),
        (b"[" * 100_000, "It is nested more than 100 levels deep."),
        (b'["\\uD800"]', "It holds half a character: '\\ud800'."),
    ],
)
def test_what_cannot_be_trusted_is_refused(content, sentence):
    with pytest.raises(FileError) as caught:
        json_value(content)

    assert sentence in str(caught.value)


def test_a_byte_order_mark_is_forgiven():
    assert json_value(b'\xef\xbb\xbf{"a": "\\u00e9"}') == {"a": "é"}
