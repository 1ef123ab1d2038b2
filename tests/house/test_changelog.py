"""A release cannot lie about its version."""

import re
from pathlib import Path

import studio

ROOT = Path(__file__).resolve().parents[2]


def test_the_newest_entry_of_the_changelog_is_this_version():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")

    newest = re.search(r"^## \[?(\d+\.\d+\.\d+)", text, re.MULTILINE)

    assert newest is not None
    assert newest.group(1) == studio.__version__


def test_the_top_level_holds_only_what_a_reader_expects():
    expected = {"studio", "resources", "tests", "main.py", "pyproject.toml", "README.md"}
    allowed = expected | {"LICENSE", "CHANGELOG.md", "build", "layerwise.egg-info"}

    names = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}

    assert expected <= names <= allowed
