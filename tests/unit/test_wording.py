"""Numbers and sentences read well in both languages."""

import pytest

from studio.wording import (
    Plural,
    _,
    byte_size,
    duration,
    full,
    humanized,
    system_language,
    use_language,
)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (320, "320"),
        (9_999, "9,999"),
        (54_410, "54.4 K"),
        (999_499, "999 K"),
        (999_999, "1 M"),
        (1_200_000, "1.2 M"),
        (7_100_000_000, "7.1 B"),
        (3_000_000_000_000, "3 T"),
    ],
)
def test_counts_are_written_at_reading_size(number, text):
    assert humanized(number) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [(640, "640 B"), (12_800, "12.5 KiB"), (2**20, "1 MiB"), (3 * 2**30, "3 GiB")],
)
def test_bytes_are_written_at_reading_size(number, text):
    assert byte_size(number) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(7, "0:07"), (760, "12:40"), (3723, "1:02:03"), (-1, "0:00")]
)
def test_time_is_written_as_a_clock(seconds, text):
    assert duration(seconds) == text


def test_whole_numbers_keep_every_digit():
    assert full(54_410) == "54,410"


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 files in a"), (1, "1 file in a"), (2, "2 files in a"), (1200, "1,200 files in a")],
)
def test_one_thing_is_said_otherwise_than_several(count, text):
    assert (
        Plural("{count} file in {place}", "{count} files in {place}", place="a").of(count) == text
    )


def test_an_unknown_language_means_english():
    use_language("tlh")

    assert _("Save") == "Save"


def test_chinese_is_spoken_when_asked_for():
    use_language("zh_CN")

    assert _("Save") == "保存"


@pytest.mark.parametrize(
    ("asked", "code"), [("zh_CN.UTF-8", "zh_CN"), ("zh", "zh_CN"), ("fr", "en")]
)
def test_the_language_follows_the_system(monkeypatch, asked, code):
    monkeypatch.setenv("LAYERWISE_LANGUAGE", asked)

    assert system_language() == code
