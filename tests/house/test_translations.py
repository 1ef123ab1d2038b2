"""Every text exists in both languages, with the same blanks to fill in."""

import re

import pytest

from tests.house.texts import catalog_file, compiled, read_catalog, texts


@pytest.fixture(scope="module")
def chinese():
    return read_catalog("zh_CN")


def test_every_text_is_translated(chinese):
    missing = [text for text in texts() if not (chinese.get(text) and chinese.get(text).string)]

    assert not missing


def test_the_catalog_keeps_no_text_that_is_gone(chinese):
    known = texts()

    assert not [message.id for message in chinese if message.id and message.id not in known]


def test_a_translation_has_the_same_blanks(chinese):
    blanks = re.compile(r"\{[^{}]*\}")

    differing = [
        message.id
        for message in chinese
        if message.id
        and sorted(blanks.findall(message.id)) != sorted(blanks.findall(message.string))
    ]

    assert not differing


def test_the_compiled_catalog_is_the_readable_one(chinese):
    assert catalog_file("zh_CN").with_suffix(".mo").read_bytes() == compiled(chinese)
